#include "agent/zone_registrar.h"

#include <filesystem>

#include "agent/registry_driver.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

using registrar::Registrar;

/// A registrar that writes down what it was told, and is gone when the test says so.
struct FakeRegistrars {
  std::vector<std::vector<Registrar::ZoneWish>> told;
  std::vector<registrar::AgentTag> tags;  ///< of each that was created
  std::size_t refreshed = 0;
  bool is_gone = false;
  std::function<void()> changed;

  ZoneRegistrar::Create create() {
    return [this](loop::Loop&, const Registrar::Options& options, std::function<void()> on_change) {
      tags.push_back(options.agent);
      changed = std::move(on_change);
      return std::make_unique<Fake>(*this);
    };
  }

 private:
  struct Fake final : Registrar {
    explicit Fake(FakeRegistrars& owner) : world(owner) {}
    void want(const std::vector<ZoneWish>& wishes) override { world.told.push_back(wishes); }
    void refresh() override { ++world.refreshed; }
    [[nodiscard]] bool gone() const override { return world.is_gone; }
    [[nodiscard]] std::vector<registrar::InstanceStatus> status() const override { return {}; }
    FakeRegistrars& world;
  };
};

std::string new_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "liqo-zones-XXXXXX").string();
  REQUIRE(::mkdtemp(path.data()) != nullptr);
  return path;
}

