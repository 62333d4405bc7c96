#pragma once

#include <avahi-common/simple-watch.h>
#include <avahi-common/watch.h>

#include <chrono>
#include <functional>
#include <memory>

namespace liqo::lan::helper {

/// CLOCK_MONOTONIC, for the helper's own deadlines; Avahi's are on the wall clock.
using Monotonic = std::chrono::steady_clock;

/// Avahi's own main loop.
class Poll {
 public:
  Poll();

  [[nodiscard]] const AvahiPoll* api() const { return avahi_simple_poll_get(poll_.get()); }

  /// One turn: waits until something is due, `until` at the latest, calls `woken`, then lets Avahi
  /// do one thing. `woken` may free Avahi's objects but make none. False when polling failed.
  bool turn(Monotonic::time_point until, const std::function<void()>& woken);

 private:
  struct Free {
    void operator()(AvahiSimplePoll* poll) const { avahi_simple_poll_free(poll); }
  };
  std::unique_ptr<AvahiSimplePoll, Free> poll_;
};

/// Wakes the poll when a descriptor can be read or was hung up.
class Wakeup {
 public:
  Wakeup(const AvahiPoll* api, int fd);
  ~Wakeup() { api_->watch_free(watch_); }
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Whether input wakes; a hang-up always does.
  void want_input(bool wanted);

 private:
  const AvahiPoll* api_;
  AvahiWatch* watch_;
  bool wanted_ = true;
};

}  // namespace liqo::lan::helper
