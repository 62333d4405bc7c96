#include "resolver/loop/timer.h"

#include <sys/socket.h>

#include <functional>
#include <memory>

#include "resolver/loop/poll.h"
#include "tests/support/catch.h"
#include "tests/unit/loop/support.h"

namespace liqo::loop {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("Loop: run() returns when a callback stops it, whatever else waits") {
  Loop loop;
  Timer waiting(loop);
  waiting.arm(seconds(3'600), [] {});
  Timer timer(loop);
  timer.arm(milliseconds(1), [&] { loop.stop(); });
  loop.run();
  CHECK(waiting.armed());
}

TEST_CASE("Loop: a stop() before run() is not lost, and counts once") {
  Loop loop;
  Timer waiting(loop);
  bool fired = false;
  waiting.arm(milliseconds(1), [&] {
    fired = true;
    loop.stop();
  });
  loop.stop();
  loop.run();
  CHECK_FALSE(fired);
  loop.run();
  CHECK(fired);
}

TEST_CASE("Timer: those that are armed again at once leave others their turn") {
  Loop loop;
  SocketPair sockets(SOCK_DGRAM);
  REQUIRE(::send(sockets.theirs.get(), "x", 1, 0) == 1);
  bool readable = false;
  auto poll = Poll::create(loop, sockets.ours.get(), Interest::kRead, [&](bool, bool) {
    readable = true;
    loop.stop();
  });
  REQUIRE(poll);
  // Two, and work that takes a while: the time that the one reads must not make the other due.
  Timer first(loop);
  Timer second(loop);
  int rounds = 0;
  const std::function<void()> again = [&] {
    const std::uint64_t begin = uv_hrtime();
    while (uv_hrtime() - begin < 2'000'000) {
    }
    if (++rounds > 200) return loop.stop();
    first.arm(milliseconds(0), again);
    second.arm(milliseconds(0), again);
  };
  first.arm(milliseconds(0), again);
  loop.run();
  CHECK(readable);
  CHECK(rounds < 10);
}

TEST_CASE("Loop: with nothing that could call back run() returns") {
  Loop loop;
  loop.run();
  Timer timer(loop);
  timer.arm(milliseconds(1), [] {});
  loop.run();
  CHECK_FALSE(timer.armed());
}

TEST_CASE("Loop: it ends clean after a stop with handles still to be closed") {
  Loop loop;
  Timer timer(loop);
  timer.arm(milliseconds(0), [] {});
  loop.stop();
}

TEST_CASE("Timer: fires once, not before its time") {
  Loop loop;
  Timer timer(loop);
  int fired = 0;
  const BootTime due = BootClock::now() + milliseconds(20);
  timer.arm_at(due, [&] { ++fired; });
  CHECK(timer.armed());
  loop.run();
  CHECK(BootClock::now() >= due);
  CHECK(fired == 1);
  CHECK_FALSE(timer.armed());
}

TEST_CASE("Timer: never before a deadline, however the clocks are cut") {
  Loop loop;
  Timer timer(loop);
  for (int i = 0; i < 50; ++i) {
    const BootTime due = BootClock::now() + milliseconds(1 + i % 3);
    bool early = false;
    timer.arm_at(due, [&] { early = BootClock::now() < due; });
    loop.run();
    REQUIRE_FALSE(early);
  }
}

TEST_CASE("Timer: what is due already runs in the next turn, not inside arm()") {
  Loop loop;
  Timer timer(loop);
  bool fired = false;
  for (const Duration delay : {Duration(0), Duration(-1), Duration::min()}) {
    fired = false;
    timer.arm(delay, [&] { fired = true; });
    CHECK_FALSE(fired);
    loop.turn();
    CHECK(fired);
  }
  fired = false;
  timer.arm_at(BootTime{}, [&] { fired = true; });
  CHECK_FALSE(fired);
  loop.turn();
  CHECK(fired);
}

TEST_CASE("Timer: destroyed before it fires it never does") {
  Loop loop;
  bool fired = false;
  auto timer = std::make_unique<Timer>(loop);
  timer->arm(milliseconds(0), [&] { fired = true; });
  timer.reset();
  run_for(loop, milliseconds(5));
  CHECK_FALSE(fired);
}

TEST_CASE("Timer: destroyed by another timer of the same turn it never fires") {
  Loop loop;
  int fired = 0;
  auto first = std::make_unique<Timer>(loop);
  auto second = std::make_unique<Timer>(loop);
  first->arm(milliseconds(0), [&] {
    ++fired;
    second.reset();
  });
  second->arm(milliseconds(0), [&] {
    ++fired;
    first.reset();
  });
  run_for(loop, milliseconds(5));
  CHECK(fired == 1);
}

TEST_CASE("Timer: its own task may destroy it") {
  Loop loop;
  std::string captured(100, 'x');  // read after the timer is gone
  std::size_t read = 0;
  auto timer = std::make_unique<Timer>(loop);
  timer->arm(milliseconds(0), [&timer, &read, captured] {
    timer.reset();
    read = captured.size();
  });
  loop.run();
  CHECK(read == 100);
}

TEST_CASE("Timer: its own task may re-arm it") {
  Loop loop;
  Timer timer(loop);
  int fired = 0;
  std::function<void()> task = [&] {
    if (++fired < 3) timer.arm(milliseconds(0), task);
  };
  timer.arm(milliseconds(0), task);
  loop.run();
  CHECK(fired == 3);
}

TEST_CASE("Timer: arming again replaces what was armed") {
  Loop loop;
  Timer timer(loop);
  std::string fired;
  timer.arm(milliseconds(0), [&] { fired += 'a'; });
  timer.arm(milliseconds(1), [&] { fired += 'b'; });
  loop.run();
  CHECK(fired == "b");
}

TEST_CASE("Timer: cancelled it does not fire, and lets go of its task") {
  Loop loop;
  Timer timer(loop);
  const auto held = std::make_shared<int>();
  timer.arm(milliseconds(0), [held] {});
  CHECK(held.use_count() == 2);
  timer.cancel();
  CHECK(held.use_count() == 1);
  CHECK_FALSE(timer.armed());
  timer.arm(milliseconds(0), [held] {});
  timer.arm_at(std::nullopt, [] { FAIL("no deadline, no call"); });
  CHECK_FALSE(timer.armed());
  CHECK(held.use_count() == 1);
  loop.run();
}

}  // namespace
}  // namespace liqo::loop
