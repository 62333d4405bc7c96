#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/json.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/dnssd/service.h"
#include "resolver/result.h"

namespace liqo::cli {

/// How one endpoint is told in a zone: by a host name that has its addresses elsewhere, or by
/// addresses for which the zone gets a name.
struct ZoneEndpoint {
  std::uint16_t port = 0;
  std::variant<DomainName, std::vector<IpAddress>> target;
};

/// A cluster as a zone tells it.
struct ZoneCluster {
  ClusterId id;
  std::string name;  ///< may be empty, as version and site
  std::string version;
  std::string site;
  std::array<std::optional<ZoneEndpoint>, kServiceCount> endpoints;  ///< by index_of(Service)
};

/// A cluster as the agent's List and Get tell it. What is not there, or of another type than it
/// should be, is left out; kMalformed where the id is none.
Result<ZoneCluster> zone_cluster(const Json& cluster);

/// The agent's own cluster, of its Status. An endpoint on this host itself gets the addresses of
/// the interfaces in use. kRefused where none is configured: this host publishes nothing.
Result<ZoneCluster> own_zone_cluster(const Json& status);

struct ZoneOptions {
  /// Shorter than it takes to notice a change by hand, longer than to ask again for all of it.
  static constexpr std::uint32_t kTtl = 60;
  static constexpr std::uint32_t kMaxTtl = 0x7FFFFFFF;  // RFC 2181 section 8

  /// Names are written whole, below it; nothing: relative to the zone that they are put into.
  std::optional<DomainName> domain;
  std::uint32_t ttl = kTtl;
};

/// The records that publish a cluster (RFC 6763 section 4), as a master file has them (RFC 1035
/// section 5), and comments about what cannot be published. kNotFound where it has no endpoint that
/// can be; kInvalid where a name below the domain would be too long.
Result<std::string> zone_text(const ZoneCluster& cluster, const ZoneOptions& options);

}  // namespace liqo::cli
