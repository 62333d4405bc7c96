#pragma once

#include <cstddef>
#include <cstdint>

/// The name snapshot, `hosts.cdb`: written by agent/names, read by the NSS module, and by nobody
/// else. A constant database (cdb, D. J. Bernstein): 256 table references of (position, slots),
/// 2048 octets; then records of (key length, value length, key, value); then the tables, whose
/// slots are (hash, record position). Every integer, cdb's and ours, is little-endian; positions
/// and lengths have 4 octets.
///
/// The first record is the header, so that one read of the file's head gives the table references
/// and all that decides whether the file is to be believed:
///
///     key    'H'
///     value  magic, the last octet of which is the version of this format; 8 octets
///            end of the lease, 8 octets: milliseconds of CLOCK_BOOTTIME, past which the file says
///            nothing
///            suffix, the rest: lower case, no dot at either end; no name outside it is answered
///
/// Then the names, sorted by octets, which is the order of an enumeration:
///
///     key    'N', the name: lower case, no dot at the end
///     value  end of the record as above, 8 octets; all ones where only the lease ends it
///            addresses in the order in which to try them, 24 octets each: family (4 or 6), three
///            of zero, the zone (interface index of a link-local IPv6 address, else 0; 4 octets),
///            the address in network order (an IPv4 one in the first 4 of 16 octets)
///
/// Then, where the user wants addresses to map back:
///
///     key    'A', family (4 or 6), the address in 4 or 16 octets
///     value  end of the record, 8 octets; the name, as above
///
/// The file is never changed once it has its name: a new one replaces it by rename.
namespace liqo::snapshot {

inline constexpr std::uint32_t kTableCount = 256;
inline constexpr std::size_t kTableReferenceOctets = 8;
inline constexpr std::size_t kTocOctets = kTableCount * kTableReferenceOctets;
inline constexpr std::size_t kSlotOctets = 8;
inline constexpr std::size_t kRecordHeadOctets = 8;

inline constexpr char kHeaderKey = 'H';
inline constexpr char kNameKey = 'N';
inline constexpr char kAddressKey = 'A';

inline constexpr std::size_t kMagicOctets = 8;
inline constexpr char kMagic[kMagicOctets + 1] = "liqohst\1";
inline constexpr std::size_t kEndOctets = 8;
inline constexpr std::uint64_t kNoOwnEnd = ~std::uint64_t{0};

/// RFC 1035 section 2.3.4, without the root's dot.
inline constexpr std::size_t kMaxNameOctets = 253;

inline constexpr std::uint8_t kIpv4 = 4;
inline constexpr std::uint8_t kIpv6 = 6;
inline constexpr std::size_t kAddressOctets = 24;
inline constexpr std::size_t kAddressZoneAt = 4;
inline constexpr std::size_t kAddressOctetsAt = 8;

/// As many as one sighting keeps.
inline constexpr std::size_t kMaxAddresses = 64;

/// Every cluster that the registry holds (16,384 of the LAN, as many added by hand, 131,072 of DNS)
/// has at most 8 names. Bounds the file, and the work that a damaged one can cause.
inline constexpr std::size_t kMaxNames = (16'384 + 16'384 + 131'072) * 8;

/// Header record and all before it.
inline constexpr std::size_t kMaxHeadOctets =
    kTocOctets + kRecordHeadOctets + 1 + kMagicOctets + kEndOctets + kMaxNameOctets;
inline constexpr std::size_t kMaxRecordOctets =
    kRecordHeadOctets + 1 + kMaxNameOctets + kEndOctets + kMaxAddresses * kAddressOctets;

/// A stopped agent's names are answered for this long, in milliseconds: a restart, or an upgrade
/// of the package, is no gap. The writer renews at half of it.
inline constexpr std::uint64_t kLease = 10 * 60 * 1000;
/// A lease further in the future than this was given before a reboot, on another CLOCK_BOOTTIME,
/// and is not believed. The slack is for rounding.
inline constexpr std::uint64_t kMaxLease = kLease + 5 * 1000;

constexpr std::uint32_t load32(const std::uint8_t* at) {
  return std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 |
         std::uint32_t{at[3]} << 24;
}

constexpr std::uint64_t load64(const std::uint8_t* at) {
  return std::uint64_t{load32(at)} | std::uint64_t{load32(at + 4)} << 32;
}

constexpr void store32(std::uint8_t* at, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<std::uint8_t>(value >> (8 * i));
}

constexpr void store64(std::uint8_t* at, std::uint64_t value) {
  store32(at, static_cast<std::uint32_t>(value));
  store32(at + 4, static_cast<std::uint32_t>(value >> 32));
}

/// Whether a file with this lease is to be believed at `now`.
constexpr bool lease_holds(std::uint64_t end, std::uint64_t now) {
  return now < end && end - now <= kMaxLease;
}

}  // namespace liqo::snapshot
