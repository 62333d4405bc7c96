#include "tests/support/until.h"

#include <algorithm>

namespace liqo::test {

bool run_until(loop::Loop& loop, const std::function<bool()>& condition, Duration limit) {
  using namespace std::chrono_literals;
  const BootTime deadline = BootClock::now() + limit;
  loop::Timer wake(loop);
  while (!condition()) {
    const BootTime now = BootClock::now();
    if (now >= deadline) return false;
    // The condition may also become true by what happens outside of this loop.
    wake.arm(std::min<Duration>(deadline - now, 5ms), [] {});
    uv_run(loop.raw(), UV_RUN_ONCE);
  }
  return true;
}

void run_for(loop::Loop& loop, Duration time) {
  run_until(
      loop, [] { return false; }, time);
}

}  // namespace liqo::test
