#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "resolver/link/links.h"
#include "resolver/loop/unique_fd.h"

/// rtnetlink (RFC 3549 and linux/rtnetlink.h) without libnl: the two message families that
/// LinkMonitor needs.
namespace liqo::link {

/// What one datagram told besides links and addresses.
struct PacketOutcome {
  bool changed = false;      ///< the table may differ
  bool done = false;         ///< the end of a dump
  bool interrupted = false;  ///< the dump is no consistent picture: ask again
  int error = 0;             ///< errno value that the kernel answered with
};

/// Applies the messages of one datagram to `table`, in their order. Messages of other kinds, and of
/// other address families than the two, change nothing. Reads no further than `packet` whatever
/// lengths it claims.
PacketOutcome apply_packet(std::span<const std::byte> packet, LinkTable& table);

/// A socket that the kernel tells of every change of links and addresses.
Result<loop::UniqueFd> open_event_socket();

struct Drained {
  bool any = false;   ///< something was read
  bool lost = false;  ///< messages were dropped (ENOBUFS): only a new dump tells the truth
  bool more = false;  ///< the bound on one call was reached
};

/// Reads what waits on an event socket and applies it. Never blocks; a bounded number of datagrams.
Drained drain_events(int fd, LinkTable& table);

/// Asks the kernel for all links and addresses and waits for the answer, which it computes while
/// it is read: nothing outside this host is waited for.
Result<LinkTable> dump_links();

}  // namespace liqo::link
