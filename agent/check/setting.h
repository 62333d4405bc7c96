#pragma once

#include <optional>
#include <vector>

#include "agent/check/report.h"
#include "agent/registry/cluster.h"
#include "agent/registry/registry.h"
#include "resolver/dnssd/advert.h"

namespace liqo::check {

/// What is known of both sides.
struct Sides {
  const std::optional<Advert>& own;  ///< nothing where this host only looks
  const LocalNetwork& network;
  const Cluster& cluster;
  /// Of the certificates that are known for it: "sha256:..."; none where none is.
  const std::vector<std::string>& fingerprints;
};

/// Which scenario it is: by `site` on both sides; where one does not tell, by its addresses: seen
/// on our LAN, private (so behind a NAT), or public.
Setting setting_of(const Sides& sides);

/// The addresses at which we say that a service of ours is: given ones, or this host's own, without
/// loopback and link-local. None where it is a host name.
std::vector<IpAddress> own_addresses(const EndpointAdvert& endpoint, const LocalNetwork& network);

/// Whether there are addresses, and all are private: not to be reached from another network.
bool are_hidden(const std::vector<IpAddress>& addresses);

/// What the guide's table says of how this side exposes a service; empty where it says nothing.
std::string_view advised_exposure(const Setting& setting, Service service, bool ours);

/// How a service seems to be exposed, by its port: Kubernetes' range of node ports, or a usual one.
std::string_view guessed_exposure(Service service, std::uint16_t port);

}  // namespace liqo::check
