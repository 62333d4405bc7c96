#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"
#include "resolver/result.h"

namespace liqo::probe {

/// A TCP connection to the first of several addresses that takes one (RFC 8305 section 5). libcurl
/// would spend half of the time that is left on each silent address before it turns to the next of
/// the same family, and hosts announce many: those of their bridges, and of their pods.
class Connector {
 public:
  /// Between the beginnings of two attempts, unless the one before failed: RFC 8305 section 8.
  static constexpr Duration kAttemptDelay = std::chrono::milliseconds(250);
  /// Attempts under way at once, each a descriptor. One more, and the oldest is given up: it has
  /// had a second, in which a SYN is sent twice.
  static constexpr std::size_t kMaxAttempts = 4;

  struct Connected {
    loop::UniqueFd fd;  ///< not blocking
    IpAddress address;
  };
  /// Called once, never inside the constructor; may destroy the connector. kRefused where an
  /// address refused, else kTimedOut where the kernel gave up on one, else kUnavailable; it names
  /// what became of each address.
  using Done = std::function<void(Result<Connected> outcome)>;

  /// Begins. Of its own it ends when every address has failed, which may take minutes.
  Connector(loop::Loop& loop, const std::vector<IpAddress>& addresses, std::uint16_t port,
            Done done);
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// What became of the addresses until now, for a person: "10.0.0.1:443: no answer".
  [[nodiscard]] std::string account() const;

 private:
  struct Attempt {
    IpAddress address;
    loop::UniqueFd fd;
    std::unique_ptr<loop::Poll> poll;  // gone before fd is closed: declared after it
  };
  using Attempts = std::list<Attempt>;

  void schedule(Duration delay);
  void begin_next();
  /// An errno; EINPROGRESS where it goes on.
  int begin(Attempt& attempt);
  void on_ready(Attempts::iterator attempt);
  void fail(const IpAddress& address, int error);
  /// Last in whatever calls it: `done_` may destroy this.
  void end_if_over();

  loop::Loop& loop_;
  std::uint16_t port_;
  Done done_;
  std::vector<IpAddress> addresses_;
  std::size_t next_ = 0;
  std::vector<std::pair<IpAddress, int>> failures_;  ///< with errno
  Attempts attempts_;
  loop::Timer timer_;
};

}  // namespace liqo::probe
