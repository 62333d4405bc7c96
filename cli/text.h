#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace liqo::cli {

/// Text that came from the network, made safe to show: what a terminal would act on or that would
/// turn the reading order is escaped. C0 and C1 controls and octets that are not UTF-8 become
/// `\xHH`, bidirectional controls, other invisible characters and line separators `\uHHHH`, a pile
/// of combining marks loses its height. The result is valid UTF-8 in one line.
std::string printable(std::string_view text);

/// True for characters that printable() escapes and that JSON and YAML allow raw.
bool is_unsafe(char32_t character);

/// Columns that printable text takes on a terminal: wide characters count two, combining none.
std::size_t display_width(std::string_view text);

/// Printable text filled with blanks to `width` columns, and one blank behind it.
std::string padded(std::string text, std::size_t width);

/// At most `width` columns of printable text; what is longer ends in an ellipsis.
std::string truncated(std::string_view text, std::size_t width);

/// One character of UTF-8 at the start of `text`. `length` is how many octets it takes; 1 with
/// `valid` false where they are no UTF-8 (overlong forms and surrogates are none).
struct Decoded {
  char32_t character = 0;
  std::size_t length = 1;
  bool valid = false;
};
Decoded decode_utf8(std::string_view text);

}  // namespace liqo::cli
