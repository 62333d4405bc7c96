#include "cli/text.h"

#include <array>
#include <clocale>
#include <cstdio>
#include <cwchar>

namespace liqo::cli {
namespace {

/// More marks than this on one letter are no language's but somebody's joke: they would be drawn
/// over the lines above.
constexpr int kMaxCombining = 4;

/// wcwidth() of UTF-8 whatever locale the user has set: C.UTF-8 is part of glibc since 2.35.
class Utf8Locale {
 public:
  Utf8Locale() : before_(uselocale(utf8())) {}
  ~Utf8Locale() { uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  static locale_t utf8() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  locale_t before_;
};

int width_of(char32_t character) { return wcwidth(static_cast<wchar_t>(character)); }

std::string escaped_octet(unsigned octet) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\x%02x", octet & 0xFFU);
  return text.data();
}

std::string escaped_character(char32_t character) {
  if (character < 0x100) return escaped_octet(static_cast<unsigned>(character));
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(character));
  return text.data();
}

bool is_continuation(char octet) { return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U; }

}  // namespace

Decoded decode_utf8(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  char32_t character = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return {};
    character = (character << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xD800 && character <= 0xDFFF;
  if (character < kSmallest[length] || character > 0x10FFFF || surrogate) return {};
  return {character, length, true};
}

bool is_unsafe(char32_t character) {
  const auto in = [character](char32_t first, char32_t last) {
    return character >= first && character <= last;
  };
  return in(0x7F, 0x9F) || character == 0x00AD || character == 0x061C ||  // DEL, C1, soft hyphen
         character == 0x180E || character == 0x200B ||                    // invisible separators
         in(0x200E, 0x200F) || in(0x2028, 0x202E) ||   // marks, separators, embeddings
         in(0x2060, 0x206F) || character == 0xFEFF ||  // isolates, joiners, byte order mark
         in(0xFFF9, 0xFFFB) || in(0xFFFE, 0xFFFF) ||   // annotations, no characters
         in(0xE0000, 0xE0FFF);                         // tags
}

std::string printable(std::string_view text) {
  const Utf8Locale locale;
  std::string out;
  out.reserve(text.size());
  int combining = 0;
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    const int width = next.valid ? width_of(next.character) : -1;
    combining = width == 0 ? combining + 1 : 0;
    if (!next.valid) {
      out += escaped_octet(static_cast<unsigned char>(text[0]));
    } else if (width < 0 || next.character == 0 || is_unsafe(next.character)) {
      out += escaped_character(next.character);
    } else if (combining <= kMaxCombining) {
      out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  const Utf8Locale locale;
  std::size_t width = 0;
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    const int columns = next.valid ? width_of(next.character) : 1;
    width += columns > 0 ? static_cast<std::size_t>(columns) : 0;
    text.remove_prefix(next.length);
  }
  return width;
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t used = display_width(text);
  return text.append(used < width ? width - used : 0, ' ').append(" ");
}

std::string truncated(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  const Utf8Locale locale;
  std::size_t used = 0;
  std::size_t kept = 0;
  while (kept < text.size()) {
    const Decoded next = decode_utf8(text.substr(kept));
    const int columns = next.valid ? width_of(next.character) : 1;
    const std::size_t take = columns > 0 ? static_cast<std::size_t>(columns) : 0;
    if (used + take > width - 1) break;  // one column is the ellipsis's
    used += take;
    kept += next.length;
  }
  return std::string(text.substr(0, kept)) + "…";
}

}  // namespace liqo::cli
