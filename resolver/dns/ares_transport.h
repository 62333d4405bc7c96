#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "resolver/dns/transport.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

struct AresOptions {
  /// In the order in which they are tried; a failed one steps behind the others until another
  /// fails. None: every question fails at once.
  std::vector<NameServer> servers;
  /// The AD bit of answers is wanted (RFC 6840 section 5.7), and believed where the server is on
  /// loopback or `trusted`: Reply::dnssec is kSecure then, and kInsecure for every other answer.
  /// Where it is not wanted it is nothing.
  bool want_ad = false;
  bool trusted = false;

  /// An attempt at one server that is silent for so long has failed; another server, or the same
  /// one again, is next. Four fit into kQueryTime, at most three of them at one server (RFC 9520
  /// section 3.1). One lost datagram costs one attempt.
  Duration attempt_time = std::chrono::milliseconds(2'500);
  /// And a question with all its attempts.
  Duration query_time = kQueryTime;
  /// c-ares 1.18 keeps one source port for a channel while it has questions: a forger who guesses
  /// it has this many questions to hit. Then the channel is retired. For servers off this host.
  std::size_t queries_per_channel = 128;
  /// Channels of one server that are used in turn, each with ports of its own.
  std::size_t channels_per_server = 4;
  /// Servers on loopback too: where other users of this host are not trusted.
  bool ports_change_on_loopback = false;
};

/// Asks DNS servers over UDP with EDNS (RFC 6891), over TCP where an answer is truncated (RFC
/// 7766), by c-ares. Ids are from getrandom(2). An answer counts when it is a response of opcode 0
/// with our id and our question (RFC 5452 section 9).
std::unique_ptr<Transport> create_ares_transport(loop::Loop& loop, AresOptions options);

}  // namespace liqo::dns
