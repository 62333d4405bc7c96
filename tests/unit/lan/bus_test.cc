// The system bus as the helper asks it, against one that answers what a test wants. Time is the
// test's; what the bus does is waited for, and takes no time.
#include "resolver/lan/helper/bus.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

#include "tests/support/catch.h"
#include "tests/unit/lan/fake_bus.h"

using namespace liqo;
using namespace liqo::lan::helper;
using namespace std::chrono_literals;
using test::BusMessage;
using test::FakeBus;

namespace {

/// A directory for the bus' socket, where helpers look for it.
class Place {
 public:
  Place() {
    REQUIRE(::mkdtemp(directory_.data()) != nullptr);
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + socket()).c_str(), 1);
  }
  ~Place() {
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    ::rmdir(directory_.c_str());
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] std::string socket() const { return directory_ + "/bus"; }

 private:
  std::string directory_ = "/tmp/liqo-bus-XXXXXX";
};

/// Bus on a clock of its own.
class BusOnClock {
 public:
  /// Turns both at the same moment until `condition` holds.
  bool until(FakeBus& other, const std::function<bool()>& condition) {
    const auto limit = Monotonic::now() + 10s;
    while (!condition()) {
      if (Monotonic::now() > limit) return false;
      bus.turn(now);
      other.turn();
    }
    return true;
  }
  bool becomes(FakeBus& other, Bus::Daemon daemon) {
    return until(other, [&] { return bus.daemon() == daemon; });
  }

  Poll poll;
  Bus bus{poll.api()};
  Monotonic::time_point now{1h};
};

}  // namespace

TEST_CASE("Bus: avahi-daemon answers") {
  const Place place;
  FakeBus other(place.socket(), [](DBusMessage* call) { return test::reply_to(call); });
  BusOnClock on;
  CHECK(on.becomes(other, Bus::Daemon::kAnswers));
  CHECK(on.bus.answers_now(on.now));
}

TEST_CASE("Bus: an avahi-daemon that stops to answer is noticed though nothing is asked of it") {
  const Place place;
  bool hung = false;
  FakeBus other(place.socket(), [&](DBusMessage* call) {
    const bool to_avahi = std::string_view(dbus_message_get_member(call)) == "Ping";
    return hung && to_avahi ? nullptr : test::reply_to(call);
  });
  BusOnClock on;
  REQUIRE(on.becomes(other, Bus::Daemon::kAnswers));
  const auto wait = [&](Monotonic::duration time) {
    int turns = 0;
    for (const auto end = on.now + time; on.now < end; on.now = on.bus.next_turn()) {
      on.bus.turn(on.now);
      other.turn();
      on.bus.turn(on.now);
      ++turns;
    }
    return turns;
  };
  SECTION("and one that answers is asked seldom") {
    CHECK(wait(10min) < 300);
    CHECK(on.bus.daemon() == Bus::Daemon::kAnswers);
    CHECK(other.calls().size() < 70);
  }
  SECTION("silent within 12 s, hung within 22 s, and back with its answer") {
    hung = true;
    wait(12s);
    CHECK(on.bus.daemon() == Bus::Daemon::kSilent);
    CHECK_FALSE(on.bus.hangs(on.now));
    CHECK(wait(10s) < 20);
    CHECK(on.bus.hangs(on.now));
    hung = false;
    other.answer_late();
    CHECK(on.becomes(other, Bus::Daemon::kAnswers));
    CHECK_FALSE(on.bus.hangs(on.now));
  }
  SECTION("a helper that did not run itself has not waited") {
    hung = true;
    wait(11s);
    on.now += 1h;
    on.bus.turn(on.now);
    CHECK(on.bus.daemon() == Bus::Daemon::kSilent);
    CHECK_FALSE(on.bus.hangs(on.now));
  }
}

TEST_CASE("Bus: one that has no room for us is none, and is asked again") {
  const Place place;
  bool room = false;
  FakeBus other(place.socket(), [&](DBusMessage* call) {
    return room ? test::reply_to(call) : test::error_to(call, DBUS_ERROR_LIMITS_EXCEEDED);
  });
  BusOnClock on;
  REQUIRE(on.until(other, [&] { return !other.calls().empty(); }));
  CHECK(on.becomes(other, Bus::Daemon::kNoBus));
  room = true;
  on.now = on.bus.next_turn();
  CHECK(on.becomes(other, Bus::Daemon::kAnswers));
}

TEST_CASE("Bus: while there is none it is looked for ever more seldom, and found at once") {
  const Place place;
  BusOnClock on;
  int turns = 0;
  const auto wait = [&](Monotonic::duration time) {
    for (const auto end = on.now + time; on.now < end; on.now = on.bus.next_turn()) {
      on.bus.turn(on.now);
      ++turns;
    }
  };
  wait(10min);
  CHECK(on.bus.daemon() == Bus::Daemon::kNoBus);
  CHECK(turns < 30);
  SECTION("its socket comes") {
    FakeBus other(place.socket(), [](DBusMessage* call) { return test::reply_to(call); });
    // The poll wakes for it.
    const auto before = Monotonic::now();
    REQUIRE(on.poll.turn(before + 60s, [] {}));
    CHECK(Monotonic::now() - before < 30s);
    CHECK(on.becomes(other, Bus::Daemon::kAnswers));
  }
  SECTION("something else comes") {
    const std::string path = place.socket() + "-of-others";
    FakeBus other(path, [](DBusMessage* call) { return test::reply_to(call); });
    turns = 0;
    wait(10min);
    CHECK(turns < 30);
    CHECK(other.connections() == 0);
  }
}

TEST_CASE("Bus: it is found where its directories were not there") {
  const Place place;
  const std::string directory = place.socket() + ".d";
  const std::string socket = directory + "/deep/bus";
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", ("unix:path=" + socket).c_str(), 1);
  BusOnClock on;
  for (int i = 0; i < 20; ++i) {
    on.bus.turn(on.now);
    on.now = on.bus.next_turn();
  }
  on.now -= 1ms;
  REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
  on.bus.turn(on.now);
  REQUIRE(::mkdir((directory + "/deep").c_str(), 0700) == 0);
  on.bus.turn(on.now);
  {
    FakeBus other(socket, [](DBusMessage* call) { return test::reply_to(call); });
    CHECK(on.becomes(other, Bus::Daemon::kAnswers));
  }
  ::rmdir((directory + "/deep").c_str());
  ::rmdir(directory.c_str());
}

TEST_CASE("Bus: where its socket is nowhere to be watched it is looked for each second") {
  const Place place;
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:abstract=liqo-nobody-listens-here", 1);
  BusOnClock on;
  for (int i = 0; i < 20; ++i) {
    on.bus.turn(on.now);
    CHECK(on.bus.next_turn() - on.now <= 1s);
    on.now = on.bus.next_turn();
  }
}
