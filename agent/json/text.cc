#include "agent/json/text.h"

#include <array>
#include <charconv>
#include <cstddef>

namespace liqo {
namespace {

std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

/// The length of the well-formed sequence at the start of `text`; 0 where there is none. Table 3-7
/// of the Unicode standard.
std::size_t sequence_length(std::string_view text) {
  const std::uint8_t lead = octet(text[0]);
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xBF;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || text.size() < length) return 0;
  if (octet(text[1]) < low || octet(text[1]) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((octet(text[i]) & 0xC0U) != 0x80U) return 0;
  }
  return length;
}

void append_escape(std::string& out, std::uint8_t character) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u00";
  out += kHex[character >> 4U];
  out += kHex[character & 0xFU];
}

/// What may stand in a JSON string as it is. 0xC2 leads to C1 as well as to plain characters.
constexpr std::array<bool, 256> plain_octets() {
  std::array<bool, 256> plain{};
  for (std::size_t i = 0x20; i < plain.size(); ++i) {
    plain[i] = i != '"' && i != '\\' && i != 0x7F && i != 0xC2;
  }
  return plain;
}
constexpr auto kPlain = plain_octets();

}  // namespace

bool is_utf8(std::string_view octets) {
  while (!octets.empty()) {
    const std::size_t length = sequence_length(octets);
    if (length == 0) return false;
    octets.remove_prefix(length);
  }
  return true;
}

std::string to_base64(std::string_view octets) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < octets.size(); at += 3) {
    const std::string_view group = octets.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = (bits << 8U) | (i < group.size() ? octet(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? kDigits[(bits >> (18U - 6U * i)) & 0x3FU] : '=';
    }
  }
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;  // from here on nothing had to be escaped
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kPlain[octet(text[i])]) continue;
    const bool leads = octet(text[i]) == 0xC2;
    if (leads && (i + 1 == text.size() || octet(text[i + 1]) >= 0xA0)) continue;
    out.append(text, plain, i - plain);
    if (text[i] == '"' || text[i] == '\\') {
      out += '\\';
      out += text[i];
    } else {
      append_escape(out, octet(leads ? text[++i] : text[i]));
    }
    plain = i + 1;
  }
  out.append(text, plain);
  out += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
  out_.append(comma_ ? ",\"" : "\"").append(name).append("\":");
  comma_ = false;
  return *this;
}

void JsonWriter::string(std::string_view text) {
  separate();
  append_json_string(out_, text);
}

void JsonWriter::string_or_null(std::string_view text) {
  if (text.empty()) {
    null();
  } else {
    string(text);
  }
}

void JsonWriter::number(std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void JsonWriter::boolean(bool value) { raw(value ? "true" : "false"); }

void JsonWriter::null() { raw("null"); }

void JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
}

void JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
}

void JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_ = true;
}

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

}  // namespace liqo
