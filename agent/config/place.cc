#include "agent/config/place.h"

#include "resolver/dnssd/domain_name.h"

namespace liqo {

std::string to_string(const Place& place) {
  std::string text = printable(place.file);
  if (place.line != 0) text.append(":").append(std::to_string(place.line));
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 80;
  if (text.size() <= kMost) return label_to_text(text);
  std::size_t end = kMost;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return label_to_text(text.substr(0, end)) + "...";
}

std::string printable(std::string_view text) {
  std::string plain;
  for (const char octet : text) {
    const auto value = static_cast<unsigned char>(octet);
    if (value >= 0x20 && value < 0x7F) {
      plain += octet;
      continue;
    }
    plain += '\\';
    plain += static_cast<char>('0' + value / 100);
    plain += static_cast<char>('0' + value / 10 % 10);
    plain += static_cast<char>('0' + value % 10);
  }
  return plain;
}

void Complaints::add(const Place& place, std::string_view key, std::string_view text) {
  if (first_ && (place.file != place_.file || place.line >= place_.line)) return;
  place_ = place;
  std::string line = to_string(place) + ": ";
  if (!key.empty()) line.append(key).append(": ");
  first_ = Error{Errc::kInvalid, line.append(text)};
}

}  // namespace liqo
