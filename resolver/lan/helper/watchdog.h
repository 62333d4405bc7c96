#pragma once

#include <ctime>

#include "resolver/lan/helper/poll.h"

namespace liqo::lan::helper {

/// Has the kernel kill this process when it gets on no more: in a call that does not return, in a
/// loop without an end, stopped. So the agent need not wake up to see whether it lives.
class Watchdog {
 public:
  /// It may take this long from one feeding to the next.
  static constexpr auto kLimit = std::chrono::seconds(10);
  /// How often it is fed while nothing else happens. It is killed six to ten seconds after it hung.
  static constexpr auto kMeal = std::chrono::seconds(4);

  /// Throws std::system_error where the user has no timer left.
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Called as often as one likes.
  void feed(Monotonic::time_point now = Monotonic::now());
  [[nodiscard]] Monotonic::time_point hungry_at() const { return hungry_at_; }

 private:
  timer_t timer_{};
  Monotonic::time_point hungry_at_;
};

}  // namespace liqo::lan::helper
