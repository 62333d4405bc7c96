#include "resolver/loop/signal.h"

#include <csignal>
#include <memory>

#include "resolver/loop/clock_watch.h"
#include "resolver/loop/work.h"
#include "tests/support/catch.h"
#include "tests/unit/loop/support.h"

namespace liqo::loop {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("Signal: is told in the loop, each time") {
  Loop loop;
  int told = 0;
  const Signal signal(loop, SIGUSR1, [&] {
    ++told;
    loop.stop();
  });
  for (int i = 1; i <= 3; ++i) {
    REQUIRE(::raise(SIGUSR1) == 0);
    loop.run();
    CHECK(told == i);
  }
}

TEST_CASE("Signal: one of each number is told apart") {
  Loop loop;
  std::string told;
  const Signal first(loop, SIGUSR1, [&] { told += '1'; });
  const Signal second(loop, SIGUSR2, [&] { told += '2'; });
  REQUIRE(::raise(SIGUSR2) == 0);
  CHECK(run_until(loop, [&] { return !told.empty(); }));
  CHECK(told == "2");
}

TEST_CASE("Signal: its own callback may destroy it") {
  Loop loop;
  std::string captured(100, 'x');
  std::size_t read = 0;
  std::unique_ptr<Signal> signal;
  signal = std::make_unique<Signal>(loop, SIGUSR1, [&signal, &read, captured] {
    signal.reset();
    read = captured.size();
  });
  REQUIRE(::raise(SIGUSR1) == 0);
  CHECK(run_until(loop, [&] { return read != 0; }));
  CHECK(read == 100);
}

TEST_CASE("Signal: destroyed between delivery and the loop it is not told") {
  Loop loop;
  const Signal keeper(loop, SIGUSR1, [] {});  // else the second one would end this process
  auto signal = std::make_unique<Signal>(loop, SIGUSR1, [] { FAIL("it is gone"); });
  REQUIRE(::raise(SIGUSR1) == 0);
  signal.reset();
  run_for(loop, milliseconds(5));
}

TEST_CASE("Signal: one that cannot be caught is refused") {
  Loop loop;
  CHECK_THROWS_AS(Signal(loop, SIGKILL, [] {}), std::runtime_error);
}

TEST_CASE("Suspend: long enough a sleep is told, once") {
  SuspendDetector detector(seconds(100));
  CHECK_FALSE(detector.resumed(seconds(100)));
  CHECK(detector.resumed(seconds(102)));
  CHECK_FALSE(detector.resumed(seconds(102)));
  CHECK_FALSE(detector.resumed(seconds(103)));
  CHECK_FALSE(detector.resumed(milliseconds(104'999)));
  CHECK(detector.resumed(seconds(3'600)));
}

TEST_CASE("Suspend: a watch costs nothing while nobody sleeps") {
  Loop loop;
  const auto watch = ResumeWatch::create(loop, [] { FAIL("nobody slept"); });
  REQUIRE(watch.has_value());
  run_for(loop, milliseconds(20));
}

TEST_CASE("Work: is done elsewhere and told here") {
  Loop loop;
  std::string order;
  bool told = false;
  const Work work(
      loop, [&] { order += 'w'; },
      [&] {
        order += 'd';
        told = true;
      });
  loop.run();
  CHECK(told);
  CHECK(order == "wd");
}

TEST_CASE("Work: destroyed it is not told, and its end is waited for") {
  auto begun = std::make_shared<int>(0);
  {
    Loop loop;
    auto work = std::make_unique<Work>(
        loop, [begun] { ++*begun; }, [] { FAIL("nobody asks any more"); });
    work.reset();
  }
  CHECK(begun.use_count() == 1);
}

TEST_CASE("Work: what is done may destroy it") {
  Loop loop;
  std::unique_ptr<Work> work;
  std::string captured(100, 'x');
  std::size_t read = 0;
  work = std::make_unique<Work>(
      loop, [] {},
      [&work, &read, captured] {
        work.reset();
        read = captured.size();
      });
  loop.run();
  CHECK(read == 100);
}

}  // namespace
}  // namespace liqo::loop
