#include "resolver/loop/unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace liqo::loop {
namespace {

// Connections that wait while the loop is busy or out of descriptors; who comes then waits in
// connect(), or is told EAGAIN where that must not block.
constexpr int kBacklog = 256;

// Under this name beside the socket it is prepared. One character, for the path is short of room.
constexpr std::string_view kTemporarySuffix = "~";

Error io_error(const std::string& what) {
  return Error{Errc::kIo, what + ": " + std::strerror(errno)};
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return Error{Errc::kInvalid, path + ": a socket's path has 1 to " +
                                     std::to_string(sizeof(address.sun_path) - 1) + " octets"};
  }
  path.copy(address.sun_path, path.size());
  return address;
}

Result<UniqueFd> open_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return io_error("socket");
  return fd;
}

bool has_option(int fd, int option, int expected) {
  int value = 0;
  socklen_t size = sizeof(value);
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 && value == expected;
}

}  // namespace

Result<UniqueFd> listen_unix(const std::string& path) {
  if (auto named = address_of(path); !named) return named.error();
  const std::string temporary = path + std::string(kTemporarySuffix);
  const auto address = address_of(temporary);
  if (!address) return address.error();
  auto fd = open_socket();
  if (!fd) return fd.error();

  ::unlink(temporary.c_str());
  if (::bind(fd->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0) {
    return io_error(path);
  }
  if (::chmod(temporary.c_str(), 0666) != 0 || ::listen(fd->get(), kBacklog) != 0 ||
      ::rename(temporary.c_str(), path.c_str()) != 0) {
    const Error error = io_error(path);
    ::unlink(temporary.c_str());
    return error;
  }
  return fd;
}

Result<UniqueFd> adopt_listening_unix(int fd) {
  if (!has_option(fd, SO_DOMAIN, AF_UNIX) || !has_option(fd, SO_TYPE, SOCK_STREAM) ||
      !has_option(fd, SO_ACCEPTCONN, 1)) {
    return Error{Errc::kInvalid, "descriptor " + std::to_string(fd) +
                                     ": expected a listening AF_UNIX stream socket"};
  }
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return io_error("descriptor " + std::to_string(fd));
  }
  return UniqueFd(fd);
}

Result<UniqueFd> connect_unix(const std::string& path) {
  const auto address = address_of(path);
  if (!address) return address.error();
  auto fd = open_socket();
  if (!fd) return fd.error();
  if (::connect(fd->get(), reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) != 0) {
    return Error{Errc::kUnavailable, path + ": " + std::strerror(errno)};
  }
  return fd;
}

Result<PeerCredentials> peer_credentials(int fd) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return io_error("SO_PEERCRED");
  }
  PeerCredentials peer{credentials.pid, credentials.uid, credentials.gid, {}};

  std::array<gid_t, 64> few{};
  size = sizeof(few);
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, few.data(), &size) == 0) {
    peer.groups.assign(few.begin(), few.begin() + size / sizeof(gid_t));
    return peer;
  }
  if (errno != ERANGE) return io_error("SO_PEERGROUPS");
  peer.groups.resize(size / sizeof(gid_t));  // the kernel says how much it needs
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, peer.groups.data(), &size) != 0) {
    return io_error("SO_PEERGROUPS");
  }
  return peer;
}

}  // namespace liqo::loop
