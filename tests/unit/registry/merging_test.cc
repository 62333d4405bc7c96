#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

TEST_CASE("Registry: a sighting of a new id adds a cluster") {
  World world;
  world.see({.txt = txt({{"name", "milan"}, {"version", "v0.10.3"}, {"site", "on-premise"}})});
  CHECK(world.events() == Lines{"added milan-id discovered"});
  const auto cluster = world.cluster();
  REQUIRE(cluster);
  CHECK(cluster->name == "milan");
  CHECK(cluster->version == "v0.10.3");
  CHECK(cluster->site == "on-premise");
  CHECK(cluster->state == State::kFresh);
  CHECK(cluster->identity == Identity::kClaimed);
  CHECK(cluster->first_seen == world.now().wall);
  CHECK(cluster->last_seen == world.now().wall);
  CHECK(cluster->sightings.size() == 1);
  CHECK(cluster->endpoints[0]->url == "https://10.0.0.1:30740");
}

TEST_CASE("Registry: interfaces, families, services and a renamed instance make one cluster") {
  World world;
  const Peer auth;
  const Peer other_link{.interface = 3};
  const Peer ipv6{.family = Family::kIpv6, .addresses = {"fd00::1"}};
  const Peer api{.service = Service::kApi, .port = 6443};
  const Peer gateway{.service = Service::kGateway, .port = 5871};
  const Peer renamed{.interface = 4, .instance = "milan-id #2", .txt = txt({{"id", "milan-id"}})};
  for (const Peer& peer : {auth, other_link, ipv6, api, gateway, renamed}) {
    world.registry().seen(peer.sighting(), EvidenceMethod::kMdns, world.now());
  }
  world.flush();
  CHECK(world.events() == Lines{"added milan-id discovered"});
  REQUIRE(world.registry().clusters().size() == 1);
  CHECK(world.cluster()->sightings.size() == 6);
  CHECK(addresses_of(world.cluster()) == "10.0.0.1 fd00::1");
  CHECK(world.cluster()->endpoints[index_of(Service::kApi)]->port == 6443);
  CHECK(world.cluster()->endpoints[index_of(Service::kGateway)]->url.empty());

  SECTION("it goes only with its last sighting") {
    for (const Peer& peer : {auth, other_link, ipv6, api, gateway}) world.lose(peer);
    world.at(10s);
    REQUIRE(world.cluster());
    CHECK(world.cluster()->sightings.size() == 1);
    CHECK(world.events() == Lines{"changed milan-id updated"});
    world.lose(renamed);
    world.at(20s);
    CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
  }
  SECTION("it goes for the reason of the last") {
    for (const Peer& peer : {auth, other_link, ipv6, api, gateway}) world.lose(peer);
    world.at(10s);
    world.lose(renamed, Gone::kLinkDown);
    world.at(20s);
    CHECK(world.events() == Lines{"changed milan-id updated", "removed milan-id link-down"});
  }
}

TEST_CASE("Registry: an empty TXT, as Liqo 0.2 to 0.10 sends it, leaves the instance as the id") {
  World world;
  world.see({.id = "0a1b2c3d-0000-4000-8000-000000000001"});
  REQUIRE(world.cluster("0a1b2c3d-0000-4000-8000-000000000001"));
  CHECK(world.cluster("0a1b2c3d-0000-4000-8000-000000000001")->name.empty());
}

TEST_CASE("Registry: an instance without a valid id is counted and not a cluster") {
  World world;
  world.see({.instance = "not an id!"});
  CHECK(world.registry().clusters().empty());
  CHECK(world.registry().counters().not_clusters == 1);
  CHECK(world.events().empty());
}

TEST_CASE("Registry: a sighting whose TXT names another cluster moves to it") {
  World world;
  world.see({.instance = "x", .txt = txt({{"id", "milan-id"}})});
  world.see({.instance = "x", .txt = txt({{"id", "turin-id"}})});
  CHECK(world.events() == Lines{"added milan-id discovered",
                                "removed milan-id withdrawn-or-expired",
                                "added turin-id discovered"});
}

