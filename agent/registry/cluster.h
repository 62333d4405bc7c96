#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/registry/identity.h"
#include "resolver/boxed.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/time.h"

namespace liqo {

/// How much a sighting, or a cluster by its best sighting, can be relied on; best first.
enum class State : std::uint8_t {
  kFresh,
  kSuspect,  ///< in doubt, which is being checked: see the glossary of Registry
  kStale,    ///< DNS only: past its TTL while the servers do not answer
};
std::string_view to_string(State state);

/// The last positive proof of a sighting.
struct Evidence {
  EvidenceMethod method = EvidenceMethod::kMdns;
  WallTime time;
};

/// A sighting as the registry holds it. The observation is shared and never altered: a cluster's
/// successive values, the registry and every consumer look at one copy of it. Never null.
struct SightingEntry {
  std::shared_ptr<const Sighting> sighting;
  State state = State::kFresh;
  Evidence evidence;
  std::optional<WallTime> expires;  ///< the end of its TTL, as of its last telling; DNS only
  /// Who answered there; null where nobody did, and for other services than auth.
  std::shared_ptr<const IdsAnswer> ids;

  [[nodiscard]] Identity identity() const { return ids ? ids->verdict : Identity::kClaimed; }
};

/// How one endpoint of a cluster is reached, taken from its best sighting.
struct Endpoint {
  DomainName host;
  std::uint16_t port = 0;
  std::vector<IpAddress> addresses;  ///< in the order in which to try them; never empty
  std::string url;                   ///< "https://10.0.0.1:30740"; empty for the gateway
  Source source = Source::kLan;
};

/// One cluster: its sightings merged by id. A value; what the API, the names and the state file
/// see.
struct Cluster {
  ClusterId id;
  /// TXT `name=`: raw octets, may be empty. As version and site, from the first sighting that tells
  /// it, in the order in which sightings are preferred for endpoints (merge.h); where none does,
  /// the name that its auth endpoint gave, then what a user called it, and until one is told the
  /// name that it held before a restart.
  std::string name;
  std::string version;  ///< TXT `version=`, likewise
  std::string site;     ///< TXT `site=`, likewise
  State state = State::kFresh;
  /// Of the sighting that its auth endpoint is taken from; where none is to be believed, theirs.
  Identity identity = Identity::kClaimed;
  /// Of the certificate that is known for it: "sha256:..."; empty where none is.
  std::string fingerprint;
  WallTime first_seen;
  WallTime last_seen;  ///< the newest proof of its sightings (is_proof); without one, first_seen
  std::array<Boxed<Endpoint>, kServiceCount> endpoints;  ///< by index_of(Service)
  /// The cluster's name in lower case, where it is a valid label, no UUID, and this cluster was the
  /// first, of those known, to claim it, be it as its name or as its id; else empty.
  std::string held_name;
  /// Another cluster held this one's id as its name before: no host name stands for the id.
  bool id_taken = false;
  std::vector<SightingEntry> sightings;  ///< ordered by key
};

/// Clusters in the order of their ids. None is ever altered, so any thread may have them.
using Clusters = std::vector<std::shared_ptr<const Cluster>>;

/// "milan.liqo.internal", "<id>.liqo.internal": the names of the cluster itself below `suffix`,
/// the held name first, without an id that is taken. None for a cluster without an endpoint: they
/// would stand for no address.
std::vector<std::string> host_names(const Cluster& cluster, std::string_view suffix);

}  // namespace liqo
