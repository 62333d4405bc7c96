#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/registry/cluster.h"
#include "resolver/result.h"
#include "resolver/time.h"

/// What outlives a restart: the clusters that were seen on the LAN or in DNS, with their first_seen
/// and held_name, and of those added by hand these two. One JSON document, a cluster a line, so
/// that neither writing nor reading holds more than one of them:
///
///   {"version":1,"saved":1795424400000,"clusters":[
///   {"id":"8b4b...","firstSeen":...,"heldName":"milan","sightings":[...]},
///   {...}
///   ],"checksum":"crc32:0123abcd"}
///
/// Times are milliseconds since 1970, names are in DNS presentation form, and TXT strings have
/// every octet outside printable ASCII, and the backslash, as \DDD. A sighting on the LAN has its
/// "interface" and "family"; one in DNS has "source":"dns" and its "record" instead, "dnssec"
/// where it was asked for, and "unnamed" where only /ids told whose it is. A cluster that was added
/// by hand has "byHand", and need not have a sighting. The checksum is over all octets before its
/// line.
namespace liqo::state {

inline constexpr std::string_view kFileName = "state.json";
inline constexpr int kVersion = 1;
/// 131,072 clusters of DNS with three sightings are 170 MiB, which a stop writes in a second or
/// two. What a hostile neighbour adds beyond this is not kept, and no longer file is read.
inline constexpr std::size_t kMaxFileOctets = std::size_t{192} << 20;
/// A cluster's line: 128 sightings with 1.3 kB of TXT (RFC 6763 section 6.2), each octet escaped,
/// are 800 kB. A cluster with a longer one is not kept.
inline constexpr std::size_t kMaxLineOctets = std::size_t{1} << 20;
/// A LAN of a day ago is another LAN, and no DNS sighting is kept for longer (RFC 8767 section 5).
inline constexpr Duration kMaxAge = std::chrono::hours(24);

/// Writes `clusters`, with their LAN and DNS sightings, to state.json in `directory`: whole or not
/// at all. The former file stays as it was until the new one is on the disk. Blocks for as long as
/// the disk takes. kIo.
Result<void> write_state(const std::string& directory, const Clusters& clusters, WallTime now);

/// The index that an interface has now; nothing where there is none of that name.
using InterfaceIndex = std::function<std::optional<std::uint32_t>(const std::string& name)>;

/// Whether a sighting in this domain, of which DNSSEC said this, may come back as things are now.
using DomainFilter =
    std::function<bool(const DomainName& domain, const std::optional<Dnssec>& dnssec)>;

/// Calls `each` for every cluster of state.json that has a sighting on an interface of this host or
/// in a domain that it browses, or was added by hand, after the whole file was verified. A file
/// older than kMaxAge has none. kNotFound where there is no file, kMalformed where it is damaged,
/// too long or of another version, kIo.
Result<void> read_state(const std::string& directory, const InterfaceIndex& interfaces,
                        const DomainFilter& domains, WallTime now,
                        const std::function<void(const Cluster&)>& each);

}  // namespace liqo::state
