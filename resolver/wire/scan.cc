#include "resolver/wire/scan.h"

#include <algorithm>
#include <array>
#include <string>

#include "resolver/dnssd/domain_name.h"

namespace liqo::wire {
namespace {

constexpr std::size_t kQuestionFixed = 4;  // type, class
constexpr std::size_t kRecordFixed = 10;   // type, class, TTL, rdlength
constexpr std::uint8_t kPointerBits = 0xC0;

/// Where rdata has its names: `names` of them behind `before` octets, then `after` octets.
struct Layout {
  std::uint16_t type;
  std::uint8_t before;
  std::uint8_t names;
  std::uint8_t after;
};
constexpr std::array kLayouts = {
    Layout{2, 0, 1, 0},   // NS
    Layout{5, 0, 1, 0},   // CNAME
    Layout{6, 0, 2, 20},  // SOA: MNAME, RNAME, five numbers
    Layout{12, 0, 1, 0},  // PTR
    Layout{15, 2, 1, 0},  // MX
    Layout{33, 6, 1, 0},  // SRV
    Layout{39, 0, 1, 0},  // DNAME
};

const Layout* layout_of(std::uint16_t type) {
  const auto* found = std::find_if(kLayouts.begin(), kLayouts.end(),
                                   [type](const Layout& layout) { return layout.type == type; });
  return found == kLayouts.end() ? nullptr : found;
}

Error malformed(const char* why) {
  return Error{Errc::kMalformed, std::string("DNS message: ") + why};
}

class Scanner {
 public:
  explicit Scanner(std::span<const std::uint8_t> packet) : packet_(packet) {}

  Result<std::vector<Entry>> scan();

 private:
  [[nodiscard]] std::size_t left() const { return packet_.size() - at_; }
  [[nodiscard]] std::uint16_t load16(std::size_t at) const {
    return static_cast<std::uint16_t>(packet_[at] << 8 | packet_[at + 1]);
  }
  [[nodiscard]] bool counts_are_plausible() const;
  /// Moves past the next entry; tells what is wrong with it.
  const char* entry(Section section, Entry& entry);
  const char* names_in_rdata(const Layout& layout, std::size_t end);
  /// Moves past the name here, at `end` at the latest.
  const char* name(std::size_t end);

  std::span<const std::uint8_t> packet_;
  std::size_t at_ = 0;
};

Result<std::vector<Entry>> Scanner::scan() {
  if (packet_.size() < kHeaderOctets) return malformed("shorter than its header");
  at_ = kHeaderOctets;
  if (!counts_are_plausible()) return malformed("too short for its counts");
  std::vector<Entry> entries;
  for (std::size_t section = 0; section < kSectionCount; ++section) {
    for (std::size_t left = load16(4 + 2 * section); left > 0; --left) {
      const char* wrong = entry(static_cast<Section>(section), entries.emplace_back());
      if (wrong != nullptr) return malformed(wrong);
    }
  }
  return entries;
}

/// Before anything is allocated: the shortest entry has a name of one octet.
bool Scanner::counts_are_plausible() const {
  std::size_t least = load16(4) * (1 + kQuestionFixed);
  for (std::size_t section = 1; section < kSectionCount; ++section) {
    least += load16(4 + 2 * section) * (1 + kRecordFixed);
  }
  return least <= left();
}

const char* Scanner::entry(Section section, Entry& entry) {
  entry.section = section;
  entry.name_at = at_;
  if (const char* wrong = name(packet_.size())) return wrong;
  const std::size_t fixed = section == Section::kQuestion ? kQuestionFixed : kRecordFixed;
  if (left() < fixed) return "an entry runs past the end";
  entry.type = load16(at_);
  at_ += fixed;
  entry.rdata_at = at_;
  if (section == Section::kQuestion) return nullptr;

  entry.rdata_octets = load16(at_ - 2);
  if (left() < entry.rdata_octets) return "a record's data runs past the end";
  const std::size_t end = at_ + entry.rdata_octets;
  if (const Layout* layout = layout_of(entry.type)) {
    if (const char* wrong = names_in_rdata(*layout, end)) return wrong;
  }
  at_ = end;
  return nullptr;
}

const char* Scanner::names_in_rdata(const Layout& layout, std::size_t end) {
  if (end - at_ < layout.before) return "a record's data is too short";
  at_ += layout.before;
  for (int left = layout.names; left > 0; --left) {
    if (const char* wrong = name(end)) return wrong;
  }
  return end - at_ == layout.after ? nullptr : "a record's data has not the length of its type";
}

const char* Scanner::name(std::size_t end) {
  std::size_t octets = 0;
  std::size_t pointers = 0;
  std::size_t at = at_;
  std::size_t part = at_;  // where the labels being read began: a pointer goes before them
  while (true) {
    if (at >= end) return "a name runs past the end";
    const std::uint8_t length = packet_[at];
    if ((length & kPointerBits) == kPointerBits) {
      if (at + 2 > end) return "a name runs past the end";
      if (pointers == 0) at_ = at + 2;
      const std::size_t target = load16(at) & 0x3FFFU;
      if (target >= part || target < kHeaderOctets) return "a name does not point backwards";
      if (++pointers > kMaxPointers) return "a name points too often";
      end = part;  // labels that ran into this name again would have no end
      at = part = target;
      continue;
    }
    if (length > DomainName::kMaxLabelOctets) return "a label has more than 63 octets";
    octets += 1U + length;
    if (octets > DomainName::kMaxOctets) return "a name has more than 255 octets";
    at += 1U + length;
    if (length == 0) break;
  }
  if (pointers == 0) at_ = at;
  return nullptr;
}

}  // namespace

Result<std::vector<Entry>> scan_message(std::span<const std::uint8_t> packet) {
  return Scanner(packet).scan();
}

bool may_be_compressed(std::uint16_t type) { return layout_of(type) != nullptr; }

}  // namespace liqo::wire
