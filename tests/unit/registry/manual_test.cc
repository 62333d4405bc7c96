#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

/// As a user added it: https://auth.example.com.
Peer added() {
  Peer peer;
  peer.source = Source::kManual;
  peer.interface = 0;
  peer.host = "auth.example.com";
  peer.port = 443;
  peer.addresses = {"203.0.113.7"};
  peer.domain = ".";
  peer.record = "https://auth.example.com:443";
  return peer;
}

void add(World& world, const Peer& peer = added()) { world.see(peer, EvidenceMethod::kManual); }

}  // namespace

TEST_CASE("Registry: what a user added is in doubt until it is proved") {
  World world;
  add(world);
  CHECK(world.events() == Lines{"added milan-id discovered"});
  REQUIRE(world.cluster());
  CHECK(world.cluster()->state == State::kSuspect);
  CHECK(world.cluster()->sightings[0].evidence.method == EvidenceMethod::kManual);
  CHECK(world.checks().size() == 1);
  world.answer(added(), "milan-id", "aa");
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(world.cluster()->identity == Identity::kConfirmed);
}

TEST_CASE("Registry: what a user added stays however long nobody answers") {
  World world;
  add(world);
  world.checks();
  world.at(10s + 29s);
  CHECK(world.checks().empty());
  world.at(10s + 31s);
  CHECK(world.checks().size() == 1);
  world.at(24h);
  const auto day = world.checks().size();
  CHECK(day > 250);
  CHECK(day < 300);
  REQUIRE(world.cluster());
  CHECK(world.cluster()->state == State::kSuspect);
  CHECK(world.events() == Lines{"added milan-id discovered"});
  SECTION("and is fresh once somebody does") {
    world.prove(added(), EvidenceMethod::kIds);
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    world.at(48h);
    CHECK(world.events().empty());
  }
}

TEST_CASE("Registry: a report on what a user added has it asked, and removes nothing") {
  World world;
  add(world);
  world.answer(added(), "milan-id", "aa");
  world.events();
  world.checks();
  world.report("milan-id");
  CHECK(world.checks().size() == 1);
  world.at(1h);
  CHECK(world.events() == Lines{"changed milan-id suspect"});
}

TEST_CASE("Registry: what a user said again proves nothing") {
  World world;
  add(world);
  world.at(20s);
  world.checks();
  add(world);
  CHECK(world.cluster()->state == State::kSuspect);
  CHECK(world.checks().empty());
  Peer moved = added();
  moved.addresses = {"203.0.113.8"};
  add(world, moved);
  CHECK(world.checks().size() == 1);
}

TEST_CASE("Registry: what a user removed is gone at once, and comes before other sources") {
  World world;
  world.see({});
  add(world);
  world.answer(added(), "milan-id", "aa");
  CHECK(world.cluster()->endpoints[0]->source == Source::kManual);
  world.lose(added(), Gone::kRemoved);
  CHECK(world.cluster()->endpoints[0]->source == Source::kLan);
  world.events();
  world.lose({}, Gone::kRemoved);
  world.at(5s);
  CHECK(world.events() == Lines{"removed milan-id removed"});
}

TEST_CASE("Registry: what a user calls a cluster is for where it does not say itself") {
  World world;
  Peer peer = added();
  peer.txt = txt({{"name", "mine"}});
  add(world, peer);
  CHECK(world.cluster()->name == "mine");
  SECTION("its server does") { world.answer(peer, "milan-id", "aa", "milan"); }
  SECTION("the LAN does") { world.see({.txt = txt({{"name", "milan"}})}); }
  CHECK(world.cluster()->name == "milan");
}

}  // namespace liqo::test
