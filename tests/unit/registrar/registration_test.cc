#include "resolver/registrar/registration.h"

#include <random>

#include "tests/support/catch.h"
#include "tests/unit/registrar/world.h"

namespace liqo::registrar {
namespace {

using namespace test;
using State = RegistrationStatus::State;
using Asked = std::vector<std::string>;

TEST_CASE("Registration: comes, is renewed at half of its lease, and goes") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  CHECK(world.status().state == State::kPending);
  world.server().answer_all();
  CHECK(world.server().take_asked() == Asked{"read", "send"});
  CHECK(world.status().state == State::kDone);
  CHECK(world.server().listed);
  const std::string first = world.server().records.txt.front();
  world.at(1799s);
  CHECK(world.server().records.txt.front() == first);
  world.at(1800s);
  CHECK(world.server().take_asked() == Asked{"read", "send"});
  CHECK(world.server().records.txt.front() != first);
  world.registration().want(std::nullopt);
  CHECK_FALSE(world.registration().gone());
  world.server().answer_all();
  CHECK(world.registration().gone());
  CHECK(world.server().records == Records{});
  CHECK_FALSE(world.server().listed);
}

TEST_CASE("Registration: an address that somebody deleted is back with the next renewal") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer_all();
  world.server().records.a.clear();
  world.at(1800s);
  CHECK(world.server().records.a == std::vector{a("203.0.113.7")});
  CHECK(world.status().state == State::kDone);
}

TEST_CASE("Registration: after a restart within the lease nothing is written") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer_all();
  World next(world.server(), {.agent = 1, .ttl = 60, .lease = 3600});
  world.server().take_asked();
  next.registration().want(entry({"30740 203.0.113.7"}));
  next.server().answer_all();
  CHECK(world.server().take_asked() == Asked{"read"});
  CHECK(next.status().state == State::kDone);
  CHECK(next.status().next == BootTime{1800s});
}

TEST_CASE("Registration: a lost answer is read back before anything is sent again") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer();
  const bool applied = GENERATE(true, false);
  world.server().fail(applied);
  CHECK(world.status().state == State::kPending);
  CHECK(world.status().error == "silent");
  world.server().take_asked();
  world.at(2s);
  CHECK(world.server().take_asked() == (applied ? Asked{"read"} : Asked{"read", "send"}));
  CHECK(world.status().state == State::kDone);
}

TEST_CASE("Registration: a silent server is asked again, at the latest every half minute") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  for (const Duration wait : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
    world.server().fail();
    CHECK(world.status().state == State::kPending);
    CHECK(world.registration().next_deadline() == world.now().boot + wait);
    world.next();
  }
  world.server().answer_all();
  CHECK(world.status().state == State::kDone);
  world.registration().restart();
  world.server().fail();
  CHECK(world.registration().next_deadline() == world.now().boot + 1s);
}

TEST_CASE("Registration: who refuses is asked again every five minutes, a wrong clock sooner") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  const bool passes = GENERATE(false, true);
  Duration waited{};
  for (int attempt = 0; attempt < 12; ++attempt) {
    world.server().answer();
    world.server().refuse({.kind = Outcome::Kind::kRefused, .error = "no", .passes = passes});
    waited = *world.registration().next_deadline() - world.now().boot;
    world.next();
  }
  CHECK(waited == (passes ? Duration(30s) : Duration(5min)));
}

TEST_CASE("Registration: a refusal is told with its words, and is patient") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer();
  world.server().refuse(
      {.kind = Outcome::Kind::kRefused, .error = "REFUSED", .advice = "allow it"});
  CHECK(world.status().state == State::kRefused);
  CHECK(world.status().error == "REFUSED");
  CHECK(world.status().advice == "allow it");
  world.at(3s);  // now it is allowed
  CHECK(world.status().state == State::kDone);
}

TEST_CASE("Registration: what others wrote meanwhile has the zone read again") {
  FakePrimary zone;
  World first(zone, {.agent = 1, .ttl = 60, .lease = 3600});
  World second(zone, {.agent = 2, .ttl = 60, .lease = 3600});
  first.registration().want(entry({"30740 203.0.113.7"}));
  zone.answer_all();
  second.registration().want(entry({"30741 203.0.113.8"}));
  zone.answer_all();
  zone.take_asked();
  first.at(60s);
  first.registration().want(entry({"30742 203.0.113.7"}));
  zone.answer_all();
  CHECK(zone.take_asked() == Asked{"send", "read", "send"});
  CHECK(zone.records.srv.size() == 2);
}

