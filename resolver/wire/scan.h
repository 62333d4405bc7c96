#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "resolver/result.h"

namespace liqo::wire {

/// Compression pointers followed in one name. A name of 255 octets has at most 127 labels, so a
/// longer chain has pointers to pointers, which no sender makes.
inline constexpr std::size_t kMaxPointers = 127;

inline constexpr std::size_t kHeaderOctets = 12;  // RFC 1035 section 4.1.1

enum class Section : std::uint8_t { kQuestion, kAnswer, kAuthority, kAdditional };
inline constexpr std::size_t kSectionCount = 4;

/// Where an entry of a message stands. A question has no rdata: `rdata_at` is where it ends.
struct Entry {
  Section section = Section::kQuestion;
  std::size_t name_at = 0;
  std::uint16_t type = 0;
  std::size_t rdata_at = 0;
  std::uint16_t rdata_octets = 0;
};

/// Walks a whole message without reading it and tells where each entry stands. After it has
/// succeeded every name, compressed rdata included, ends, has at most 255 octets and only points
/// backwards, and every rdata lies inside the packet: a reader needs no caution any more.
Result<std::vector<Entry>> scan_message(std::span<const std::uint8_t> packet);

/// Whether rdata of this type may hold compressed names: the types of RFC 3597 section 4 that are
/// seen in use, and SRV, which mDNS compresses (RFC 6762 section 18.14).
bool may_be_compressed(std::uint16_t type);

}  // namespace liqo::wire