struct Agent {
  Agent() = default;
  ~Agent() {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  std::string directory = new_directory();  // before those who keep something in it
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  RegistryDriver driver{loop, registry};
  FakeRegistrars fakes;
  ZoneRegistrar registrar{loop, registry, directory, fakes.create()};

  void see(const Peer& peer) {
    driver.seen(peer.sighting(), EvidenceMethod::kMdns);
    run_until(loop, [&] { return registry.clusters().contains(peer.id); });
  }
};

Config config(bool share = false) {
  Config made;
  made.cluster.emplace().id = "rome-id";
  made.cluster->endpoints = {{Service::kAuth, 30740, OwnHost{}}};
  made.zones.emplace_back().zone = name("example.com");
  made.zones.back().share_lan = share;
  return made;
}

link::LinkTable links(const std::string& address) {
  link::Link link;
  link.index = 2;
  link.name = "eth0";
  link.up = true;
  link.addresses = {{ip(address), 24}};
  return {{2, link}};
}

bool same(const Registrar::ZoneWish& a, const Registrar::ZoneWish& b) {
  return a.options == b.options && a.wanted == b.wanted;
}

TEST_CASE("Zone registrar: without a zone there is no registrar, and no tag") {
  Agent agent;
  agent.registrar.configure({});
  agent.registrar.set_links(links("203.0.113.9"));
  agent.registrar.refresh();
  CHECK(agent.fakes.tags.empty());
  CHECK(agent.registrar.status().empty());
  CHECK(std::filesystem::is_empty(agent.directory));
}

TEST_CASE("Zone registrar: told the zones, and again what is the same after a reload") {
  Agent agent;
  agent.registrar.set_links(links("203.0.113.9"));
  agent.registrar.configure(config());
  REQUIRE(agent.fakes.told.size() == 1);
  REQUIRE(agent.fakes.told[0].size() == 1);
  CHECK(agent.fakes.told[0][0].wanted.size() == 1);
  agent.registrar.configure(config());
  REQUIRE(agent.fakes.told.size() == 2);
  CHECK(same(agent.fakes.told[1][0], agent.fakes.told[0][0]));
  CHECK(agent.fakes.tags.size() == 1);
}

TEST_CASE("Zone registrar: a section that is removed leaves nothing wanted") {
  Agent agent;
  agent.registrar.configure(config());
  agent.registrar.configure({});
  REQUIRE(agent.fakes.told.size() == 2);
  CHECK(agent.fakes.told.back().empty());
}

TEST_CASE("Zone registrar: addresses that change are told, the same ones are not") {
  Agent agent;
  agent.registrar.configure(config());
  CHECK(agent.fakes.told.back()[0].wanted.empty());
  agent.registrar.set_links(links("203.0.113.9"));
  REQUIRE(agent.fakes.told.size() == 2);
  CHECK(agent.fakes.told.back()[0].wanted.size() == 1);
  agent.registrar.set_links(links("203.0.113.9"));
  CHECK(agent.fakes.told.size() == 2);
}

TEST_CASE("Zone registrar: it is the same agent after a restart") {
  Agent agent;
  agent.registrar.configure(config());
  ZoneRegistrar again(agent.loop, agent.registry, agent.directory, agent.fakes.create());
  again.configure(config());
  REQUIRE(agent.fakes.tags.size() == 2);
  CHECK(agent.fakes.tags[0] == agent.fakes.tags[1]);
}

TEST_CASE("Zone registrar: where no tag can be kept it registers all the same") {
  Agent agent;
  ZoneRegistrar other(agent.loop, agent.registry, agent.directory + "/none", agent.fakes.create());
  other.configure(config());
  CHECK(agent.fakes.told.size() == 1);
}

TEST_CASE("Zone registrar: the LAN's clusters are followed where they are shared, gathered") {
  Agent agent;
  const bool share = GENERATE(true, false);
  agent.registrar.configure(config(share));
  const std::size_t before = agent.fakes.told.size();
  for (const auto* id : {"milan-id", "turin-id", "genoa-id"}) {
    Peer peer;
    peer.id = id;
    agent.see(peer);
  }
  if (!share) {
    run_for(agent.loop, ZoneRegistrar::kGatherTime * 2);
    CHECK(agent.fakes.told.size() == before);
    return;
  }
  REQUIRE(run_until(agent.loop, [&] { return agent.fakes.told.size() > before; }));
  CHECK(agent.fakes.told.size() == before + 1);
}

TEST_CASE("Zone registrar: sharing that is turned off is over") {
  Agent agent;
  agent.registrar.configure(config(true));
  agent.registrar.configure(config(false));
  const std::size_t before = agent.fakes.told.size();
  agent.see(Peer{});
  run_for(agent.loop, ZoneRegistrar::kGatherTime * 2);
  CHECK(agent.fakes.told.size() == before);
}

TEST_CASE("Zone registrar: a withdrawal wants nothing, and is over when all is gone") {
  Agent agent;
  agent.registrar.configure(config());
  int done = 0;
  agent.registrar.withdraw(1h, [&done] { ++done; });
  CHECK(agent.fakes.told.back().empty());
  agent.fakes.changed();
  CHECK(done == 0);
  agent.registrar.set_links(links("203.0.113.9"));
  agent.registrar.configure(config());
  CHECK(agent.fakes.told.back().empty());  // nothing comes back meanwhile
  agent.fakes.is_gone = true;
  agent.fakes.changed();
  CHECK(done == 1);
  agent.fakes.changed();
  run_for(agent.loop, 50ms);
  CHECK(done == 1);
}

TEST_CASE("Zone registrar: a withdrawal ends at its limit") {
  Agent agent;
  agent.registrar.configure(config());
  int done = 0;
  agent.registrar.withdraw(50ms, [&done] { ++done; });
  CHECK(done == 0);
  CHECK(run_until(agent.loop, [&] { return done > 0; }));
  agent.fakes.is_gone = true;
  agent.fakes.changed();
  CHECK(done == 1);
}

TEST_CASE("Zone registrar: where there is nothing to withdraw it is over at once, from the loop") {
  Agent agent;
  if (GENERATE(true, false)) {
    agent.registrar.configure(config());
    agent.fakes.is_gone = true;
  }
  bool done = false;
  agent.registrar.withdraw(1h, [&done] { done = true; });
  CHECK_FALSE(done);
  CHECK(run_until(agent.loop, [&] { return done; }));
}

}  // namespace
}  // namespace liqo::test