TEST_CASE("Registration: a name is held when it looks so twice") {
  World world;
  world.server().records.srv = {srv(443, "other.example.com")};
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer();
  CHECK(world.status().state == State::kPending);
  SECTION("it does") {
    world.at(2s);
    CHECK(world.status().state == State::kHeld);
    CHECK_FALSE(world.status().error.empty());
    world.server().take_asked();
    world.at(250s);
    CHECK(world.server().take_asked().empty());
    world.registration().want(std::nullopt);
    CHECK(world.registration().gone());
  }
  SECTION("somebody was in the middle of it") {
    world.server().records = {};
    world.at(2s);
    CHECK(world.status().state == State::kDone);
  }
}

TEST_CASE("Registration: changes keep their distance, and a withdrawal does not wait") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer_all();
  world.server().take_asked();
  world.registration().want(entry({"30740 203.0.113.8"}));
  CHECK(world.server().take_asked().empty());
  world.at(4999ms);
  CHECK(world.server().take_asked().empty());
  world.at(5s);
  CHECK(world.server().records.a == std::vector{a("203.0.113.8")});
  world.registration().want(std::nullopt);
  world.server().answer_all();
  CHECK(world.server().records == Records{});
}

TEST_CASE("Registration: what is wanted while something is under way comes after it") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.server().answer();
  world.registration().want(std::nullopt);
  world.server().answer_all();
  CHECK(world.registration().gone());
  CHECK(world.server().records == Records{});
}

TEST_CASE("Registration: what cannot be withdrawn ends with its lease") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  const bool told = GENERATE(true, false);
  if (told) world.server().answer_all();
  world.registration().want(std::nullopt);
  for (int attempt = 0; attempt < 1'000 && !world.registration().gone(); ++attempt) {
    world.server().fail();
    world.next();
  }
  CHECK(world.registration().gone());
  CHECK(world.now().boot >= BootTime{3600s});
  CHECK(world.now().boot < BootTime{3640s});
}

TEST_CASE("Registration: another TTL is written to all records, another lease is not waited for") {
  World world;
  world.registration().want(entry({"30740 203.0.113.7"}));
  world.at(10s);
  world.registration().set_terms({.agent = 1, .ttl = 30, .lease = 3600});
  world.server().answer_all();
  CHECK(world.server().ttl == 30);
  world.at(20s);
  world.registration().set_terms({.agent = 1, .ttl = 30, .lease = 600});
  world.server().answer_all();
  CHECK(world.status().until == WallTime(std::chrono::seconds(kStart + 620)));
}

TEST_CASE(
    "Registration: of agents that come, die and go, none loses its places and none leaves any") {
  const auto seed = GENERATE(range(1U, 41U));
  std::minstd_rand random(seed);
  FakePrimary zone;
  struct Agent {
    std::unique_ptr<World> world;
    std::string address;
  };
  std::vector<Agent> agents(4);
  const Terms terms{.ttl = 60, .lease = 600};
  Duration now{};
  std::map<std::string, Duration> died;  // address: when
  const auto step_all = [&](Duration until) {
    for (Agent& agent : agents) {
      if (agent.world) agent.world->at(until);
    }
  };
  for (int round = 0; round < 120; ++round) {
    const std::size_t number = random() % agents.size();
    Agent& agent = agents[number];
    const std::string address = "203.0.113." + std::to_string(number + 1);
    if (!agent.world) {
      agent.world = std::make_unique<World>(
          zone, Terms{static_cast<AgentTag>(number + 1), terms.ttl, terms.lease});
      agent.world->at(now);
      agent.world->registration().want(entry({"30740 " + address}));
      died.erase(address);
    } else if (random() % 3 == 0) {
      agent.world.reset();  // without a word
      died[address] = now;
    } else if (random() % 3 == 0) {
      agent.world->registration().want(std::nullopt);
      zone.answer_all();
      CHECK(agent.world->registration().gone());
      CHECK_FALSE(std::count(zone.records.a.begin(), zone.records.a.end(), a(address)));
      agent.world.reset();
    }
    for (const Duration end = now + std::chrono::seconds(30 + random() % 90); now < end;) {
      now += 10s;
      step_all(now);
    }
    bool any = false;
    for (std::size_t other = 0; other < agents.size(); ++other) {
      if (!agents[other].world) continue;
      any = true;
      const std::string its = a("203.0.113." + std::to_string(other + 1));
      INFO("seed " << seed << " round " << round << " agent " << other);
      CHECK(std::count(zone.records.a.begin(), zone.records.a.end(), its) == 1);
      CHECK(agents[other].world->status().state == State::kDone);
    }
    for (const auto& [its, when] : died) {
      if (!any || now < when + 620s) continue;
      INFO("seed " << seed << " round " << round << " dead " << its);
      CHECK_FALSE(std::count(zone.records.a.begin(), zone.records.a.end(), a(its)));
    }
  }
}

}  // namespace
}  // namespace liqo::registrar
