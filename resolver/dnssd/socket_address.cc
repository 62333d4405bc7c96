#include "resolver/dnssd/socket_address.h"

#include <netinet/in.h>

#include <cstring>

namespace liqo {

SocketAddress::SocketAddress(const IpAddress& address, std::uint16_t port) {
  const auto octets = address.octets();
  if (address.family() == Family::kIpv4) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(storage_);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, octets.data(), octets.size());
    size_ = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage_);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_scope_id = address.zone_index();
    std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
    size_ = sizeof v6;
  }
}

std::string place_text(const IpAddress& address, std::uint16_t port) {
  const bool v6 = address.family() == Family::kIpv6;
  const std::string text = address.to_string();
  return (v6 ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

}  // namespace liqo
