#pragma once

#include <cstddef>
#include <vector>

#include "agent/config/config.h"
#include "agent/registry/registry.h"
#include "resolver/link/links.h"
#include "resolver/registrar/registrar.h"

/// What goes into the zones that are registered in: this host's own cluster, and by consent those
/// seen on the LAN.
namespace liqo::registration {

/// Clusters of the LAN that are registered in one zone: a site has some, and a neighbour who
/// invents more of them, each with an authentication server of its own, fills no zone.
inline constexpr std::size_t kMaxShared = 256;

/// The addresses of this host under which its cluster is registered: of links that the LAN source
/// may use, the global ones; where there is none, private ones.
std::vector<IpAddress> own_addresses(const link::LinkTable& links, const LanConfig& lan);

/// The entries of our own cluster, one for each endpoint that has a place to be reached at.
registrar::Zone::Wanted own_entries(const Advert& cluster, const std::vector<IpAddress>& addresses);

/// The entries of one cluster as the LAN tells it; none unless its authentication server there has
/// said who it is. `via`: our own id.
registrar::Zone::Wanted shared_entries(const Cluster& cluster, const ClusterId& via,
                                       const link::LinkTable& links);

/// Everything that is to be in zones, as the configuration wants it. Pure.
std::vector<registrar::Registrar::ZoneWish> wishes(const Config& config,
                                                   const link::LinkTable& links,
                                                   const Registry::View& clusters);

}  // namespace liqo::registration
