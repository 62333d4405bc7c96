#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/dnssd/ip_address.h"
#include "resolver/result.h"

namespace liqo::dns {

/// A DNS server that questions are sent to. A value.
struct NameServer {
  static constexpr std::uint16_t kPort = 53;  // RFC 1035 section 4.2

  IpAddress address;
  std::uint16_t port = kPort;
  friend bool operator==(const NameServer&, const NameServer&) = default;
};

/// "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353"; a link-local address may
/// carry its zone, "fe80::1%eth0", which must be the name or the index of an interface that is
/// there.
Result<NameServer> parse_name_server(std::string_view text);
/// As parse_name_server() reads it; without the port where it is 53.
std::string to_string(const NameServer& server);

}  // namespace liqo::dns
