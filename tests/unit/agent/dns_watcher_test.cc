#include "agent/dns_watcher.h"

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/agent/fake_dns.h"

namespace liqo::test {
namespace {

/// A registry on a loop, with a watcher whose sources are fakes.
struct Agent {
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  RegistryDriver driver{loop, registry};
  FakeSources sources;
  DnsWatcher watcher{loop, registry, driver, sources.create()};

  void see(const Peer& peer) {
    driver.seen(peer.sighting(),
                peer.source == Source::kDns ? EvidenceMethod::kDns : EvidenceMethod::kMdns);
    run_until(loop, [&] { return registry.clusters().contains(peer.id); });
  }
  void report(const ClusterId& id) {
    registry.suspect_cluster(id, read_clocks());
    driver.touched();
    run_until(loop, [&] {
      return !registry.clusters().contains(id) ||
             registry.clusters().at(id)->state == State::kSuspect;
    });
  }
};

TEST_CASE("DNS watcher: without a domain there is no source, and nothing to wait for") {
  Agent agent;
  agent.watcher.configure({});
  CHECK(agent.sources.told.empty());
  CHECK(agent.watcher.synced());
  CHECK_FALSE(agent.watcher.status().has_value());
  agent.watcher.refresh();
}

TEST_CASE("DNS watcher: a domain, or the wish to enumerate, makes a source") {
  Agent agent;
  SECTION("a domain") {
    agent.watcher.configure(domains({"example.com"}));
    CHECK(agent.sources.told == Told{"created example.com"});
  }
  SECTION("enumeration") {
    dns::SourceOptions options;
    options.enumerate = true;
    agent.watcher.configure(options);
    CHECK(agent.sources.told == Told{"created"});
  }
  CHECK_FALSE(agent.watcher.synced());
  agent.sources.synced = true;
  CHECK(agent.watcher.synced());
  CHECK(agent.watcher.status().has_value());
}

TEST_CASE("DNS watcher: on a reload the source is told, though nothing changed: files may have") {
  Agent agent;
  agent.watcher.configure(domains({"a.example"}));
  agent.watcher.configure(domains({"a.example"}));
  agent.watcher.configure(domains({"a.example", "b.example"}));
  agent.watcher.refresh();
  CHECK(agent.sources.told == Told{"created a.example", "configured a.example",
                                   "configured a.example b.example", "refreshed"});
}

TEST_CASE("DNS watcher: what was seen goes with the last domain, and what the LAN shows stays") {
  Agent agent;
  agent.watcher.configure(domains({"example.com"}));
  agent.see(in_dns("far"));
  agent.see({.id = "near"});
  std::vector<ChangeReason> reasons;
  const auto token = agent.registry.subscribe([&](const Change& change) {
    CHECK(change.cluster->id == "far");
    reasons.push_back(change.reason);
  });
  agent.watcher.configure({});
  CHECK(agent.sources.told.back() == "destroyed");
  run_until(agent.loop, [&] { return !reasons.empty(); });
  CHECK(reasons == std::vector{ChangeReason::kRemoved});
  CHECK(agent.registry.clusters().size() == 1);
  CHECK(agent.watcher.synced());
}

TEST_CASE("DNS watcher: what the state file kept of a domain goes with it") {
  Agent agent;
  Cluster known;
  known.id = "far";
  SightingEntry entry;
  entry.sighting = std::make_shared<const Sighting>(in_dns("far").sighting());
  entry.evidence = {EvidenceMethod::kDns, read_clocks().wall};
  known.sightings = {entry};
  agent.registry.restore(known, read_clocks());
  agent.watcher.configure(domains({"example.com", "a.example"}));
  agent.driver.touched();
  run_until(agent.loop, [&] { return agent.registry.clusters().contains("far"); });
  REQUIRE(agent.registry.clusters().contains("far"));
  agent.watcher.configure(domains({"a.example"}));
  run_until(agent.loop, [&] { return agent.registry.clusters().empty(); });
  CHECK(agent.registry.clusters().empty());
}

TEST_CASE("DNS watcher: a domain may be browsed when it is configured or domains are enumerated") {
  dns::SourceOptions options = domains({"example.com"});
  CHECK(may_browse(options, name("EXAMPLE.com")));
  CHECK(may_resume(options, name("example.com"), std::nullopt));
  CHECK_FALSE(may_resume(options, name("www.example.com"), std::nullopt));
  options.domains[0].dnssec = dns::DnssecMode::kValidate;
  CHECK_FALSE(may_resume(options, name("example.com"), std::nullopt));
  CHECK(may_resume(options, name("example.com"), Dnssec::kInsecure));
  CHECK_FALSE(may_browse(options, name("www.example.com")));
  options.enumerate = true;
  CHECK(may_browse(options, name("www.example.com")));
}

TEST_CASE("DNS watcher: what DNS told is checked by DNS, what the LAN told is not") {
  Agent agent;
  agent.watcher.configure(domains({"example.com"}));
  agent.see(in_dns("far"));
  agent.see({.id = "near", .interface = 4711});
  agent.report("far");
  CHECK(agent.sources.told == Told{"created example.com", "checked far"});
  agent.report("near");
  CHECK(agent.sources.told.size() == 2);
  agent.see(in_dns("far"));
  run_until(agent.loop,
            [&] { return agent.registry.clusters().at("far")->state == State::kFresh; });
  CHECK(agent.registry.clusters().at("far")->state == State::kFresh);
}

TEST_CASE("DNS watcher: a check after the last domain went is nobody's") {
  Agent agent;
  agent.watcher.configure(domains({"example.com"}));
  agent.watcher.configure({});
  agent.see(in_dns("far"));
  agent.report("far");
  CHECK(agent.sources.told == Told{"created example.com", "destroyed"});
}

TEST_CASE("DNS watcher: its end ends its source") {
  FakeSources sources;
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  RegistryDriver driver{loop, registry};
  {
    DnsWatcher watcher(loop, registry, driver, sources.create());
    watcher.configure(domains({"example.com"}));
  }
  CHECK(sources.sink == nullptr);
}

}  // namespace
}  // namespace liqo::test
