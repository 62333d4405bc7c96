#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

/// Reported, asked, silent, gone, while Avahi lists it on.
struct RefutedWorld : World {
  RefutedWorld() {
    see({});
    at(100s);
    report("milan-id");
    at(110s);
  }
};

}  // namespace

TEST_CASE("Registry: a report makes a cluster suspect and has it asked") {
  World world;
  world.see({});
  world.events();
  world.at(100s);
  world.report("milan-id");
  CHECK(world.events() == Lines{"changed milan-id suspect"});
  CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
  CHECK(world.cluster()->state == State::kSuspect);

  SECTION("proof makes it fresh") {
    const auto method = GENERATE(EvidenceMethod::kQuery, EvidenceMethod::kTcp);
    world.at(101s);
    world.prove({}, method);
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    CHECK(world.cluster()->sightings[0].evidence.method == method);
    world.at(200s);
    CHECK(world.events().empty());
    CHECK(world.checks().empty());
  }
  SECTION("its source telling it anew makes it fresh") {
    world.see({});
    CHECK(world.events() == Lines{"changed milan-id fresh"});
  }
  SECTION("silence ends it within 15 s of the report") {
    world.at(115s);
    CHECK(world.events() == Lines{"removed milan-id no-answer"});
    CHECK_FALSE(world.cluster());
    CHECK(world.registry().counters().refuted == 1);
    CHECK(world.registry().counters().sightings == 0);
  }
  SECTION("further reports do not prolong it, nor ask again") {
    for (int second = 101; second < 110; ++second) {
      world.at(std::chrono::seconds(second));
      world.report("milan-id");
    }
    world.at(110s);
    CHECK(world.events() == Lines{"removed milan-id no-answer"});
    CHECK(world.checks().empty());
  }
  SECTION("a goodbye meanwhile ends it sooner, as withdrawn") {
    world.lose({});
    world.at(102s);
    CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
  }
}

TEST_CASE("Registry: a check is requested by flush alone") {
  World world;
  world.see({});
  world.registry().suspect_cluster("milan-id", world.now());
  CHECK(world.checks().empty());
  SECTION("and answers at once if need be") {
    world.registry().set_check_handler([&world](const CheckRequest& request) {
      world.registry().evidence(request.sighting.key, EvidenceMethod::kQuery, world.now());
    });
    world.flush();
    world.flush();
    CHECK(world.cluster()->state == State::kFresh);
  }
  SECTION("not at all when the doubt was settled before it") {
    world.prove({});
    CHECK(world.checks().empty());
    CHECK(world.events() == Lines{"added milan-id discovered"});
  }
}

TEST_CASE("Registry: a report on an unknown cluster does nothing") {
  World world;
  world.report("nobody");
  CHECK(world.events().empty());
  CHECK(world.checks().empty());
}

TEST_CASE("Registry: proof of one sighting proves that one alone") {
  World world;
  std::vector<Peer> peers;
  for (const Service service : kServices) {
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      peers.push_back({.service = service, .family = family});
      world.see(peers.back());
    }
  }
  world.events();
  world.report("milan-id");
  CHECK(world.checks().size() == 6);
  CHECK(world.events() == Lines{"changed milan-id suspect"});
  world.at(1s);
  world.prove(peers[0]);
  CHECK(world.events() == Lines{"changed milan-id fresh"});
  world.prove(peers[2]);
  CHECK(world.events().empty());
  CHECK(world.cluster()->sightings.size() == 6);
  world.at(10s);
  CHECK(world.events() == Lines{"changed milan-id updated"});
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(world.cluster()->sightings.size() == 2);
  CHECK_FALSE(world.cluster()->endpoints[index_of(Service::kGateway)]);
  CHECK(world.registry().counters().refuted == 4);
  CHECK(world.registry().counters().sightings == 2);
}

TEST_CASE("Registry: a link change doubts what was seen on that link") {
  World world;
  world.see({.id = "a", .interface = 2});
  world.see({.id = "b", .interface = 3});
  world.see({.id = "c", .source = Source::kDns, .domain = "example.com"});
  world.events();
  world.link_changed(2);
  CHECK(world.events() == Lines{"changed a suspect"});
  CHECK(world.checks() == Lines{"auth a 2 ipv4"});
  SECTION("and a resume all of the LAN") {
    world.resumed();
    CHECK(world.events() == Lines{"changed b suspect"});
    CHECK(world.checks() == Lines{"auth a 2 ipv4", "auth b 3 ipv4"});
  }
}

