#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/registrar/entry.h"
#include "resolver/registrar/lease.h"
#include "resolver/wire/update.h"

namespace liqo::registrar {

/// The records of one instance in a zone, each the rdata of one; sorted. PTR is not among them: the
/// set belongs to all instances, and may be large.
struct Records {
  std::vector<std::string> srv;
  std::vector<std::string> txt;
  std::vector<std::string> a;     ///< of Names::host
  std::vector<std::string> aaaa;  ///< likewise
  friend bool operator==(const Records&, const Records&) = default;
};

/// How an agent registers.
struct Terms {
  AgentTag agent = 0;
  std::uint32_t ttl = 60;      ///< seconds, of every record
  std::uint32_t lease = 3600;  ///< seconds
  friend bool operator==(const Terms&, const Terms&) = default;
};

/// What has to be done with an instance, as things stand.
struct Plan {
  enum class Kind : std::uint8_t {
    kSettled,  ///< nothing before `look_again`
    kChange,   ///< `update` makes `after` of what was found, or fails for it is no longer so
    kHeld,     ///< somebody else's: not to be touched. `why`
  };
  Kind kind = Kind::kSettled;
  wire::Update update;
  Records after;
  std::string why;
  bool ours = false;             ///< afterwards, or where held, something of ours is in the zone
  std::uint64_t until = 0;       ///< the end of our lease, where `ours`
  std::uint64_t look_again = 0;  ///< the next renewal, or the end of another's lease; 0: never
};

/// Agents of one cluster that register one instance: more than a cluster has control planes.
inline constexpr std::size_t kMaxAgents = 32;

/// SRV records times addresses that are looked at: many times what those agents make, and no zone
/// holds up the loop.
inline constexpr std::size_t kMaxPlaces = 4'096;

/// What to do so that `wanted` is there, or nothing of ours where it is null. Times are in seconds
/// since 1970. `afresh`: every record is written, for its TTL may be another.
///
/// An instance is ours to write where its only TXT record has our cluster's id and an `until=`: an
/// agent of the same cluster wrote it. Others' leases are kept until they end; then what they hold
/// goes too. What the cluster registers itself comes before what another registers for it. A lease
/// is renewed at half. Addresses of Names::host that no agent registered are never taken away.
/// Pure.
Plan plan(const Names& names, const Entry* wanted, const Records& found, const Terms& terms,
          std::uint64_t now, bool afresh);

}  // namespace liqo::registrar
