#include "resolver/dnssd/domain_name.h"

#include <algorithm>
#include <optional>

#include "resolver/dnssd/rdata.h"

namespace liqo {
namespace {

constexpr char fold(char octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
}

bool is_digit(char octet) { return octet >= '0' && octet <= '9'; }

bool is_plain(char octet) {
  const char folded = fold(octet);
  return (folded >= 'a' && folded <= 'z') || is_digit(octet) || octet == '-' || octet == '_';
}

void append_escaped(std::string& text, char octet) {
  const auto value = static_cast<unsigned char>(octet);
  text += '\\';
  text += static_cast<char>('0' + value / 100);
  text += static_cast<char>('0' + value / 10 % 10);
  text += static_cast<char>('0' + value % 10);
}

/// Reads the escape behind a backslash at `at`, and moves past it (RFC 1035 section 5.1).
std::optional<char> read_escape(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return std::nullopt;
  if (!is_digit(text[at])) return text[at++];
  if (at + 3 > text.size() || !is_digit(text[at + 1]) || !is_digit(text[at + 2])) {
    return std::nullopt;
  }
  const int value = (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + (text[at + 2] - '0');
  if (value > 255) return std::nullopt;
  at += 3;
  return static_cast<char>(value);
}

Error malformed(std::string_view text, const char* why) {
  constexpr std::size_t kShown = 80;
  return {Errc::kMalformed,
          "not a DNS name: \"" + label_to_text(text.substr(0, kShown)) + "\": " + why};
}

/// The length of the UTF-8 sequence at `at`, or 0 where there is no valid printable one.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto octet = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = octet(at);
  const auto follows = [&](std::size_t i) { return (octet(at + i) & 0xC0U) == 0x80U; };
  if (lead >= 0xC2 && lead <= 0xDF && follows(1)) {
    return lead == 0xC2 && octet(at + 1) < 0xA0 ? 0 : 2;  // C1 controls
  }
  if (lead >= 0xE0 && lead <= 0xEF && follows(1) && follows(2)) {
    const unsigned code =
        (lead & 0x0FU) << 12 | (octet(at + 1) & 0x3FU) << 6 | (octet(at + 2) & 0x3FU);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    // Marks that reorder or hide what stands around them.
    const bool hides = (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
                       (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || code == 0x061C;
    return code < 0x800 || surrogate || hides ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4 && follows(1) && follows(2) && follows(3)) {
    const unsigned code = (lead & 0x07U) << 18 | (octet(at + 1) & 0x3FU) << 12;
    const bool tag = code == 0xE0000;
    return code < 0x10000 || code > 0x10FFFF || tag ? 0 : 4;
  }
  return 0;
}

bool is_printable_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto octet = static_cast<unsigned char>(text[at]);
    if (octet < 0x80) {
      if (octet < 0x20 || octet == 0x7F || octet == '\\') return false;
      ++at;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

bool equal_folded(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return fold(x) == fold(y); });
}

}  // namespace

DomainName::DomainName(std::string_view wire) {
  if (wire.size() == 1) return;
  auto octets = std::make_shared_for_overwrite<char[]>(1 + wire.size());
  octets[0] = static_cast<char>(wire.size());
  wire.copy(octets.get() + 1, wire.size());
  octets_ = std::move(octets);
}

Result<DomainName> DomainName::parse(std::string_view text) {
  if (text.empty()) return malformed(text, "it is empty");
  if (text == ".") return DomainName();
  std::string wire(1, '\0');
  std::size_t length_at = 0;  // of the label being read
  for (std::size_t at = 0; at < text.size();) {
    char octet = text[at++];
    if (octet == '.') {
      if (wire.size() == length_at + 1) return malformed(text, "a label is empty");
      length_at = wire.size();
      wire += '\0';
      continue;
    }
    if (octet == '\\') {
      const std::optional<char> escaped = read_escape(text, at);
      if (!escaped) return malformed(text, "a backslash wants a character or \\000 to \\255");
      octet = *escaped;
    }
    wire += octet;
    const std::size_t length = wire.size() - length_at - 1;
    if (length > kMaxLabelOctets) return malformed(text, "a label has more than 63 octets");
    wire[length_at] = static_cast<char>(length);
    if (wire.size() > kMaxOctets) return malformed(text, "it has more than 255 octets");
  }
  if (wire.size() != length_at + 1) wire += '\0';  // no trailing dot
  if (wire.size() > kMaxOctets) return malformed(text, "it has more than 255 octets");
  return DomainName(wire);
}

Result<DomainName> DomainName::from_wire(std::span<const std::uint8_t> wire) {
  const auto bad = [](const char* why) {
    return Error{Errc::kMalformed, std::string("not a DNS name in wire form: ") + why};
  };
  if (wire.size() > kMaxOctets) return bad("it has more than 255 octets");
  for (std::size_t at = 0; at < wire.size(); at += 1U + wire[at]) {
    if (wire[at] > kMaxLabelOctets) return bad("a label has more than 63 octets");
    if (wire[at] != 0) continue;
    if (at + 1 != wire.size()) return bad("octets follow its end");
    return DomainName(as_text(wire));
  }
  return bad("it does not end");
}

Result<DomainName> DomainName::with_label(std::string_view label) const {
  if (label.empty() || label.size() > kMaxLabelOctets) {
    return Error{Errc::kInvalid, "a label has 1 to 63 octets"};
  }
  if (wire().size() + 1 + label.size() > kMaxOctets) {
    return Error{Errc::kInvalid, "a DNS name has at most 255 octets"};
  }
  std::string longer(1, static_cast<char>(label.size()));
  longer.append(label).append(wire());
  return DomainName(longer);
}

Result<DomainName> DomainName::with_labels(std::span<const std::string_view> labels) const {
  DomainName name = *this;
  for (std::size_t left = labels.size(); left > 0; --left) {
    Result<DomainName> longer = name.with_label(labels[left - 1]);
    if (!longer) return longer;
    name = std::move(*longer);
  }
  return name;
}

std::string DomainName::to_string() const {
  if (is_root()) return ".";
  std::string text;
  for (const std::string_view label : labels()) {
    if (!text.empty()) text += '.';
    for (const char octet : label) {
      if (is_plain(octet)) {
        text += octet;
      } else {
        append_escaped(text, octet);
      }
    }
  }
  return text;
}

std::vector<std::string_view> DomainName::labels() const {
  std::vector<std::string_view> labels;
  for (std::string_view left = wire(); left.front() != '\0';) {
    const auto length = static_cast<unsigned char>(left.front());
    labels.push_back(left.substr(1, length));
    left.remove_prefix(1U + length);
  }
  return labels;
}

std::string_view DomainName::first_label() const {
  return wire().substr(1, static_cast<unsigned char>(wire().front()));
}

DomainName DomainName::parent() const {
  if (is_root()) return {};
  return DomainName(wire().substr(1 + first_label().size()));
}

bool DomainName::is_below(const DomainName& ancestor) const {
  std::string_view left = wire();
  while (left.size() > ancestor.wire().size()) {
    left.remove_prefix(1U + static_cast<unsigned char>(left.front()));
  }
  return equal_folded(left, ancestor.wire());
}

// Length octets are at most 63, below 'A': folding a whole wire form leaves them alone.
bool operator==(const DomainName& a, const DomainName& b) {
  return a.octets_ == b.octets_ || equal_folded(a.wire(), b.wire());
}

bool operator<(const DomainName& a, const DomainName& b) { return less_folded(a.wire(), b.wire()); }

std::size_t DomainName::hash() const { return std::hash<std::string>{}(fold_case(wire())); }

std::string fold_case(std::string_view octets) {
  std::string folded(octets);
  std::transform(folded.begin(), folded.end(), folded.begin(), fold);
  return folded;
}

bool less_folded(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<unsigned char>(fold(x)) < static_cast<unsigned char>(fold(y));
  });
}

std::string label_to_text(std::string_view label) {
  if (is_printable_utf8(label)) return std::string(label);
  std::string text;
  for (const char octet : label) {
    const bool shown = octet > 0x20 && octet < 0x7F && octet != '.' && octet != '\\';
    if (shown) {
      text += octet;
    } else {
      append_escaped(text, octet);
    }
  }
  return text;
}

}  // namespace liqo
