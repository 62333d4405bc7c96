#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {

TEST_CASE("Registry: a DNS sighting expires with its TTL and is stale 3 s later") {
  DnsWorld world;
  CHECK(world.cluster()->state == State::kFresh);
  CHECK(world.cluster()->sightings[0].expires == world.now().wall + 60s);
  world.at(62'999ms);
  CHECK(world.events().empty());
  world.at(63s);
  CHECK(world.events() == Lines{"changed milan-id stale"});
  CHECK(world.cluster()->state == State::kStale);
  CHECK(world.cluster()->sightings[0].state == State::kStale);
  CHECK(addresses_of(world.cluster()) == "203.0.113.7");
  CHECK(world.checks().empty());

  SECTION("told again it is fresh, for its TTL from then") {
    world.at(1h);
    world.see(world.peer, EvidenceMethod::kDns);
    CHECK(world.events() == Lines{"changed milan-id fresh"});
    CHECK(world.cluster()->sightings[0].expires == world.now().wall + 60s);
    world.at(1h + 63s);
    CHECK(world.events() == Lines{"changed milan-id stale"});
  }
  SECTION("a day later it goes") {
    world.at(63s + 24h - 1ms);
    CHECK(world.events().empty());
    world.at(63s + 24h);
    CHECK(world.events() == Lines{"removed milan-id expired"});
    CHECK_FALSE(world.registry().next_deadline());
  }
  SECTION("proof of another kind is shown and does not make it fresh") {
    world.prove(world.peer, EvidenceMethod::kTcp);
    CHECK(world.events().empty());
    CHECK(world.cluster()->sightings[0].evidence.method == EvidenceMethod::kTcp);
    CHECK(world.cluster()->state == State::kStale);
  }
}

TEST_CASE("Registry: a DNS sighting that is told again in time is no event") {
  DnsWorld world;
  for (Duration t = 54s; t < 1h; t += 54s) {
    world.at(t);
    world.see(world.peer, EvidenceMethod::kDns);
  }
  CHECK(world.events().empty());
  CHECK(world.cluster()->last_seen == world.now().wall);
  CHECK(world.cluster()->sightings[0].expires == world.now().wall + 60s);
}

TEST_CASE("Registry: a TTL counts as no less than 5 s and no more than a week") {
  World world;
  Peer peer = dns_peer();
  const auto [ttl, held] = GENERATE(table<std::uint32_t, Duration>(
      {{0, 5s}, {1, 5s}, {6, 6s}, {604'800, 168h}, {0x7fff'ffff, 168h}, {0xffff'ffff, 168h}}));
  peer.ttl = ttl;
  world.see(peer);
  world.at(held + 3s - 1ms);
  CHECK(world.cluster()->state == State::kFresh);
  world.at(held + 3s);
  CHECK(world.cluster()->state == State::kStale);
  CHECK(world.cluster()->sightings[0].sighting->ttl == ttl);
}

TEST_CASE("Registry: another TTL alone is no event, and counts") {
  DnsWorld world;
  world.at(10s);
  SECTION("a shorter one") {
    world.peer.ttl = 20;
    world.see(world.peer);
    CHECK(world.events().empty());
    CHECK(world.cluster()->sightings[0].sighting->ttl == 20);
    world.at(33s);
    CHECK(world.events() == Lines{"changed milan-id stale"});
  }
  SECTION("none") {
    world.peer.ttl.reset();
    world.see(world.peer);
    CHECK_FALSE(world.cluster()->sightings[0].expires);
    world.at(48h);
    CHECK(world.events().empty());
  }
}

TEST_CASE("Registry: the LAN is never stale, nor is DNS that told no TTL") {
  World world;
  Peer lan;
  lan.ttl = 5;
  Peer dns = dns_peer();
  dns.ttl.reset();
  const Peer peer = GENERATE_COPY(lan, dns);
  world.see(peer);
  world.at(48h);
  CHECK(world.cluster()->state == State::kFresh);
  CHECK_FALSE(world.cluster()->sightings[0].expires);
  CHECK_FALSE(world.registry().next_deadline());
}

TEST_CASE("Registry: a cluster is as fresh as its best sighting") {
  DnsWorld world;
  Peer other = world.peer;
  other.domain = "example.org";
  other.host = "auth.example.org";
  world.see(other);
  world.at(50s);
  world.see(other);
  world.events();
  world.at(63s);
  CHECK(world.events() == Lines{"changed milan-id updated"});  // the endpoint is the fresh one's
  CHECK(world.cluster()->endpoints[0]->host.to_string() == "auth.example.org");
  CHECK(world.cluster()->state == State::kFresh);
  world.at(113s);
  CHECK(world.events() == Lines{"changed milan-id stale"});
}

TEST_CASE("Registry: an instance whose until= has passed is taken for gone") {
  World world;
  Peer peer = dns_peer(until(world.now().wall + 40s));
  world.see(peer);
  world.events();

  SECTION("at that time") {
    world.at(39'999ms);
    CHECK(world.events().empty());
    world.at(40s);
    CHECK(world.events() == Lines{"removed milan-id expired"});
    CHECK_FALSE(world.registry().next_deadline());
    SECTION("and stays so however often it is told") {
      world.see(peer);
      CHECK(world.events().empty());
      CHECK_FALSE(world.registry().next_deadline());
    }
    SECTION("until it is renewed") {
      world.see(dns_peer(until(world.now().wall + 40s)));
      CHECK(world.events() == Lines{"added milan-id discovered"});
    }
  }
  SECTION("unless it is renewed before") {
    world.at(30s);
    world.see(dns_peer(until(world.now().wall + 3600s)));
    CHECK(world.events().empty());
    CHECK(world.cluster()->sightings[0].sighting->txt == until(world.now().wall + 3600s));
    world.at(80s);
    CHECK(world.cluster());
  }
  SECTION("also when it is told with one that has passed") {
    world.at(10s);
    world.see(dns_peer(until(world.now().wall)));
    CHECK(world.events() == Lines{"removed milan-id expired"});
  }
  SECTION("by the clock as it was set since, once it is told again") {
    world.at(10s);
    world.set_clock(world.now().wall - 10s);
    world.see(peer);
    world.at(49s);
    CHECK(world.cluster());
    world.at(50s);
    CHECK_FALSE(world.cluster());
  }
  SECTION("also while it is suspect") {
    world.at(35s);
    world.report("milan-id");
    world.at(40s);
    CHECK(world.events() == Lines{"changed milan-id suspect", "removed milan-id expired"});
  }
}

TEST_CASE("Registry: a lease that is renewed in DNS is no change, and any other item is one") {
  World world;
  world.see(dns_peer(txt({{"name", "milan"}, {"until", "4000000000"}, {"lease.00000001", "1,2"}})));
  world.events();
  world.see(dns_peer(txt({{"name", "milan"}, {"UNTIL", "4000000060"}, {"Lease.00000002", "1,3"}})));
  CHECK(world.events().empty());
  world.see(dns_peer(txt({{"name", "milan"}, {"leases", "1"}})));
  CHECK(world.events() == Lines{"changed milan-id updated"});
}

TEST_CASE("Registry: an until= that is no time, beyond all calendars or on the LAN is no end") {
  World world;
  Peer peer = dns_peer();
  SECTION("no time") {
    const char* value = GENERATE("", " ", "x", "-1", "+1", "1x", "0x1", "1e3", "1.5");
    peer.txt = txt({{"until", value}});
  }
  SECTION("beyond") {
    const char* value = GENERATE("253402300800", "9223372036854775807", "18446744073709551615",
                                 "18446744073709551616", "99999999999999999999999999");
    peer.txt = txt({{"until", value}});
  }
  SECTION("no value") { peer.txt = TxtRecord({{"until", std::nullopt}}); }
  SECTION("LAN") {
    peer = Peer{};
    peer.txt = txt({{"until", "1"}});
  }
  world.see(peer);
  CHECK(world.cluster());
  world.at(60s);
  CHECK(world.cluster());
}

}  // namespace liqo::test
