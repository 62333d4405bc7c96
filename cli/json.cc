#include "cli/json.h"

#include <array>
#include <cstdio>

#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr int kMaxDepth = 64;

bool nested_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    } else if (!in_string && (c == '[' || c == '{')) {
      if (++depth > kMaxDepth) return true;
    } else if (!in_string && (c == ']' || c == '}')) {
      --depth;
    }
  }
  return false;
}

std::string unicode_escape(char32_t character) {
  std::array<char, 16> text{};
  if (character < 0x10000) {
    std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(character));
  } else {
    const auto offset = static_cast<unsigned>(character - 0x10000);
    std::snprintf(text.data(), text.size(), "\\u%04x\\u%04x", 0xD800U + (offset >> 10U),
                  0xDC00U + (offset & 0x3FFU));
  }
  return text.data();
}

/// Outside strings JSON is ASCII, so whatever is unsafe here is inside one.
std::string without_unsafe(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  std::string_view rest = json;
  while (!rest.empty()) {
    const Decoded next = decode_utf8(rest);
    if (next.valid && is_unsafe(next.character)) {
      out += unicode_escape(next.character);
    } else {
      out += rest.substr(0, next.length);
    }
    rest.remove_prefix(next.length);
  }
  return out;
}

std::string dumped(const Json& value, int indent) {
  return without_unsafe(value.dump(indent, ' ', false, Json::error_handler_t::replace));
}

const Json& null() {
  static const Json value;
  return value;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (nested_too_deep(text)) return Error{Errc::kMalformed, "nested too deep"};
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return Error{Errc::kMalformed, "not JSON"};
  return value;
}

std::string to_line(const Json& value) { return dumped(value, -1); }
std::string to_pretty(const Json& value) { return dumped(value, 2); }

const Json& field(const Json& object, std::string_view key) {
  if (!object.is_object()) return null();
  const auto found = object.find(std::string(key));
  return found == object.end() ? null() : *found;
}

std::string raw_field(const Json& object, std::string_view key) {
  const Json& value = field(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string printable_of(const Json& value) {
  return value.is_string() ? printable(value.get_ref<const std::string&>()) : std::string();
}

std::string text_field(const Json& object, std::string_view key) {
  return printable_of(field(object, key));
}

std::optional<std::int64_t> number_field(const Json& object, std::string_view key) {
  const Json& value = field(object, key);
  if (!value.is_number_integer()) return std::nullopt;
  return value.get<std::int64_t>();
}

bool flag_field(const Json& object, std::string_view key) {
  const Json& value = field(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::string joined_field(const Json& object, std::string_view key, std::string_view separator) {
  std::string out;
  const Json& values = field(object, key);
  if (!values.is_array()) return out;
  for (const Json& value : values) {
    if (!value.is_string()) continue;
    if (!out.empty()) out += separator;
    out += printable_of(value);
  }
  return out;
}

}  // namespace liqo::cli
