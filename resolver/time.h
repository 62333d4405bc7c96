#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace liqo {

/// CLOCK_BOOTTIME: runs on through suspend and is never set, so every deadline is measured on it.
struct BootClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock, duration>;
  static constexpr bool is_steady = true;
  static time_point now();
};

using Duration = BootClock::duration;
using BootTime = BootClock::time_point;

/// Wall-clock time: only shown and stored, never compared with a deadline.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// One reading of both clocks. Pure code takes it as an argument and never looks at a clock.
struct Now {
  BootTime boot;
  WallTime wall;
};

/// Reads CLOCK_BOOTTIME and CLOCK_REALTIME.
Now read_clocks();

/// RFC 3339 in UTC, to the second: "2026-11-23T09:05:00Z".
std::string to_rfc3339(WallTime time);

}  // namespace liqo
