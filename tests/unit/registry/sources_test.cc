#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

TEST_CASE("Registry: a lost source that returns and tells the same is no event") {
  World world;
  world.see({.id = "a"});
  world.see({.id = "b"});
  world.events();
  world.at(100s);
  world.lose_source();
  world.at(130s);
  world.see({.id = "b"});
  world.see({.id = "a"});
  world.sync_source();
  world.at(600s);
  CHECK(world.events().empty());
  CHECK(world.checks().empty());
  CHECK(world.registry().clusters().size() == 2);
}

TEST_CASE("Registry: what a lost source told is kept for 60 s, unchanged") {
  World world;
  world.see({});
  world.see({.id = "turin-id", .source = Source::kDns, .domain = "example.com"});
  world.events();
  world.at(100s);
  world.lose_source();
  world.at(130s);
  SECTION("losing it again does not prolong that") { world.lose_source(); }
  SECTION("nor does losing another") { world.lose_source(Source::kManual); }
  world.at(159s);
  CHECK(world.events().empty());
  CHECK(world.cluster()->state == State::kFresh);
  world.at(160s);
  CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
  CHECK(world.cluster("turin-id"));
}

TEST_CASE("Registry: what its source only holds from before is shown at once, and asked") {
  World world;
  world.see({}, EvidenceMethod::kCached);
  CHECK(world.events() == Lines{"added milan-id discovered"});
  CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
  CHECK(world.cluster()->state == State::kSuspect);
  SECTION("an answer makes it fresh") {
    world.prove({});
    CHECK(world.events() == Lines{"changed milan-id fresh"});
  }
  SECTION("and so does its being announced") {
    world.see({});
    CHECK(world.events() == Lines{"changed milan-id fresh"});
  }
  SECTION("silence ends it, however often it is told so") {
    world.at(5s);
    world.see({}, EvidenceMethod::kCached);
    world.at(10s);
    CHECK(world.events() == Lines{"removed milan-id no-answer"});
    world.see({.port = 6443}, EvidenceMethod::kCached);
    CHECK(world.events().empty());
    CHECK(world.checks().size() == 1);
  }
}

TEST_CASE("Registry: what its source holds casts no doubt on what is known, and settles none") {
  World world;
  world.see({});
  world.events();
  SECTION("a fresh one stays so when its source is back") {
    world.lose_source();
    world.at(5s);
    world.see({}, EvidenceMethod::kCached);
    world.sync_source();
    world.at(200s);
    CHECK(world.events().empty());
    CHECK(world.checks().empty());
  }
  SECTION("one that was reported stays suspect") {
    world.report("milan-id");
    world.events();
    world.see({.addresses = {"10.0.0.7"}}, EvidenceMethod::kCached);
    CHECK(world.cluster()->state == State::kSuspect);
    world.at(10s);
    CHECK(world.events().back() == "removed milan-id no-answer");
  }
}

TEST_CASE("Registry: only a proof moves the time at which a cluster was seen") {
  World world;
  world.see(dns_peer(), EvidenceMethod::kDns);
  const WallTime proved = world.now().wall;
  world.at(2s);
  SECTION("what a source holds from before is none") { world.see({}, EvidenceMethod::kCached); }
  SECTION("nor is a user's word") {
    world.see({.source = Source::kManual}, EvidenceMethod::kManual);
  }
  REQUIRE(world.cluster()->sightings.size() == 2);
  CHECK(world.cluster()->last_seen == proved);
}

TEST_CASE("Registry: what the state file kept and its source holds is asked without delay") {
  World world;
  Cluster kept;
  kept.id = "milan-id";
  kept.sightings = {kept_entry({}, world.now().wall)};
  world.restore(kept);
  world.checks();
  world.see({}, EvidenceMethod::kCached);
  CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
  CHECK(world.cluster()->state == State::kSuspect);
}

