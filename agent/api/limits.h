#pragma once

#include <cstddef>

#include "resolver/time.h"

namespace liqo::api {

/// What one client, one user, or all of them together may have of the agent.
struct Limits {
  /// Descriptors and memory are for 256 clients: a quarter of the usual 1,024 descriptors.
  std::size_t max_connections = 256;
  /// Four users at once may do their worst before others notice.
  std::size_t max_connections_per_user = 64;
  /// Of all connections, kept for root and the agent's own user: who has to find out what is wrong
  /// must always get in.
  std::size_t reserved_connections = 16;
  /// A connection that nobody used for this long, or that has not taken anything for this long,
  /// gives way when another needs its place. Otherwise it may stay: clients keep theirs open.
  Duration idle_grace = std::chrono::seconds(60);

  /// The longest call, in octets: the longest sensible one is a hundredth of it.
  std::size_t max_request = std::size_t{64} * 1024;
  /// From the first octet of a call to its last.
  Duration request_time = std::chrono::seconds(5);
  /// For a client to take anything at all of what waits for it. Watchers are exempt: what waits
  /// for them is bounded by watch_queue, and a stopped terminal may go on.
  Duration stall_time = std::chrono::seconds(10);

  /// Changes that wait for one watcher, in octets of their text (which all watchers share). One
  /// that is slower starts over with a new snapshot.
  std::size_t watch_queue = std::size_t{1} << 20U;
  /// Clusters, or events, in one reply of a call with `more`.
  std::size_t max_piece = 256;
  /// A reply in one piece; clients need memory for all of it at once.
  std::size_t max_whole_list = std::size_t{8} << 20U;

  /// Calls of one user that cost more than a look-up, each second and at once: a list of 10,000
  /// clusters takes some ten milliseconds of the one thread.
  double calls_per_second = 200;
  double calls_at_once = 1000;

  /// The longest `wait` of List: past it something is wrong that waiting does not mend.
  Duration max_wait = std::chrono::seconds(60);
  /// A suspect is settled within 15 s; one more for the way.
  Duration outcome_time = std::chrono::seconds(16);
  /// For the authentication servers of a cluster that DNS still names: they have answered or failed
  /// within 5 s (probe::HttpsOptions::time_limit); one more for the way.
  Duration server_time = std::chrono::seconds(6);

  /// Looks at domains that are under way at once: each may have a domain's share of the questions
  /// that are asked at once, and keep the agent's own domains waiting.
  std::size_t max_looks = 4;
  /// Checks of the peering requirements, likewise: each asks a handful of endpoints.
  std::size_t max_checks = 4;

  /// Texts of clusters kept for the next reader, in octets: 10,000 usual ones.
  std::size_t max_cached_text = std::size_t{32} << 20U;
  /// Texts that nobody read for this long are dropped, and the memory given back.
  Duration cache_time = std::chrono::seconds(30);
};

}  // namespace liqo::api
