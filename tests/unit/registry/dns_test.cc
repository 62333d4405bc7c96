#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

/// "milan" as the state file has it, last seen `age` ago.
Cluster kept_milan(const World& world, Duration age, Peer peer = dns_peer()) {
  peer.ttl.reset();
  Cluster cluster;
  cluster.id = peer.id;
  cluster.first_seen = world.now().wall - 48h;
  cluster.sightings = {kept_entry(peer, world.now().wall - age)};
  return cluster;
}

}  // namespace

TEST_CASE("Registry: what DNS takes back goes at once, for the reason told") {
  const Gone reason = GENERATE(Gone::kWithdrawnOrExpired, Gone::kLinkDown, Gone::kNxdomain,
                               Gone::kExpired, Gone::kRemoved, Gone::kLimit);
  DnsWorld world;
  SECTION("fresh") {}
  SECTION("stale") { world.at(100s); }
  SECTION("suspect") { world.report("milan-id"); }
  world.events();
  world.lose(world.peer, reason);
  CHECK(world.events() == Lines{"removed milan-id " + std::string(to_string(reason))});
  CHECK_FALSE(world.registry().next_deadline());
}

TEST_CASE("Registry: a report on a DNS sighting has it asked, and silence leaves it as it was") {
  DnsWorld world;
  world.at(10s);
  world.report("milan-id");
  CHECK(world.events() == Lines{"changed milan-id suspect"});
  CHECK(world.checks() == Lines{"auth milan-id 0 ipv4"});
  CHECK(world.requests[0].sighting.key == world.peer.key());

  SECTION("an answer makes it fresh") {
    world.at(11s);
    world.see(world.peer, EvidenceMethod::kDns);
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    world.at(60s);
    CHECK(world.events().empty());
  }
  SECTION("silence makes it fresh again while its TTL runs") {
    world.at(19'999ms);
    CHECK(world.events().empty());
    world.at(20s);
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    world.at(63s);
    CHECK(world.events() == Lines{"changed milan-id stale"});
  }
  SECTION("silence makes it stale where its TTL ended meanwhile") {
    world.at(20s);
    world.at(60s);
    world.events();
    world.report("milan-id");
    world.at(69s);
    CHECK(world.events() == Lines{"changed milan-id suspect"});
    world.at(70s);
    CHECK(world.events() == Lines{"changed milan-id stale"});
  }
  SECTION("a stale one is stale again") {
    world.at(100s);
    world.events();
    world.report("milan-id");
    CHECK(world.events() == Lines{"changed milan-id suspect"});
    world.at(110s);
    CHECK(world.events() == Lines{"changed milan-id stale"});
    world.at(63s + 24h);
    CHECK(world.events() == Lines{"removed milan-id expired"});
  }
  CHECK(world.registry().counters().refuted == 0);
}

TEST_CASE("Registry: a report on a cluster of both refutes what the LAN told alone") {
  DnsWorld world;
  world.see({});
  world.events();
  world.report("milan-id");
  CHECK(world.checks().size() == 2);
  world.at(10s);
  REQUIRE(world.cluster());
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(world.cluster()->sightings.size() == 1);
  CHECK(world.cluster()->endpoints[0]->source == Source::kDns);
  CHECK(world.registry().counters().refuted == 1);
}

TEST_CASE("Registry: a resume or a changed link casts no doubt on DNS") {
  DnsWorld world;
  SECTION("a link") { world.link_changed(2); }
  SECTION("a resume") { world.resumed(); }
  CHECK(world.events().empty());
  CHECK(world.checks().empty());
}

TEST_CASE("Registry: a DNS source that syncs, or is lost, changes nothing") {
  DnsWorld world;
  world.restore(kept_milan(world, 1h, [] {
    Peer peer = dns_peer();
    peer.id = "turin-id";
    return peer;
  }()));
  world.events();
  SECTION("synced") { world.sync_source(Source::kDns); }
  SECTION("lost") { world.lose_source(Source::kDns); }
  SECTION("lost and synced") {
    world.lose_source(Source::kDns);
    world.sync_source(Source::kDns);
  }
  world.at(62s);
  CHECK(world.events().empty());
  CHECK(world.checks().empty());
  world.at(23h - 1ms);
  CHECK(world.events() == Lines{"changed milan-id stale"});
  world.at(23h);
  CHECK(world.events() == Lines{"removed turin-id expired"});
}

TEST_CASE("Registry: a DNS sighting that the state file kept is stale, for a day in all") {
  World world;
  world.restore(kept_milan(world, 20h));
  CHECK(world.events() == Lines{"added milan-id discovered"});
  REQUIRE(world.cluster());
  CHECK(world.cluster()->state == State::kStale);
  CHECK(world.cluster()->first_seen == world.now().wall - 48h);
  CHECK(world.cluster()->last_seen == world.now().wall - 20h);
  CHECK_FALSE(world.cluster()->sightings[0].expires);

  SECTION("nobody asks, and it goes when its day is over") {
    world.at(4h - 1ms);
    CHECK(world.events().empty());
    CHECK(world.checks().empty());
    world.at(4h);
    CHECK(world.events() == Lines{"removed milan-id expired"});
  }
  SECTION("told, it is fresh") {
    world.at(1s);
    world.see(dns_peer());
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    CHECK(world.cluster()->first_seen == world.now().wall - 1s - 48h);
    world.at(64s + 24h - 1ms);
    CHECK(world.events() == Lines{"changed milan-id stale"});
  }
  SECTION("left out of its domain's listing, it is gone") {
    Peer other = dns_peer();
    other.id = "turin-id";
    world.list(other);
    CHECK(world.events() ==
          Lines{"removed milan-id withdrawn-or-expired", "added turin-id discovered"});
  }
  SECTION("listed, it stays, and so it does whatever other listings say") {
    Peer other_service = dns_peer();
    other_service.id = "turin-id";
    other_service.service = Service::kApi;
    world.list(other_service);
    Peer other_domain = dns_peer();
    other_domain.id = "turin-id";
    other_domain.domain = "example.org";
    world.list(other_domain);
    CHECK(world.cluster()->state == State::kStale);
    world.list(dns_peer());
    CHECK(world.cluster()->state == State::kFresh);
  }
  SECTION("a listing without it later, when it was told, is not for the registry to judge") {
    world.see(dns_peer());
    world.registry().domain_listed(Source::kDns, name("example.com"), Service::kAuth);
    world.flush();
    CHECK(world.cluster());
  }
  SECTION("reported, it is asked, and stale again") {
    world.report("milan-id");
    CHECK(world.checks() == Lines{"auth milan-id 0 ipv4"});
    world.at(10s);
    CHECK(world.events() == Lines{"changed milan-id suspect", "changed milan-id stale"});
  }
}

TEST_CASE("Registry: a DNS sighting that the state file kept for a day is not put back") {
  World world;
  world.restore(kept_milan(world, 24h));
  CHECK(world.events().empty());
  SECTION("one that a clock since set back has from the future is as of now") {
    world.restore(kept_milan(world, -10'000h));
    CHECK(world.events() == Lines{"added milan-id discovered"});
    world.at(24h - 1ms);
    CHECK(world.events().empty());
    world.at(24h);
    CHECK(world.events() == Lines{"removed milan-id expired"});
  }
}

TEST_CASE("Registry: a cluster restored from DNS keeps its name against all comers") {
  World world;
  Peer early = dns_peer(txt({{"name", "milan"}}));
  early.id = "early";
  world.registry().seen(early.sighting(), EvidenceMethod::kDns, world.now());
  Cluster cluster = kept_milan(world, 1h, dns_peer(txt({{"name", "milan"}})));
  cluster.held_name = "milan";
  world.restore(cluster);
  CHECK(world.cluster()->held_name == "milan");
  CHECK(world.cluster("early")->held_name.empty());
}

TEST_CASE("Registry: a cluster restored from DNS keeps its name from an id that comes with it") {
  World world;
  Peer taker = dns_peer();
  taker.id = "milan";
  world.registry().seen(taker.sighting(), EvidenceMethod::kDns, world.now());
  Cluster cluster = kept_milan(world, 1h, dns_peer(txt({{"name", "milan"}})));
  cluster.held_name = "milan";
  world.restore(cluster);
  CHECK(world.cluster()->held_name == "milan");
  CHECK(world.cluster("milan")->id_taken);
}

TEST_CASE("Registry: a restored instance whose until= has passed is not put back") {
  World world;
  const Duration left = GENERATE(-1s, 0s, 100s);
  world.restore(kept_milan(world, 1h, dns_peer(until(world.now().wall + left))));
  CHECK((world.cluster() != nullptr) == (left > 0s));
  world.at(100s);
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: the SRV records of one instance are sightings of their own, and all shown") {
  World world;
  Peer second = dns_peer();
  second.host = "b.example.com";
  second.record = "milan-id b.example.com 443";
  world.see(dns_peer());
  world.see(second);
  CHECK(world.cluster()->sightings.size() == 2);
  world.events();
  world.at(30s);
  world.see(second);
  world.at(63s);
  CHECK(world.cluster()->sightings[0].state == State::kStale);
  CHECK(world.cluster()->sightings[1].state == State::kFresh);
  world.lose(dns_peer(), Gone::kWithdrawnOrExpired);
  REQUIRE(world.cluster());
  CHECK(world.cluster()->sightings.size() == 1);
  CHECK(world.cluster()->endpoints[0]->host.to_string() == "b.example.com");
}

}  // namespace liqo::test
