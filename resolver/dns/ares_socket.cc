#include "resolver/dns/ares_socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace liqo::dns {
namespace {

int close_socket(int fd, void* /*self*/) { return ::close(fd); }

}  // namespace

/// The result as it is; its error, where it is one.
template <class T>
T AresSockets::noted(T result) {
  if (result < 0 && errno != EAGAIN && errno != EINPROGRESS) error_ = errno;
  return result;
}

int AresSockets::open(int family, int type, int protocol) {
  const int fd = ::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd < 0) return ARES_SOCKET_BAD;
  if (type == SOCK_STREAM) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    inbox_.begin_stream();
  } else {
    const int size = kReceiveBuffer;
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  return fd;
}

int AresSockets::connect(int fd, const sockaddr* address, ares_socklen_t size) {
  if (zone_ == 0 || address->sa_family != AF_INET6) return noted(::connect(fd, address, size));
  sockaddr_in6 zoned = *reinterpret_cast<const sockaddr_in6*>(address);
  zoned.sin6_scope_id = zone_;
  return noted(::connect(fd, reinterpret_cast<const sockaddr*>(&zoned), sizeof zoned));
}

/// An empty datagram is nothing: to c-ares it would be the end of the socket, and anybody can forge
/// it.
std::size_t AresSockets::passed(bool stream, std::span<std::uint8_t> buffer, std::size_t got) {
  if (!kNewAres) return got;
  if (stream) {
    inbox_.feed(buffer.first(got));
    return inbox_.take(buffer);
  }
  const std::string shown = inbox_.show(buffer.first(got));
  if (shown.size() > buffer.size()) return 0;
  std::memcpy(buffer.data(), shown.data(), shown.size());
  return shown.size();
}

ares_ssize_t AresSockets::receive(int fd, void* buffer, std::size_t size, sockaddr* from,
                                  ares_socklen_t* from_size) {
  const bool stream = from == nullptr;
  const std::span into(static_cast<std::uint8_t*>(buffer), size);
  if (const std::size_t ready = stream ? inbox_.take(into) : 0; ready > 0) {
    return static_cast<ares_ssize_t>(ready);
  }
  while (reads_left_ > 0) {
    --reads_left_;
    const ssize_t got = noted(::recvfrom(fd, buffer, size, 0, from, from_size));
    if (got == 0 && stream) error_ = 0;
    if (got < 0 || (got == 0 && stream)) return got;
    const std::size_t left = passed(stream, into, static_cast<std::size_t>(got));
    if (left > 0) return static_cast<ares_ssize_t>(left);
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

std::size_t AresSockets::end_turn() {
  inbox_.end_turn();
  return std::exchange(reads_left_, 0);
}

std::string AresSockets::failure() const {
  return error_ == 0 ? "closed the connection" : std::strerror(error_);
}

void AresSockets::serve(ares_channel channel) {
  static const ares_socket_functions kFunctions = {
      [](int family, int type, int protocol, void* self) {
        return static_cast<AresSockets*>(self)->open(family, type, protocol);
      },
      close_socket,
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
