#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "resolver/dnssd/ip_address.h"

namespace liqo {

/// An address and a port as the kernel takes them; the zone is sin6_scope_id.
class SocketAddress {
 public:
  SocketAddress(const IpAddress& address, std::uint16_t port);

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] socklen_t size() const { return size_; }
  [[nodiscard]] int family() const { return storage_.ss_family; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

/// "10.0.0.1:443", "[fe80::1%eth0]:443"
std::string place_text(const IpAddress& address, std::uint16_t port);

}  // namespace liqo
