#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

Peer judged(std::optional<Dnssec> dnssec) {
  Peer peer = dns_peer();
  peer.dnssec = dnssec;
  peer.txt = txt({{"name", "milan"}, {"version", "v1.0.0"}, {"site", "cloud"}});
  return peer;
}

/// Another SRV record of the same instance.
Peer other(Peer peer, const std::string& host) {
  peer.host = host;
  peer.record = peer.id + " " + host + " 443";
  return peer;
}

std::string auth_host(const World& world) {
  const auto cluster = world.cluster();
  if (!cluster || !cluster->endpoints[0]) return "none";
  return cluster->endpoints[0]->host.to_string();
}

}  // namespace

TEST_CASE("Registry: a cluster that is bogus or indeterminate alone is shown and not used") {
  const Dnssec doubtful = GENERATE(Dnssec::kBogus, Dnssec::kIndeterminate);
  World world;
  Peer peer = judged(doubtful);
  SECTION("with addresses") {}
  SECTION("without any") { peer.addresses.clear(); }
  world.see(peer);
  CHECK(world.events() == Lines{"added milan-id discovered"});
  const auto cluster = world.cluster();
  REQUIRE(cluster);
  CHECK(cluster->sightings.size() == 1);
  CHECK(cluster->sightings[0].sighting->dnssec == doubtful);
  for (const Service service : kServices) CHECK_FALSE(cluster->endpoints[index_of(service)]);
  CHECK(cluster->name.empty());
  CHECK(cluster->version.empty());
  CHECK(cluster->site.empty());
  CHECK(cluster->held_name.empty());
  CHECK(host_names(*cluster, "liqo.internal").empty());
  CHECK(cluster->state == State::kFresh);
  world.at(63s);
  CHECK(world.events() == Lines{"changed milan-id stale"});
}

TEST_CASE("Registry: secure, insecure and unasked sightings are used") {
  const auto dnssec = GENERATE(std::optional<Dnssec>(), std::optional(Dnssec::kSecure),
                               std::optional(Dnssec::kInsecure));
  World world;
  world.see(judged(dnssec));
  CHECK(auth_host(world) == "auth.example.com");
  CHECK(world.cluster()->held_name == "milan");
}

TEST_CASE("Registry: a sighting that turns bogus takes its endpoint and its name along") {
  World world;
  world.see(judged(Dnssec::kSecure));
  world.events();
  world.see(judged(Dnssec::kBogus));
  CHECK(world.events() == Lines{"changed milan-id updated"});
  CHECK(auth_host(world) == "none");
  CHECK(world.cluster()->held_name.empty());
  SECTION("the name is free for others") {
    Peer turin = judged(Dnssec::kSecure);
    turin.id = "turin-id";
    world.see(turin);
    CHECK(world.cluster("turin-id")->held_name == "milan");
  }
  SECTION("it is back when it is secure again") {
    world.see(judged(Dnssec::kSecure));
    CHECK(auth_host(world) == "auth.example.com");
    CHECK(world.cluster()->held_name == "milan");
  }
}

TEST_CASE("Registry: a doubtful sighting decides nothing beside another") {
  const Dnssec doubtful = GENERATE(Dnssec::kBogus, Dnssec::kIndeterminate);
  World world;
  Peer bogus = other(judged(doubtful), "evil.example.com");
  bogus.txt = txt({{"name", "evil"}, {"version", "v6.6.6"}});
  Peer good = judged(std::nullopt);
  good.priority = 100;
  good.txt = txt({{"name", "milan"}});
  world.see(bogus);
  world.see(good);
  CHECK(auth_host(world) == "auth.example.com");
  CHECK(world.cluster()->name == "milan");
  CHECK(world.cluster()->version.empty());
  CHECK(world.cluster()->sightings.size() == 2);
  SECTION("nor its state") {
    world.at(30s);
    world.see(bogus);
    world.at(63s);
    CHECK(world.cluster()->state == State::kStale);
    CHECK(world.cluster()->last_seen == world.cluster()->first_seen);
  }
  SECTION("nor does a reachable one keep it from sight when it goes") {
    world.lose(good, Gone::kNxdomain);
    REQUIRE(world.cluster());
    CHECK(auth_host(world) == "none");
  }
}

TEST_CASE("Registry: what gives no endpoint for another reason is not shown for that") {
  World world;
  Peer peer = judged(GENERATE(Dnssec::kSecure, Dnssec::kInsecure));
  SECTION("port 0") { peer.port = 0; }
  SECTION("target .") { peer.host = "."; }
  SECTION("unusable addresses") { peer.addresses = {"127.0.0.1", "169.254.1.1"}; }
  SECTION("no address") { peer.addresses.clear(); }
  world.see(peer);
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: DNSSEC-secure DNS before the LAN, whatever is preferred") {
  World world;
  world.see({});
  world.see(judged(Dnssec::kInsecure));
  CHECK(auth_host(world) == "node1.local");
  world.see(judged(Dnssec::kSecure));
  CHECK(auth_host(world) == "auth.example.com");
  world.at(63s);
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(auth_host(world) == "auth.example.com");
}

TEST_CASE("Registry: SRV records are preferred by priority, then by the greater weight") {
  World world;
  const auto srv = [](const std::string& host, std::uint16_t priority, std::uint16_t weight) {
    Peer peer = other(dns_peer(), host);
    peer.priority = priority;
    peer.weight = weight;
    return peer;
  };
  world.see(srv("c.example.com", 10, 1));
  CHECK(auth_host(world) == "c.example.com");
  world.see(srv("a.example.com", 10, 0));
  CHECK(auth_host(world) == "c.example.com");
  world.see(srv("b.example.com", 10, 65535));
  CHECK(auth_host(world) == "b.example.com");
  world.see(srv("d.example.com", 5, 0));
  CHECK(auth_host(world) == "d.example.com");
  SECTION("the fresh before the stale, whatever they say") {
    world.at(30s);
    world.see(srv("a.example.com", 10, 0));
    world.at(63s);
    CHECK(auth_host(world) == "a.example.com");
  }
}

}  // namespace liqo::test
