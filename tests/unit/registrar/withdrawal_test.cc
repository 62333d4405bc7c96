#include <algorithm>

#include "tests/support/catch.h"
#include "tests/unit/registrar/world.h"

// What goes and what stays when something of ours stands beside something of others.

namespace liqo::registrar {
namespace {

using namespace test;
using State = RegistrationStatus::State;

const std::string kOurs = "203.0.113.7";
const std::string kByHand = "203.0.113.99";

/// Somebody adds an address to the host name of our instance.
void add_by_hand(FakePrimary& zone) {
  zone.records.a.push_back(a(kByHand));
  std::sort(zone.records.a.begin(), zone.records.a.end());
}

TEST_CASE("Plan: a withdrawal takes away no address that no agent registered") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  world.server().answer_all();
  add_by_hand(world.server());
  const Plan made = plan(auth_names(), nullptr, world.server().records,
                         {.agent = 1, .ttl = 60, .lease = 3600}, kStart, false);
  REQUIRE(made.kind == Plan::Kind::kChange);
  CHECK(made.after == Records{.srv = {}, .txt = {}, .a = {a(kByHand)}, .aaaa = {}});
  CHECK_FALSE(made.ours);
}

TEST_CASE("Plan: a withdrawal takes away what an agent left that died") {
  FakePrimary zone;
  World dead(zone, {.agent = 1, .ttl = 60, .lease = 600});
  World alive(zone, {.agent = 2, .ttl = 60, .lease = 3600});
  dead.registration().want(entry({"30740 " + kOurs}));
  zone.answer_all();
  alive.registration().want(entry({"30741 203.0.113.8"}));
  zone.answer_all();
  REQUIRE(zone.records.a.size() == 2);
  const Plan made = plan(auth_names(), nullptr, zone.records,
                         {.agent = 2, .ttl = 60, .lease = 3600}, kStart + 600, false);
  REQUIRE(made.kind == Plan::Kind::kChange);
  CHECK(made.after == Records{});
}

TEST_CASE("Registration: what is ours is withdrawn from a name that is held") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  world.server().answer_all();
  add_by_hand(world.server());
  world.registration().restart();
  world.at(3s);
  REQUIRE(world.status().state == State::kHeld);
  CHECK(world.status().until == WallTime(std::chrono::seconds(kStart + 3600)));
  world.registration().want(std::nullopt);
  CHECK_FALSE(world.registration().gone());
  world.server().answer_all();
  CHECK(world.registration().gone());
  CHECK(world.server().records == Records{.srv = {}, .txt = {}, .a = {a(kByHand)}, .aaaa = {}});
  CHECK_FALSE(world.server().listed);
}

TEST_CASE(
    "Plan: a lease of ours that somebody made endless does not last longer than we take one") {
  const Entry wanted = entry({"30740 " + kOurs});
  const std::string endless = "18446744073709551615";
  Records found{.srv = {srv(30740, "auth.milan-1.example.com")},
                .txt = {txt({"id=milan-1", "until=" + endless, "lease.00000001=" + endless})},
                .a = {a(kOurs)},
                .aaaa = {}};
  const Plan made =
      plan(auth_names(), &wanted, found, {.agent = 1, .ttl = 60, .lease = 3600}, kStart, false);
  REQUIRE(made.kind == Plan::Kind::kHeld);  // no mark of it covers the address
  CHECK(made.ours);
  CHECK(made.until == kStart + 3600);
  World world;
  world.server().records = found;
  world.registration().want(wanted);
  world.at(3s);
  CHECK(world.status().until <= WallTime(std::chrono::seconds(kStart + 3603)));
}

TEST_CASE("Registration: another's name needs no withdrawal") {
  World world;
  world.server().records.srv = {srv(443, "other.example.com")};
  world.server().records.txt = {txt({"id=rome-1", "until=4000000000"})};
  const Records before = world.server().records;
  world.registration().want(entry({"30740 " + kOurs}));
  world.at(3s);
  REQUIRE(world.status().state == State::kHeld);
  CHECK_FALSE(world.status().until.has_value());
  world.registration().want(std::nullopt);
  CHECK(world.registration().gone());
  CHECK(world.server().records == before);
}

TEST_CASE("Registration: another TTL counts that comes while an update is under way") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  world.server().answer();  // nothing is there: an update is sent
  world.registration().set_terms({.agent = 1, .ttl = 30, .lease = 3600});
  world.at(10s);
  CHECK(world.status().state == State::kDone);
  CHECK(world.server().ttl == 30);
}

TEST_CASE("Registration: another TTL is written once") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  world.at(10s);
  world.registration().set_terms({.agent = 1, .ttl = 30, .lease = 3600});
  world.at(20s);
  world.server().take_asked();
  world.at(1000s);
  CHECK(world.server().take_asked().empty());
}

TEST_CASE("Registration: the same terms and the same entry ask nothing") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  world.at(10s);
  world.server().take_asked();
  world.registration().want(entry({"30740 " + kOurs}));
  world.registration().set_terms({.agent = 1, .ttl = 60, .lease = 3600});
  world.server().answer_all();
  CHECK(world.server().take_asked().empty());
}

TEST_CASE("Registration: restarted while an update is under way, it reads what became of it") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  world.server().answer();
  REQUIRE(world.server().take_asked() == std::vector<std::string>{"read", "send"});
  world.registration().restart();
  CHECK(world.server().take_asked() == std::vector<std::string>{"read"});
  world.server().answer_all();
  CHECK(world.status().state == State::kDone);
}

TEST_CASE("Registration: who always comes second gives way for a while") {
  World world;
  world.registration().want(entry({"30740 " + kOurs}));
  for (unsigned round = 0; round < Registration::kMaxRounds; ++round) {
    world.server().answer();
    world.server().refuse({.kind = Outcome::Kind::kChanged, .error = "NXRRSET"});
  }
  CHECK(world.status().state == State::kPending);
  CHECK(world.status().error == "NXRRSET");
  CHECK(world.registration().next_deadline() == world.now().boot + 1s);
  CHECK_FALSE(world.server().answer());
}

}  // namespace
}  // namespace liqo::registrar
