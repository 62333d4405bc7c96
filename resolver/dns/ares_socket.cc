#include "resolver/dns/ares_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

#include "resolver/wire/scan.h"

namespace liqo::dns {
namespace {

int open_socket(int family, int type, int protocol, void* /*self*/) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return ARES_SOCKET_BAD;
  if (type == SOCK_STREAM) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  } else {
    const int size = AresSockets::kReceiveBuffer;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  return fd;
}

int close_socket(int fd, void* /*self*/) { return ::close(fd); }

/// What c-ares takes for the end of a socket and of all who wait there, though anybody could have
/// forged it: an empty datagram, and in new versions an unreadable one.
bool is_noise(std::span<const std::uint8_t> datagram) {
  return datagram.empty() || (kNewAres && !wire::scan_message(datagram).has_value());
}

}  // namespace

/// The result as it is; its error, where it is one.
template <class T>
T AresSockets::noted(T result) {
  if (result < 0 && errno != EAGAIN && errno != EINPROGRESS) error_ = errno;
  return result;
}

int AresSockets::connect(int fd, const sockaddr* address, ares_socklen_t size) {
  if (zone_ == 0 || address->sa_family != AF_INET6) return noted(::connect(fd, address, size));
  sockaddr_in6 zoned = *reinterpret_cast<const sockaddr_in6*>(address);
  zoned.sin6_scope_id = zone_;
  return noted(::connect(fd, reinterpret_cast<const sockaddr*>(&zoned), sizeof zoned));
}

ares_ssize_t AresSockets::receive(int fd, void* buffer, std::size_t size, sockaddr* from,
                                  ares_socklen_t* from_size) {
  while (reads_left_ > 0) {
    --reads_left_;
    const ssize_t got = noted(::recvfrom(fd, buffer, size, 0, from, from_size));
    const bool stream = from == nullptr;
    if (got == 0 && stream) error_ = 0;
    if (got < 0 || stream) return got;
    if (!is_noise({static_cast<const std::uint8_t*>(buffer), static_cast<std::size_t>(got)})) {
      return got;
    }
  }
  errno = EAGAIN;  // more may be there: the next turn of the loop reads it
  return -1;
}

ares_ssize_t AresSockets::send(int fd, const iovec* pieces, int count) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = static_cast<std::size_t>(count);
  return noted(::sendmsg(fd, &message, MSG_NOSIGNAL));
}

std::string AresSockets::failure() const {
  return error_ == 0 ? "closed the connection" : std::strerror(error_);
}

void AresSockets::serve(ares_channel channel) {
  static const ares_socket_functions kFunctions = {
      open_socket, close_socket,
      [](int fd, const sockaddr* address, ares_socklen_t size, void* self) {
        return static_cast<AresSockets*>(self)->connect(fd, address, size);
      },
      [](int fd, void* buffer, std::size_t size, int /*flags*/, sockaddr* from,
         ares_socklen_t* from_size, void* self) {
        return static_cast<AresSockets*>(self)->receive(fd, buffer, size, from, from_size);
      },
      [](int fd, const iovec* pieces, int count, void* self) {
        return static_cast<AresSockets*>(self)->send(fd, pieces, count);
      }};
  ares_set_socket_functions(channel, &kFunctions, this);
}

}  // namespace liqo::dns