TEST_CASE("Registry: a withdrawn sighting is listed for two seconds more") {
  World world;
  world.see({});
  world.events();
  world.at(10s);
  world.lose({});
  world.at(11'999ms);
  CHECK(world.events().empty());
  CHECK(world.cluster());
  world.at(12s);
  CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
  CHECK_FALSE(world.cluster());
  CHECK_FALSE(world.registry().next_deadline());
}

TEST_CASE("Registry: a return within two seconds is no change at all") {
  World world;
  world.see({});
  world.events();
  world.at(10s);
  world.lose({});
  world.at(11'900ms);
  world.see({});
  world.at(60s);
  CHECK(world.events().empty());
  CHECK(world.cluster());
}

TEST_CASE("Registry: a return with other content is one update") {
  World world;
  world.see({});
  world.events();
  world.lose({});
  world.at(1s);
  world.see({.port = 30741, .txt = txt({{"name", "milan"}})});
  world.at(60s);
  CHECK(world.events() == Lines{"changed milan-id updated"});
  CHECK(world.cluster()->endpoints[0]->port == 30741);
}

TEST_CASE("Registry: a goodbye that comes record by record is one removal") {
  World world;
  world.see({});
  world.see({.service = Service::kApi, .port = 6443});
  world.events();
  world.lose({});
  world.at(300ms);
  world.lose({.service = Service::kApi, .port = 6443});
  world.at(2'299ms);
  CHECK(world.events().empty());
  world.at(2'300ms);
  CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
}

TEST_CASE("Registry: a service that is withdrawn alone goes after its own hold") {
  World world;
  world.see({});
  world.see({.service = Service::kApi, .port = 6443});
  world.events();
  world.lose({});
  world.at(2s);
  CHECK(world.events() == Lines{"changed milan-id updated"});
  CHECK_FALSE(world.cluster()->endpoints[0]);
}

TEST_CASE("Registry: a goodbye told twice does not prolong the hold") {
  World world;
  world.see({});
  world.lose({});
  world.at(1'500ms);
  world.lose({});
  world.at(2s);
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: answers and decisions remove at once") {
  const Gone reason = GENERATE(Gone::kNxdomain, Gone::kExpired, Gone::kRemoved, Gone::kLimit);
  World world;
  world.see({.source = Source::kDns});
  world.events();
  world.lose({.source = Source::kDns}, reason);
  CHECK(world.events() == Lines{"removed milan-id " + std::string(to_string(reason))});
}

TEST_CASE("Registry: a changed TXT, port, host or address is one update") {
  World world;
  world.see({});
  world.events();
  const Peer changed =
      GENERATE(Peer{.txt = txt({{"name", "milan"}})}, Peer{.port = 1}, Peer{.host = "node2.local"},
               Peer{.addresses = {"10.0.0.2"}}, Peer{.addresses = {"10.0.0.1", "10.0.0.2"}},
               Peer{.txt = txt({{"unknown", "key"}})});
  world.see(changed);
  CHECK(world.events() == Lines{"changed milan-id updated"});
}

TEST_CASE("Registry: the same told again, in whatever order, is no change") {
  World world;
  world.see({.addresses = {"10.0.0.1", "10.0.0.2", "fd00::1"}});
  world.events();
  world.see({.addresses = {"fd00::1", "10.0.0.2", "10.0.0.1", "10.0.0.1"}});
  CHECK(world.events().empty());
}

TEST_CASE("Registry: many changes before a flush are told as one, in the order of ids") {
  World world;
  for (const char* id : {"b", "a", "c"}) {
    for (std::uint16_t port = 1; port < 10; ++port) {
      world.registry().seen(Peer{.id = id, .port = port}.sighting(), EvidenceMethod::kMdns,
                            world.now());
    }
  }
  world.flush();
  CHECK(world.events() == Lines{"added a discovered", "added b discovered", "added c discovered"});
}

TEST_CASE("Registry: what comes and goes before a flush is never told") {
  World world;
  world.registry().seen(Peer{}.sighting(), EvidenceMethod::kMdns, world.now());
  world.registry().unseen(Peer{}.key(), Gone::kRemoved, world.now());
  world.flush();
  CHECK(world.events().empty());
  CHECK(world.registry().clusters().empty());
}

TEST_CASE("Registry: a new proof shows in the view and is no event") {
  World world;
  world.see({});
  world.events();
  const auto before = world.cluster();
  world.at(60s);
  world.prove({});
  CHECK(world.events().empty());
  CHECK(world.cluster()->last_seen == before->last_seen + 60s);
  CHECK(world.cluster()->sightings[0].evidence.method == EvidenceMethod::kQuery);
  CHECK(before->last_seen == before->first_seen);
  CHECK(world.cluster()->sightings[0].sighting == before->sightings[0].sighting);
}

TEST_CASE("Registry: proof of an unknown sighting is ignored") {
  World world;
  world.prove({});
  CHECK(world.registry().clusters().empty());
  CHECK(world.events().empty());
}

TEST_CASE("Registry: the agent's own cluster is never listed") {
  World world({.own_id = "milan-id"});
  world.see({});
  world.see({.instance = "milan-id #2", .txt = txt({{"id", "milan-id"}})});
  world.resumed();
  CHECK(world.events().empty());
  CHECK(world.checks().empty());

  SECTION("until it is another") {
    world.registry().set_own_id("other", world.now());
    world.flush();
    CHECK(world.events() == Lines{"added milan-id discovered"});
    world.registry().set_own_id("milan-id", world.now());
    world.flush();
    CHECK(world.events() == Lines{"removed milan-id removed"});
  }
}

TEST_CASE("Registry: dropping a source takes its sightings alone") {
  World world;
  world.see({});
  world.see({.source = Source::kDns, .domain = "example.com"});
  world.see({.id = "turin-id"});
  world.events();
  world.registry().drop_source(Source::kLan, Gone::kRemoved, world.now());
  world.flush();
  CHECK(world.events() == Lines{"changed milan-id updated", "removed turin-id removed"});
  CHECK(world.cluster()->sightings.size() == 1);
}

TEST_CASE("Registry: a handler may unsubscribe itself, and a token's end ends the telling") {
  World world;
  int told = 0;
  Registry::Token token;
  token = world.registry().subscribe([&](const Change&) {
    ++told;
    token.reset();
  });
  world.see({.id = "a"});
  world.see({.id = "b"});
  CHECK(told == 1);
}

TEST_CASE("Registry: one that subscribes inside a handler hears of the next flush") {
  World world;
  int told = 0;
  Registry::Token inner;
  const auto outer = world.registry().subscribe([&](const Change&) {
    if (!inner) inner = world.registry().subscribe([&](const Change&) { ++told; });
  });
  world.see({.id = "a"});
  CHECK(told == 0);
  world.see({.id = "b"});
  CHECK(told == 1);
}

}  // namespace liqo::test
