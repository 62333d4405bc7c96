#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dns/name_server.h"
#include "resolver/dns/options.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/time.h"

namespace liqo::dns {

/// What `status` shows of one browsing domain.
struct DomainStatus {
  DomainName name;
  DnssecMode mode = DnssecMode::kOff;
  bool enumerated = false;  ///< found through the search domains, not configured
  bool synced = false;      ///< its first pass is complete
  std::size_t instances = 0;
  std::size_t over_limit = 0;        ///< instances left out for a limit, of the last listing
  std::size_t stale = 0;             ///< record sets past their TTL
  std::size_t in_flight = 0;         ///< questions asked now
  std::optional<NameServer> server;  ///< who answered last
  std::optional<WallTime> answered;  ///< when
  std::optional<BootTime> refresh;   ///< the next question is due
  std::optional<Dnssec> dnssec;      ///< of the listing
  std::string error;                 ///< what the last failure was; empty when none is in force
  std::optional<WallTime> failed;    ///< when that was
};

struct SourceStatus {
  std::vector<NameServer> system_servers;  ///< of resolv.conf
  std::vector<DomainStatus> domains;
  std::size_t in_flight = 0;
  std::size_t waiting = 0;      ///< questions that wait for their turn
  std::uint64_t questions = 0;  ///< asked, ever
  std::uint64_t failures = 0;   ///< of these, without an answer, ever
};

}  // namespace liqo::dns
