#include "agent/identity/schedule.h"

#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

using identity::Question;
using identity::Schedule;

struct Clock {
  Now now = read_clocks();
  void pass(Duration time) { now = {now.boot + time, now.wall + time}; }
};

Schedule::Endpoint endpoint(const Peer& peer, bool answered = false) {
  return {std::make_shared<const Sighting>(peer.sighting()), answered};
}

}  // namespace

TEST_CASE("Schedule: a new endpoint is asked once it has settled, and no more once it answered") {
  Schedule schedule;
  Clock clock;
  schedule.set_endpoints("milan-id", {endpoint({})}, clock.now);
  CHECK(schedule.take(clock.now) == nullptr);
  CHECK(schedule.next() == clock.now.boot + 200ms);
  clock.pass(200ms);
  Question* question = schedule.take(clock.now);
  REQUIRE(question != nullptr);
  CHECK(*question->cluster == "milan-id");
  CHECK(schedule.in_flight() == 1);
  CHECK_FALSE(schedule.next());
  schedule.settled(*question);
  schedule.set_endpoints("milan-id", {endpoint({}, true)}, clock.now);
  CHECK(schedule.size() == 0);
  CHECK(schedule.in_flight() == 0);
  CHECK_FALSE(schedule.next());
}

TEST_CASE("Schedule: one endpoint is asked once, however often it is seen") {
  Schedule schedule;
  Clock clock;
  schedule.set_endpoints("milan-id", {endpoint({}), endpoint({.interface = 3})}, clock.now);
  CHECK(schedule.size() == 1);
  schedule.set_endpoints("milan-id", {endpoint({}), endpoint({.port = 1})}, clock.now);
  CHECK(schedule.size() == 2);
}

TEST_CASE("Schedule: one that does not answer is asked with growing intervals, up to an hour") {
  Schedule schedule;
  Clock clock;
  schedule.set_endpoints("milan-id", {endpoint({})}, clock.now);
  clock.pass(1s);
  for (const Duration wait : {5s, 10s, 20s, 40s}) {
    Question* question = schedule.take(clock.now);
    REQUIRE(question != nullptr);
    schedule.failed(*question, clock.now);
    // Being told again is no reason to ask.
    schedule.set_endpoints("milan-id", {endpoint({})}, clock.now);
    CHECK(schedule.next() == clock.now.boot + wait);
    clock.pass(wait);
  }
  for (int i = 0; i < 20; ++i) {
    schedule.failed(*schedule.take(clock.now), clock.now);
    clock.pass(1h);
  }
  schedule.failed(*schedule.take(clock.now), clock.now);
  CHECK(schedule.next() == clock.now.boot + 1h);

  SECTION("a wish to know has it asked at once, with the intervals from the start") {
    schedule.ask_again("milan-id", {endpoint({})}, clock.now);
    Question* question = schedule.take(clock.now);
    REQUIRE(question != nullptr);
    schedule.failed(*question, clock.now);
    CHECK(schedule.next() == clock.now.boot + 5s);
  }
  SECTION("another address is another endpoint") {
    schedule.set_endpoints("milan-id", {endpoint({.addresses = {"10.0.0.2"}})}, clock.now);
    CHECK(schedule.next() == clock.now.boot + 200ms);
  }
}

TEST_CASE("Schedule: a cluster is being asked until its last question has failed or is settled") {
  Schedule schedule;
  Clock clock;
  CHECK_FALSE(schedule.is_asking("milan-id", clock.now));
  schedule.set_endpoints("milan-id", {endpoint({}), endpoint({.port = 6443})}, clock.now);
  CHECK(schedule.is_asking("milan-id", clock.now));
  CHECK_FALSE(schedule.is_asking("rome-id", clock.now));
  clock.pass(200ms);
  Question* const first = schedule.take(clock.now);
  Question* const second = schedule.take(clock.now);
  REQUIRE(second != nullptr);
  schedule.failed(*first, clock.now);
  CHECK(schedule.is_asking("milan-id", clock.now));
  SECTION("settled") { schedule.settled(*second); }
  SECTION("failed") { schedule.failed(*second, clock.now); }
  CHECK_FALSE(schedule.is_asking("milan-id", clock.now));
  clock.pass(5s);
  CHECK(schedule.is_asking("milan-id", clock.now));
}