TEST_CASE("Registry: what was told again before a second loss is kept for 60 s from that") {
  World world;
  world.see({});
  world.events();
  world.lose_source();
  world.at(50s);
  world.see({});
  world.lose_source();
  world.at(109s);
  CHECK(world.cluster());
  world.at(110s);
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: what a returned source does not tell again turns suspect") {
  World world;
  world.see({.id = "a"});
  world.see({.id = "b"});
  world.lose_source();
  world.at(2s);
  world.see({.id = "b"});
  world.events();
  world.sync_source();
  CHECK(world.events() == Lines{"changed a suspect"});
  CHECK(world.checks() == Lines{"auth a 2 ipv4"});

  SECTION("silence ends it for good: nobody lists it") {
    world.at(12s);
    CHECK(world.events() == Lines{"removed a no-answer"});
    CHECK(world.registry().counters().refuted == 0);
    CHECK_FALSE(world.registry().next_deadline());
  }
  SECTION("told late, it is fresh") {
    world.at(5s);
    world.see({.id = "a"});
    CHECK(world.events() == Lines{"changed a fresh"});
    CHECK_FALSE(world.registry().next_deadline());
  }
  SECTION("proven, but listed by nobody, it is asked again after a minute") {
    world.at(3s);
    world.prove({.id = "a"});
    CHECK(world.events() == Lines{"changed a fresh"});
    world.at(62s);
    CHECK(world.checks().empty());
    world.at(63s);
    CHECK(world.checks() == Lines{"auth a 2 ipv4"});
    world.at(73s);
    CHECK(world.events() == Lines{"changed a suspect", "removed a no-answer"});
  }
}

TEST_CASE("Registry: what a synced source does not list goes in the end, whoever answers there") {
  World world;
  world.see({});
  world.lose_source();
  world.sync_source();
  world.events();
  const auto live_until = [&world](Duration end, EvidenceMethod method) {
    for (Duration time = 1s; time < end; time += 1s) {
      world.at(time);
      REQUIRE(world.cluster());
      if (!world.checks().empty() || time == 1s) world.prove({}, method);
    }
  };
  SECTION("somebody listens at its port, or is even who it was: gone after 3 minutes") {
    live_until(180s, GENERATE(EvidenceMethod::kTcp, EvidenceMethod::kIds));
    world.events();
    world.at(180s);
    CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
    CHECK_FALSE(world.registry().next_deadline());
  }
  SECTION("a loss on the way does not prolong that") {
    live_until(100s, EvidenceMethod::kTcp);
    world.lose_source();
    world.sync_source();
    world.prove({}, EvidenceMethod::kTcp);
    world.at(160s);
    world.prove({}, EvidenceMethod::kTcp);
    world.at(179s);
    CHECK(world.cluster());
    world.at(180s);
    CHECK_FALSE(world.cluster());
  }
  SECTION("its record is told still: it stays") {
    live_until(20min, EvidenceMethod::kQuery);
    SECTION("for as long") {
      const Duration end = 20min + 200s;
      for (Duration time = 20min; time < end; time += 1s) {
        world.at(time);
        if (!world.checks().empty()) world.prove({}, EvidenceMethod::kTcp);
      }
      CHECK_FALSE(world.cluster());
    }
  }
  SECTION("listed, it is fresh without end") {
    live_until(100s, EvidenceMethod::kTcp);
    world.see({});
    CHECK_FALSE(world.registry().next_deadline());
  }
}

TEST_CASE("Registry: what is on interfaces that are not allowed goes at once") {
  World world;
  world.see({.id = "a", .interface = 2});
  world.see({.id = "b", .interface = 3});
  world.see({.id = "c", .interface = 3});
  world.report("c");
  world.at(10s);  // refuted: it must not come back
  world.see({.id = "d", .interface = 0, .source = Source::kDns, .domain = "example.com"});
  world.events();
  world.registry().limit_interfaces([](const std::string& name) { return name != "eth1"; },
                                    world.now());
  world.flush();
  CHECK(world.events() == Lines{"removed b removed"});
  CHECK(world.registry().counters().refuted == 0);
  world.prove({.id = "b", .interface = 3});
  CHECK(world.registry().clusters().size() == 2);
}

