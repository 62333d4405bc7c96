#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "resolver/link/netlink.h"

namespace liqo::link {
namespace {

/// Larger than any datagram that the kernel sends (NLMSG_GOODSIZE for events, 32 KiB for dumps).
using Buffer = std::array<std::byte, 64 * 1024>;

/// Events wait here while they are gathered; the kernel cuts the wish down to rmem_max.
constexpr int kReceiveBuffer = 1024 * 1024;

/// Read in one go: some milliseconds of work, whatever the kernel has to tell.
constexpr int kDatagramsPerDrain = 256;

/// A dump that links changed under is asked for again; the events that follow repair what even the
/// last of these has missed.
constexpr int kDumpAttempts = 4;

Error io_error(const char* what) {
  return Error{Errc::kIo, std::string("rtnetlink: ") + what + ": " + std::strerror(errno)};
}

Result<loop::UniqueFd> open_socket(std::uint32_t groups, int flags) {
  loop::UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE));
  if (!fd) return io_error("socket");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return io_error("bind");
  }
  return fd;
}

/// One datagram; empty with errno set when there is none. What another process sent is skipped.
std::span<const std::byte> receive(int fd, Buffer& buffer) {
  for (;;) {
    sockaddr_nl sender{};
    socklen_t size = sizeof sender;
    const ssize_t count = ::recvfrom(fd, buffer.data(), buffer.size(), 0,
                                     reinterpret_cast<sockaddr*>(&sender), &size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    if (sender.nl_pid == 0) return {buffer.data(), static_cast<std::size_t>(count)};
  }
}

Result<void> request_dump(int fd, std::uint16_t type) {
  struct {
    nlmsghdr header;
    rtgenmsg body;
  } request{};
  request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.body);
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.rtgen_family = AF_UNSPEC;
  if (::send(fd, &request, request.header.nlmsg_len, 0) < 0) return io_error("dump");
  return {};
}

/// True when the picture is consistent.
Result<bool> dump_into(int fd, std::uint16_t type, LinkTable& table) {
  if (auto asked = request_dump(fd, type); !asked) return asked.error();
  Buffer buffer;
  bool consistent = true;
  for (;;) {
    const auto packet = receive(fd, buffer);
    if (packet.empty()) return io_error("dump");
    const PacketOutcome outcome = apply_packet(packet, table);
    if (outcome.error != 0) {
      errno = outcome.error;
      return io_error("dump");
    }
    consistent = consistent && !outcome.interrupted;
    if (outcome.done) return consistent;
  }
}

}  // namespace

Result<loop::UniqueFd> open_event_socket() {
  auto fd = open_socket(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, SOCK_NONBLOCK);
  if (!fd) return fd;
  // Only a wish: with less, ENOBUFS and a new dump come earlier.
  ::setsockopt(fd->get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  return fd;
}

Drained drain_events(int fd, LinkTable& table) {
  Drained drained;
  Buffer buffer;
  for (int count = 0; count < kDatagramsPerDrain; ++count) {
    const auto packet = receive(fd, buffer);
    if (packet.empty()) {
      if (errno != ENOBUFS) return drained;
      drained.any = drained.lost = true;
      continue;
    }
    drained.any = true;
    apply_packet(packet, table);
  }
  drained.more = true;
  return drained;
}

Result<LinkTable> dump_links() {
  auto fd = open_socket(0, 0);
  if (!fd) return fd.error();
  // The kernel answers at once; should it ever not, this is not the place to hang.
  const timeval limit{.tv_sec = 1, .tv_usec = 0};
  ::setsockopt(fd->get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  for (int attempt = 1;; ++attempt) {
    LinkTable table;
    const auto links = dump_into(fd->get(), RTM_GETLINK, table);
    if (!links) return links.error();
    const auto addresses = dump_into(fd->get(), RTM_GETADDR, table);
    if (!addresses) return addresses.error();
    if ((*links && *addresses) || attempt == kDumpAttempts) return table;
  }
}

}  // namespace liqo::link
