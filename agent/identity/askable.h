#pragma once

#include <vector>

#include "agent/registry/registry.h"
#include "resolver/dnssd/sighting.h"

namespace liqo::identity {

/// The addresses of a sighting at which the agent may be made to ask who is there: only those that
/// its source has a business to name, or a neighbour could have the agent call this host, or a
/// service behind it. On the LAN those on the link on which it was seen; of DNS all but loopback,
/// link-local and this host's own; by hand all. Never the metadata services of clouds
/// (169.254.169.254, fd00:ec2::254), which answer whoever asks. In the order of order_addresses().
std::vector<IpAddress> askable_addresses(const Sighting& sighting, const LocalNetwork& network);

}  // namespace liqo::identity
