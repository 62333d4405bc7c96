#include "tests/support/until.h"

namespace liqo::test {

bool run_until(loop::Loop& loop, const std::function<bool()>& condition, Duration limit) {
  const BootTime deadline = BootClock::now() + limit;
  loop::Timer wake(loop);
  // Always armed: a turn must end though all else is quiet, and the condition may also become true
  // by what happens outside of this loop.
  std::function<void()> again = [&] { wake.arm(std::chrono::milliseconds(5), again); };
  again();
  while (!condition()) {
    if (BootClock::now() >= deadline) return false;
    uv_run(loop.raw(), UV_RUN_ONCE);
  }
  return true;
}

void run_for(loop::Loop& loop, Duration time) {
  run_until(
      loop, [] { return false; }, time);
}

}  // namespace liqo::test
