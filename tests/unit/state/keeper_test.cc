#include "agent/state/keeper.h"

#include <chrono>
#include <thread>

#include "tests/support/catch.h"
#include "tests/unit/state/directory.h"
#include "tests/unit/state/known.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;

struct Agent {
  explicit Agent(const std::string& directory)
      : registry(RegistryOptions{}),
        keeper(std::make_unique<state::Keeper>(loop, registry, directory)) {}

  void see(const Cluster& cluster) {
    for (const auto& entry : cluster.sightings) {
      registry.seen(*entry.sighting, EvidenceMethod::kMdns, read_clocks());
    }
    registry.flush();
  }

  /// False when it did not come true in 20 s.
  template <class Condition>
  bool wait_for(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      loop.turn();
      std::this_thread::yield();
    }
    return true;
  }

  loop::Loop loop;
  Registry registry;
  std::unique_ptr<state::Keeper> keeper;
};

}  // namespace

TEST_CASE("Keeper: what one agent knew the next one starts with") {
  const Directory directory;
  {
    Agent before(directory.path());
    before.see(milan());
    before.keeper->save();
  }
  Agent after(directory.path());
  CHECK(after.keeper->load(interface_index, is_browsed, read_clocks()) == 1);
  after.registry.flush();
  REQUIRE(after.registry.clusters().size() == 1);
  const auto cluster = after.registry.clusters().at("milan-id");
  CHECK(cluster->state == State::kSuspect);
  CHECK(cluster->held_name == "milan");
  CHECK(cluster->sightings.size() == 2);
}

TEST_CASE("Keeper: what DNS told comes back as stale, in the domains that are browsed yet") {
  const Directory directory;
  Cluster cluster = turin();
  {
    Agent before(directory.path());
    before.see(cluster);
    before.keeper->save();
  }
  Agent after(directory.path());
  SECTION("browsed") {
    CHECK(after.keeper->load(interface_index, is_browsed, read_clocks()) == 1);
    after.registry.flush();
    REQUIRE(after.registry.clusters().size() == 1);
    const auto known = after.registry.clusters().at("turin-id");
    CHECK(known->state == State::kStale);
    CHECK(known->held_name == "turin");
    CHECK(known->sightings.size() == 3);
  }
  SECTION("not browsed any more") {
    const auto none = [](const DomainName&, const std::optional<Dnssec>&) { return false; };
    CHECK(after.keeper->load(interface_index, none, read_clocks()) == 0);
    after.registry.flush();
    CHECK(after.registry.clusters().empty());
  }
}

TEST_CASE("Keeper: changes are written by themselves") {
  const Directory directory;
  Agent agent(directory.path());
  agent.see(milan());
  CHECK(agent.wait_for([&] { return exists(directory.file()); }));
  Agent next(directory.path());
  CHECK(next.keeper->load(interface_index, is_browsed, read_clocks()) == 1);
}

TEST_CASE("Keeper: a clean stop while a write is under way leaves the newest") {
  const Directory directory;
  {
    Agent agent(directory.path());
    for (int i = 0; i < 2'000; ++i) agent.see(milan("c" + std::to_string(i)));
    REQUIRE(agent.wait_for(
        [&] { return exists(directory.file("state.json.tmp")) || exists(directory.file()); }));
    agent.see(milan("the-last"));
    agent.keeper->save();
    agent.keeper.reset();
  }
  Agent next(directory.path());
  CHECK(next.keeper->load(interface_index, is_browsed, read_clocks()) == 2'001);
  for (int batch = 0; batch < 10; ++batch) next.registry.flush();
  CHECK(next.registry.clusters().count("the-last") == 1);
}

TEST_CASE("Keeper: without a file the agent starts all the same") {
  const Directory directory;
  Agent agent(directory.path());
  CHECK(agent.keeper->load(interface_index, is_browsed, read_clocks()) == 0);
  CHECK_FALSE(exists(directory.file("state.json.bad")));
}

TEST_CASE("Keeper: a damaged file is put aside and the agent starts all the same") {
  const Directory directory;
  write_file(directory.file(), "{\"version\":1,");
  Agent agent(directory.path());
  CHECK(agent.keeper->load(interface_index, is_browsed, read_clocks()) == 0);
  CHECK_FALSE(exists(directory.file()));
  CHECK(read_file(directory.file("state.json.bad")) == "{\"version\":1,");
  agent.keeper->save();
  CHECK(exists(directory.file()));
}

TEST_CASE("Keeper: a directory that cannot be written costs nothing but the state") {
  const Directory directory;
  write_file(directory.file("plain"), "");
  Agent agent(directory.file("plain"));
  CHECK(agent.keeper->load(interface_index, is_browsed, read_clocks()) == 0);
  agent.see(milan());
  agent.keeper->save();
  agent.see(milan("turin-id"));
  agent.keeper->save();
  CHECK(agent.registry.clusters().size() == 2);
}

TEST_CASE("Keeper: a directory that is missing is made") {
  const Directory directory;
  Agent agent(directory.file("new"));
  agent.see(milan());
  agent.keeper->save();
  CHECK(exists(directory.file("new/state.json")));
}

}  // namespace liqo::test
