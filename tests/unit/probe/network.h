#pragma once

#include "resolver/dnssd/ip_address.h"

namespace liqo::probe {

/// Moves this process to a host of its own: 192.0.2.53, 2001:db8::53 and fe80::53 on link0, whose
/// other end link1 is here too and answers nothing. 198.51.100.0/24 and 2001:db8:1::/64 are
/// unreachable; neighbours that do not answer are given up after 300 ms. False, with a warning,
/// where that is not allowed.
bool enter_network();

/// A neighbour on link0 that takes packets and says nothing: 192.0.2.<host>.
IpAddress silent_neighbour(unsigned host);
IpAddress address(std::string_view text);
/// With the zone of this interface.
IpAddress address(std::string_view text, const char* interface);

}  // namespace liqo::probe