TEST_CASE("Schedule: at most so many are asked at once, the others in turn") {
  Schedule schedule({.max_in_flight = 2});
  Clock clock;
  for (const char* id : {"a", "b", "c"}) {
    schedule.set_endpoints(id, {endpoint({.id = id})}, clock.now);
    clock.pass(1s);
  }
  Question* first = schedule.take(clock.now);
  Question* second = schedule.take(clock.now);
  REQUIRE(second != nullptr);
  CHECK(*first->cluster == "a");
  CHECK(*second->cluster == "b");
  CHECK(schedule.take(clock.now) == nullptr);
  CHECK_FALSE(schedule.next());
  SECTION("when one answers") { schedule.settled(*first); }
  SECTION("when one fails") { schedule.failed(*first, clock.now); }
  SECTION("when one is no more") { schedule.forget("a"); }
  SECTION("when one moves") {
    schedule.set_endpoints("a", {endpoint({.id = "a", .port = 1})}, clock.now);
  }
  Question* third = schedule.take(clock.now);
  REQUIRE(third != nullptr);
  CHECK(*third->cluster == "c");
}

TEST_CASE("Schedule: a flood on the LAN leaves places for what DNS and a user name") {
  Schedule schedule;
  Clock clock;
  for (int i = 0; i < 100; ++i) {
    const Peer invented{.id = "c" + std::to_string(i)};
    schedule.set_endpoints(invented.id, {endpoint(invented)}, clock.now);
  }
  clock.pass(1s);
  while (schedule.take(clock.now) != nullptr) {
  }
  CHECK(schedule.in_flight() == 6);
  CHECK_FALSE(schedule.next());
  schedule.set_endpoints("milan-id", {endpoint(dns_peer())}, clock.now);
  clock.pass(1s);
  Question* question = schedule.take(clock.now);
  REQUIRE(question != nullptr);
  CHECK(*question->cluster == "milan-id");
  CHECK(schedule.take(clock.now) == nullptr);
}

TEST_CASE("Schedule: what was asked again is asked until it answers, told again or not") {
  Schedule schedule;
  Clock clock;
  schedule.ask_again("milan-id", {endpoint({}, true)}, clock.now);
  Question* question = schedule.take(clock.now);
  REQUIRE(question != nullptr);
  schedule.set_endpoints("milan-id", {endpoint({}, true)}, clock.now);
  CHECK(schedule.in_flight() == 1);
  schedule.failed(*question, clock.now);
  schedule.set_endpoints("milan-id", {endpoint({}, true)}, clock.now);
  CHECK(schedule.next() == clock.now.boot + 5s);
}

TEST_CASE("Schedule: what carries a question goes with it") {
  Schedule schedule;
  Clock clock;
  schedule.ask_again("milan-id", {endpoint({})}, clock.now);
  const auto carrier = std::make_shared<int>(0);
  schedule.take(clock.now)->carrier = carrier;
  SECTION("forgotten") { schedule.forget("milan-id"); }
  SECTION("no endpoint") { schedule.set_endpoints("milan-id", {}, clock.now); }
  SECTION("all") { schedule.clear(); }
  CHECK(carrier.use_count() == 1);
  CHECK(schedule.size() == 0);
  CHECK(schedule.in_flight() == 0);
}

TEST_CASE("Schedule: the sighting asked about is one that is still told") {
  Schedule schedule;
  Clock clock;
  schedule.set_endpoints("milan-id", {endpoint({})}, clock.now);
  schedule.set_endpoints("milan-id", {endpoint({.interface = 3})}, clock.now);
  clock.pass(1s);
  CHECK(schedule.take(clock.now)->sighting->key.interface == 3);
}

}  // namespace liqo::test
