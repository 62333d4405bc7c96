#pragma once

#include <optional>
#include <utility>

#include "resolver/time.h"

namespace liqo::lan::helper {

/// Notices that the wall clock was set: avahi-core's timers are on it, so that a step forward
/// expires its whole cache at once and a step back stops it. Suspend is no step, for both clocks
/// count it; nor is the slow slewing of NTP, 0.5 ms in a second.
class ClockStep {
 public:
  static constexpr Duration kStep{1000};

  /// True when the clock was set by more than kStep since the last call.
  bool seen(const Now& now) {
    const Duration offset = now.wall.time_since_epoch() - now.boot.time_since_epoch();
    const std::optional<Duration> before = std::exchange(offset_, offset);
    return before && (offset - *before > kStep || *before - offset > kStep);
  }

 private:
  std::optional<Duration> offset_;
};

}  // namespace liqo::lan::helper
