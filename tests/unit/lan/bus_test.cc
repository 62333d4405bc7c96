// The system bus as the helper asks it, against one that answers what a test wants. Time is the
// test's; what the bus does is waited for, and takes no time.
#include "resolver/lan/helper/bus.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>

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