TEST_CASE("Registry: a cluster with a fresh sighting on another link stays fresh") {
  World world;
  world.see({.interface = 2});
  world.see({.interface = 3});
  world.events();
  world.link_changed(2);
  CHECK(world.events().empty());
  CHECK(world.cluster()->sightings[0].state == State::kSuspect);
  world.at(10s);
  CHECK(world.events() == Lines{"changed milan-id updated"});
}

TEST_CASE("Registry: a refuted sighting is asked at 2 s, doubling to 30 s") {
  RefutedWorld world;
  world.checks();
  std::vector<Duration> asked;
  for (Duration t = 110s; t <= 210s; t += 500ms) {
    world.at(t);
    if (!world.checks().empty()) asked.push_back(t - 110s);
  }
  CHECK(asked == std::vector<Duration>{2s, 6s, 14s, 30s, 60s, 90s});
}

TEST_CASE("Registry: a refuted sighting is back on the first proof") {
  RefutedWorld world;
  CHECK(world.events() == Lines{"added milan-id discovered", "changed milan-id suspect",
                                "removed milan-id no-answer"});
  world.at(112s);
  world.prove({});
  CHECK(world.events() == Lines{"added milan-id discovered"});
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(world.registry().counters().refuted == 0);
  world.checks();
  world.at(500s);
  CHECK(world.checks().empty());
  CHECK(world.events().empty());
}

TEST_CASE("Registry: a refuted sighting that is told again unchanged is asked at once") {
  RefutedWorld world;
  world.events();
  world.checks();
  world.at(150s);
  world.checks();
  world.see({});
  CHECK(world.events().empty());
  CHECK_FALSE(world.cluster());
  CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
}

TEST_CASE("Registry: a refuted sighting that is announced anew is back") {
  RefutedWorld world;
  world.events();
  world.at(120s);
  SECTION("after its withdrawal, which forgets it") {
    world.lose({});
    CHECK(world.registry().counters().refuted == 0);
    CHECK_FALSE(world.registry().next_deadline());
    CHECK(world.events().empty());
    world.see({});
  }
  SECTION("with other content") { world.see({.port = 30741}); }
  CHECK(world.events() == Lines{"added milan-id discovered"});
  CHECK(world.registry().counters().refuted == 0);
}

TEST_CASE("Registry: a link that changes has its refuted sightings asked at once") {
  RefutedWorld world;
  world.at(150s);
  world.checks();
  world.link_changed(2);
  CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: a refuted sighting of a cluster that is still seen otherwise stays out") {
  World world;
  world.see({.interface = 2});
  world.see({.interface = 3});
  world.report("milan-id");
  world.prove({.interface = 3});
  world.at(10s);
  world.events();
  CHECK(world.cluster()->sightings.size() == 1);
  world.prove({.interface = 2});
  CHECK(world.events() == Lines{"changed milan-id updated"});
  CHECK(world.cluster()->sightings.size() == 2);
}

TEST_CASE("Registry: the time that the host sleeps is no silence") {
  World world;
  world.see({});
  world.at(100s);
  world.report("milan-id");
  world.events();
  world.checks();
  // 9 s of its 10 are left to answer in.
  world.sleep_until(3'600s);
  world.resumed();
  CHECK(world.events().empty());
  CHECK(world.checks() == Lines{"auth milan-id 2 ipv4"});
  world.at(3'609s);
  REQUIRE(world.cluster());
  SECTION("an answer keeps it") {
    world.prove({}, EvidenceMethod::kQuery);
    CHECK(world.events() == Lines{"changed milan-id fresh"});
  }
  SECTION("silence from then on ends it") {
    world.at(3'610s);
    CHECK(world.events() == Lines{"removed milan-id no-answer"});
  }
}

TEST_CASE("Registry: after a resume questions are paced, and none waits beyond 15 s") {
  World world;
  for (int i = 0; i < 1'000; ++i) {
    world.registry().seen(Peer{.id = "c" + std::to_string(i)}.sighting(), EvidenceMethod::kMdns,
                          world.now());
  }
  world.flush();
  world.events();
  world.resumed();
  CHECK(world.events().size() == 1'000);
  CHECK(world.checks().size() == 256);
  world.at(100ms);
  CHECK(world.checks().size() == 256);
  SECTION("a report does not wait in the line") {
    world.report("c999");
    CHECK(world.checks() == Lines{"auth c999 2 ipv4"});
    world.at(1s);
    CHECK(world.checks().size() == 1'000 - 512 - 1);
  }
  SECTION("all are settled") {
    world.at(15s);
    CHECK(world.registry().clusters().empty());
  }
}

}  // namespace liqo::test
