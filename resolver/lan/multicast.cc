#include "resolver/lan/multicast.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace liqo::lan {
namespace {

constexpr const char* kGroupV4 = "224.0.0.251";
constexpr const char* kGroupV6 = "ff02::fb";
constexpr int kTtl = 255;  // RFC 6762 section 11

template <class T>
bool set(int fd, int level, int option, const T& value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// Multicast is looped back: the cluster may be published by another program on this host.
bool prepare(int fd, std::uint32_t interface, Family family) {
  if (family == Family::kIpv4) {
    ip_mreqn multicast{};
    multicast.imr_ifindex = static_cast<int>(interface);
    return set(fd, IPPROTO_IP, IP_MULTICAST_IF, multicast) &&
           set(fd, IPPROTO_IP, IP_MULTICAST_TTL, kTtl);
  }
  return set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
         set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(interface)) &&
         set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kTtl);
}

socklen_t group_address(std::uint32_t interface, Family family, sockaddr_storage& storage) {
  storage = {};
  if (family == Family::kIpv4) {
    auto& address = reinterpret_cast<sockaddr_in&>(storage);
    address.sin_family = AF_INET;
    address.sin_port = htons(kMdnsPort);
    inet_pton(AF_INET, kGroupV4, &address.sin_addr);
    return sizeof address;
  }
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(kMdnsPort);
  address.sin6_scope_id = interface;
  inet_pton(AF_INET6, kGroupV6, &address.sin6_addr);
  return sizeof address;
}

Error failed(const char* what) {
  return {Errc::kIo, std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

Result<MulticastSocket> MulticastSocket::create(std::uint32_t interface, Family family) {
  const int domain = family == Family::kIpv4 ? AF_INET : AF_INET6;
  loop::UniqueFd fd(::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || !prepare(fd.get(), interface, family)) return failed("a socket for questions");
  return MulticastSocket(std::move(fd), interface, family);
}

Result<void> MulticastSocket::bind_to_group() {
  sockaddr_storage group;
  const socklen_t size = group_address(interface_, family_, group);
  if (!set(fd_.get(), SOL_SOCKET, SO_REUSEADDR, 1) ||
      ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&group), size) != 0) {
    return failed("port 5353");
  }
  return {};
}

void MulticastSocket::send(std::string_view packet) const {
  sockaddr_storage group;
  const socklen_t size = group_address(interface_, family_, group);
  ::sendto(fd_.get(), packet.data(), packet.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&group), size);
}

}  // namespace liqo::lan
