#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace liqo {

/// True when `octets` are well-formed UTF-8 (RFC 3629: shortest forms, no surrogates).
bool is_utf8(std::string_view octets);

/// RFC 4648 section 4, with padding.
std::string to_base64(std::string_view octets);

/// Appends `text`, which must be UTF-8, as a JSON string. Control characters are escaped, DEL and
/// C1 (U+0080 to U+009F) included, which JSON allows raw but terminals act upon.
void append_json_string(std::string& out, std::string_view text);

/// Writes JSON text straight into a string, without building values first: clusters are rendered
/// by the ten thousand. Puts the commas itself; nothing else is checked.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  /// `name`: a plain word of ours; its value is to follow.
  JsonWriter& key(std::string_view name);

  void string(std::string_view text);  ///< UTF-8
  void string_or_null(std::string_view text);
  void number(std::int64_t value);
  void boolean(bool value);
  void null();
  /// A value that is JSON text already.
  void raw(std::string_view json);

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  std::string& out_;
  bool comma_ = false;  // a value stands before the next one
};

}  // namespace liqo
