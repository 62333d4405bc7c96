#include "resolver/lan/helper/clock_step.h"

#include "tests/support/catch.h"

using namespace liqo;
using namespace std::chrono_literals;
using lan::helper::ClockStep;

namespace {

Now at(Duration boot, Duration wall) { return {BootTime(boot), WallTime(wall)}; }

}  // namespace

TEST_CASE("ClockStep: the first look is no step") {
  ClockStep step;
  CHECK_FALSE(step.seen(at(5s, 1'800'000'000s)));
}

TEST_CASE("ClockStep: clocks that go together are no step, nor is a suspend") {
  ClockStep step;
  CHECK_FALSE(step.seen(at(5s, 1000s)));
  CHECK_FALSE(step.seen(at(7s, 1002s)));
  CHECK_FALSE(step.seen(at(36'007s, 37'002s)));
}

TEST_CASE("ClockStep: a clock set forward or back is seen once") {
  ClockStep step;
  CHECK_FALSE(step.seen(at(5s, 1000s)));
  CHECK(step.seen(at(6s, 1003s)));
  CHECK_FALSE(step.seen(at(7s, 1004s)));
  CHECK(step.seen(at(8s, 4s)));
  CHECK_FALSE(step.seen(at(9s, 5s)));
}

TEST_CASE("ClockStep: NTP may slew for as long as it likes") {
  ClockStep step;
  for (int second = 0; second < 10'000; second += 2) {
    const Duration boot = std::chrono::seconds(second);
    CHECK_FALSE(step.seen(at(boot, 1000s + boot + boot / 2000)));
  }
}