TEST_CASE("Registry: a suspect whose source is lost is settled by its check") {
  World world;
  world.see({});
  world.report("milan-id");
  world.lose_source();
  world.events();
  world.at(10s);
  CHECK(world.events() == Lines{"removed milan-id no-answer"});
}

TEST_CASE("Registry: a refuted sighting is forgotten with its source") {
  World world;
  world.see({});
  world.report("milan-id");
  world.at(10s);
  world.events();
  REQUIRE(world.registry().counters().refuted == 1);
  world.lose_source();
  SECTION("when it syncs without it") { world.sync_source(); }
  SECTION("when it stays away") { world.at(70s); }
  CHECK(world.registry().counters().refuted == 0);
  CHECK(world.events().empty());
  CHECK_FALSE(world.registry().next_deadline());
}

TEST_CASE("Registry: a helper that starts again does not resurrect a ghost from Avahi's cache") {
  World world;
  world.see({});
  world.report("milan-id");
  world.at(10s);
  world.events();
  world.lose_source();
  world.see({});
  world.sync_source();
  world.at(300s);
  CHECK(world.events().empty());
  CHECK(world.registry().counters().refuted == 1);
}

namespace {

Cluster kept(const ClusterId& id, WallTime first_seen, const std::string& held_name = {}) {
  Peer peer{.id = id};
  if (!held_name.empty()) peer.txt = txt({{"name", held_name}});
  Cluster cluster;
  cluster.id = id;
  cluster.first_seen = first_seen;
  cluster.held_name = held_name;
  cluster.sightings.push_back(kept_entry(peer, first_seen));
  return cluster;
}

}  // namespace

TEST_CASE("Registry: what the state file kept comes back as suspect") {
  World world;
  const WallTime yesterday = world.now().wall - 24h;
  world.registry().restore(kept("milan-id", yesterday), world.now());
  world.flush();
  CHECK(world.events() == Lines{"added milan-id discovered"});
  REQUIRE(world.cluster());
  CHECK(world.cluster()->state == State::kSuspect);
  CHECK(world.cluster()->first_seen == yesterday);
  CHECK(world.cluster()->last_seen == yesterday);
  CHECK(world.checks().empty());

  SECTION("its source tells it: fresh") {
    world.at(1s);
    world.see({});
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    CHECK(world.cluster()->first_seen == yesterday);
    world.sync_source();
    world.at(100s);
    CHECK(world.checks().empty());
  }
  SECTION("its source syncs without it: asked then") {
    world.at(1s);
    world.sync_source();
    CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
    world.at(11s);
    CHECK(world.events() == Lines{"removed milan-id no-answer"});
  }
  SECTION("without its source it is asked after 5 s, and kept while it answers") {
    world.at(4'999ms);
    CHECK(world.checks().empty());
    world.at(5s);
    CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
    world.prove({});
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    world.at(65s);
    CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
  }
}

TEST_CASE("Registry: restoring leaves alone what was told already, and what is not the cluster's") {
  World world;
  world.see({});
  world.events();
  world.registry().restore(kept("milan-id", world.now().wall - 24h), world.now());
  Cluster foreign = kept("turin-id", world.now().wall);
  foreign.sightings = kept("rome-id", world.now().wall).sightings;
  world.registry().restore(foreign, world.now());
  Cluster bare = kept("bari-id", world.now().wall);
  bare.sightings.clear();
  world.registry().restore(bare, world.now());
  world.flush();
  CHECK(world.events().empty());
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(world.registry().clusters().size() == 1);
}

TEST_CASE("Registry: a restored cluster keeps its name against all comers") {
  World world;
  world.registry().seen(Peer{.id = "early", .txt = txt({{"name", "milan"}})}.sighting(),
                        EvidenceMethod::kMdns, world.now());
  world.registry().restore(kept("z", world.now().wall - 1h, "milan"), world.now());
  world.flush();
  CHECK(world.cluster("z")->held_name == "milan");
  CHECK(world.cluster("early")->held_name.empty());
}

}  // namespace liqo::test
