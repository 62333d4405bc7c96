#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

TEST_CASE("Registry: 100,000 invented instances leave the known ones and their changes") {
  World world({.max_clusters = 1'000});
  world.see({});
  for (int i = 0; i < 100'000; ++i) {
    world.registry().seen(Peer{.id = "evil-" + std::to_string(i)}.sighting(), EvidenceMethod::kMdns,
                          world.now());
  }
  world.flush();
  CHECK(world.registry().clusters().size() == 1'000);
  CHECK(world.registry().counters().clusters == 1'000);
  CHECK(world.registry().counters().over_limit == 100'000 - 999);
  CHECK(world.cluster());
  world.events();
  world.see({.port = 1});
  CHECK(world.events() == Lines{"changed milan-id updated"});
  SECTION("what goes makes room again") {
    world.lose({.id = "evil-0"}, Gone::kExpired);
    world.see({.id = "turin-id"});
    CHECK(world.cluster("turin-id"));
  }
}

TEST_CASE("Registry: a cluster has a limited number of sightings, the first ones") {
  World world({.max_sightings_per_cluster = 4});
  for (std::uint32_t link = 2; link < 102; ++link) world.see({.interface = link});
  CHECK(world.cluster()->sightings.size() == 4);
  CHECK(world.registry().counters().over_limit == 96);
  CHECK(world.registry().counters().sightings == 4);
  SECTION("the known ones still change") {
    world.events();
    world.see({.interface = 2, .port = 1});
    CHECK(world.events() == Lines{"changed milan-id updated"});
  }
}

TEST_CASE("Registry: instances that claim an id leave room for the one named by it") {
  World world;
  for (int i = 0; i < 100; ++i) {
    world.see({.instance = "evil " + std::to_string(i), .txt = txt({{"id", "milan-id"}})});
  }
  CHECK(world.cluster()->sightings.size() == 32);
  world.see({.host = "true.local"});
  CHECK(world.cluster()->sightings.size() == 33);
  CHECK(world.cluster()->endpoints[0]->host.to_string() == "true.local");
}

TEST_CASE("Registry: each source has room of its own in a cluster") {
  World world({.max_sightings_per_cluster = 4});
  const auto from_lan = [](std::uint32_t i) { return Peer{.interface = 2 + i}; };
  const auto from_dns = [](std::uint32_t i) {
    Peer peer = dns_peer();
    peer.record = std::to_string(i);
    return peer;
  };
  const auto flood = [&world](const auto& peer) {
    for (std::uint32_t i = 0; i < 100; ++i) world.see(peer(i));
  };
  const bool lan_first = GENERATE(true, false);
  if (lan_first) flood(from_lan);
  flood(from_dns);
  if (!lan_first) flood(from_lan);
  CHECK(world.cluster()->sightings.size() == 8);
  CHECK(world.registry().counters().over_limit == 192);
  SECTION("what goes makes room again, and what is known changes") {
    world.lose(from_dns(0), Gone::kNxdomain);
    world.see(from_dns(50));
    CHECK(world.cluster()->sightings.size() == 8);
    world.events();
    Peer moved = from_dns(50);
    moved.port = 1;
    world.see(moved);
    CHECK(world.events() == Lines{"changed milan-id updated"});
    CHECK(world.registry().counters().over_limit == 192);
  }
}

TEST_CASE("Registry: each source has room of its own for clusters") {
  World world({.max_clusters = 10, .max_dns_clusters = 10});
  const auto flood = [&world](const Peer& like) {
    for (int i = 0; i < 100; ++i) {
      Peer peer = like;
      peer.id = std::string(to_string(like.source)) + std::to_string(i);
      world.see(peer);
    }
  };
  const bool lan_first = GENERATE(true, false);
  if (lan_first) flood({});
  flood(dns_peer());
  if (!lan_first) flood({});
  CHECK(world.registry().clusters().size() == 20);
  SECTION("a known one may be seen by both") {
    Peer peer = dns_peer();
    peer.id = "lan0";
    world.see(peer);
    CHECK(world.cluster("lan0")->sightings.size() == 2);
  }
  SECTION("a source that is dropped makes room again") {
    world.registry().drop_source(Source::kDns, Gone::kRemoved, world.now());
    world.flush();
    CHECK(world.registry().clusters().size() == 10);
    flood(dns_peer());
    CHECK(world.registry().clusters().size() == 20);
  }
}

TEST_CASE("Registry: one flush tells a limited number of clusters and asks for the next at once") {
  World world;
  for (int i = 0; i < 1'000; ++i) {
    world.registry().seen(Peer{.id = "c" + std::to_string(i)}.sighting(), EvidenceMethod::kMdns,
                          world.now());
  }
  world.registry().flush();
  CHECK(world.events().size() == 512);
  CHECK(world.registry().counters().clusters == 512);
  REQUIRE(world.registry().next_deadline());
  CHECK(*world.registry().next_deadline() <= world.now().boot);
  world.registry().flush();
  CHECK(world.events().size() == 488);
  CHECK_FALSE(world.registry().next_deadline());
}

TEST_CASE("Registry: a refused sighting counts no addresses and leaves nothing behind") {
  World world({.max_clusters = 0});
  world.see({.addresses = {"127.0.0.1"}});
  CHECK(world.registry().counters().unusable_address == 0);
  CHECK(world.registry().counters().over_limit == 1);
  CHECK_FALSE(world.registry().next_deadline());
  world.lose({});
  world.prove({});
  CHECK(world.events().empty());
}

TEST_CASE("Registry: instances without an id are counted, however many, and cost nothing") {
  World world;
  for (int i = 0; i < 1'000; ++i) world.see({.instance = "x y" + std::to_string(i)});
  CHECK(world.registry().counters().not_clusters == 1'000);
  CHECK(world.registry().counters().sightings == 0);
}

TEST_CASE("Registry: any octets in instance, TXT and host are only data") {
  World world;
  const std::string hostile("\x00\x1b]0;\xff\xfe\n", 8);
  Peer peer{.instance = hostile};
  peer.txt = txt({{"id", "milan-id"}, {"name", hostile}, {hostile, hostile}});
  Sighting sighting = peer.sighting();
  sighting.target_host = *DomainName().with_label(hostile);
  world.registry().seen(sighting, EvidenceMethod::kMdns, world.now());
  world.flush();
  REQUIRE(world.cluster());
  CHECK(world.cluster()->name == hostile);
  CHECK(world.cluster()->held_name.empty());
  CHECK(host_names(*world.cluster(), "liqo.internal") == Lines{"milan-id.liqo.internal"});
  world.registry().unseen(sighting.key, Gone::kWithdrawnOrExpired, world.now());
  world.at(3s);
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: counters follow what comes and goes") {
  World world;
  world.see({});
  world.see({.service = Service::kApi});
  world.see({.id = "turin-id"});
  CHECK(world.registry().counters().clusters == 2);
  CHECK(world.registry().counters().sightings == 3);
  world.lose({}, Gone::kRemoved);
  CHECK(world.registry().counters().sightings == 2);
  world.lose({.service = Service::kApi}, Gone::kRemoved);
  world.lose({.id = "turin-id"}, Gone::kRemoved);
  CHECK(world.registry().counters().clusters == 0);
  CHECK(world.registry().counters().sightings == 0);
}

}  // namespace liqo::test
