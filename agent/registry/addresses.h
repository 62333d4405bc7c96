#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/registry/registry.h"
#include "resolver/dnssd/ip_address.h"

namespace liqo {

/// Whether an address may be used at all. Never loopback, unspecified or multicast ones: whoever
/// tells those in mDNS or DNS is wrong or hostile. A link-local one is of use only with its zone,
/// which only the LAN can tell.
bool is_usable(const IpAddress& address, Source source);

/// The order in which to try usable addresses: on one of our links, global, private, link-local;
/// within each IPv4 and IPv6 in turn, IPv4 first because Liqo's own endpoints are IPv4, and by
/// number, so that the order of an answer's records makes no difference. Each address once. This
/// host's own are left out, unless there is no other: a cluster on this host.
std::vector<IpAddress> order_addresses(std::vector<IpAddress> addresses,
                                       const LocalNetwork& network);

/// "https://10.0.0.1:30740"; IPv6 in brackets, a zone after "%25" and percent-encoded where needed
/// (RFC 6874 section 2), the form that curl and Go read.
std::string https_url(const IpAddress& address, std::uint16_t port);

}  // namespace liqo
