#include "agent/lan_watcher.h"

#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

LanConfig disabled() {
  LanConfig lan;
  lan.enabled = false;
  return lan;
}

/// A watcher of this host's own links that looks at no LAN.
struct Host {
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  RegistryDriver driver{loop, registry};
  std::unique_ptr<LanWatcher> lan;

  Host() {
    auto made = LanWatcher::create(
        loop, registry, driver, [](const LocalNetwork&) {}, [] {});
    REQUIRE(made);
    lan = std::move(*made);
  }
};

TEST_CASE("LanWatcher: switched off from the start it ends what the state file kept of the LAN") {
  Host host;
  Cluster kept;
  kept.id = "milan-id";
  kept.sightings = {kept_entry({}, read_clocks().wall), kept_entry(dns_peer(), read_clocks().wall)};
  host.registry.restore(kept, read_clocks());
  host.lan->configure(disabled(), std::nullopt);
  host.registry.flush();
  const auto known = host.registry.find("milan-id");
  REQUIRE(known);
  REQUIRE((*known)->sightings.size() == 1);
  CHECK((*known)->sightings[0].sighting->key.source == Source::kDns);
  CHECK_FALSE(host.lan->status());
}

TEST_CASE("LanWatcher: a link has a place for sightings only where the LAN is looked at") {
  const Host host;
  const auto& [index, link] = *host.lan->links().begin();  // the loopback link, at least
  const std::string name = link.name;
  LanConfig lan;
  lan.allow_interfaces = {name};
  CHECK(host.lan->index_of(lan, name) == index);
  CHECK_FALSE(host.lan->index_of(lan, "none-such"));
  CHECK_FALSE(host.lan->index_of(disabled(), name));
  lan.deny_interfaces = {name};
  lan.deny_given = true;
  CHECK_FALSE(host.lan->index_of(lan, name));
}

}  // namespace
}  // namespace liqo::test
