#pragma once

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "resolver/dnssd/sighting.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::lan {

/// Finds out whether one of a sighting's addresses accepts a TCP connection on its port. Nothing is
/// sent on it; it is closed at once. A refusal proves no service, and neither does silence: both
/// are not told.
class Connector {
 public:
  /// Of one sighting at once; its further addresses follow.
  static constexpr std::size_t kPerSighting = 4;
  /// Altogether, a share of the 1,024 descriptors that a process may have; more wait.
  static constexpr std::size_t kMaxSockets = 128;
  /// Time for two SYNs (RFC 6298: the second after 1 s).
  static constexpr Duration kAttempt = std::chrono::milliseconds(2500);

  /// May call add() and cancel().
  using Connected = std::function<void(const SightingKey& key)>;

  /// `loop` must outlive it.
  Connector(loop::Loop& loop, Connected connected);
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// Tries the addresses, but none that a neighbour has no business to send us to: loopback,
  /// unspecified, multicast and this host's own.
  void add(const SightingKey& key, const std::vector<IpAddress>& addresses, std::uint16_t port);
  void cancel(const SightingKey& key);

 private:
  struct Job {
    std::deque<IpAddress> addresses;  ///< not tried yet
    std::uint16_t port = 0;
  };
  struct Attempt {
    SightingKey key;
    loop::UniqueFd socket;
    BootTime deadline;
    std::unique_ptr<loop::Poll> poll;  // gone before socket is closed: declared after it
  };
  using Attempts = std::list<Attempt>;

  void start_waiting();
  void try_next(const SightingKey& key);
  bool begin(const SightingKey& key, const IpAddress& address, std::uint16_t port);
  void ended(Attempts::iterator attempt, bool connected);
  void expire();
  void arm();

  loop::Loop& loop_;
  Connected connected_;
  std::map<SightingKey, Job> jobs_;
  std::deque<SightingKey> turns_;  ///< each a wish to try the next address of its job
  Attempts attempts_;              ///< by deadline
  loop::Timer timer_;
};

}  // namespace liqo::lan
