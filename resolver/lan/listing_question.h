#pragma once

#include <cstdint>

#include "resolver/dnssd/ip_address.h"

namespace liqo::lan {

/// Asks the LAN on one interface over one family who offers Liqo's services: a PTR question for
/// each, once. Avahi asks only when its schedule says so, whatever is wanted of it meanwhile. This
/// is a querier's question (RFC 6762 section 5.2), from port 5353, so that all answer by multicast
/// and whoever listens on this host, Avahi first of all, hears them. Does not wait; what cannot be
/// sent is lost like a datagram.
void ask_for_listings(std::uint32_t interface, Family family);

}  // namespace liqo::lan
