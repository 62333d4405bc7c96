#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

/// Told at the start with a TTL of 60 s.
struct DnsWorld : World {
  DnsWorld() {
    see(peer, EvidenceMethod::kDns);
    events();
  }
  Peer peer = dns_peer();
};

Peer with_txt(std::initializer_list<std::pair<std::string, std::string>> items) {
  Peer peer = dns_peer();
  peer.txt = txt(items);
  return peer;
}

std::string unix_time(WallTime time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
}

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
  world.peer.ttl = 20;
  world.see(world.peer);
  CHECK(world.events().empty());
  CHECK(world.cluster()->sightings[0].sighting->ttl == 20);
  world.at(33s);
  CHECK(world.events() == Lines{"changed milan-id stale"});
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
  world.link_changed(GENERATE(0U, 2U));
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
  Peer early = with_txt({{"name", "milan"}});
  early.id = "early";
  world.registry().seen(early.sighting(), EvidenceMethod::kDns, world.now());
  Cluster cluster = kept_milan(world, 1h, with_txt({{"name", "milan"}}));
  cluster.held_name = "milan";
  world.restore(cluster);
  CHECK(world.cluster()->held_name == "milan");
  CHECK(world.cluster("early")->held_name.empty());
}

TEST_CASE("Registry: an instance whose until= has passed is taken for gone") {
  World world;
  Peer peer = with_txt({{"until", unix_time(world.now().wall + 40s)}});
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
      world.see(with_txt({{"until", unix_time(world.now().wall + 40s)}}));
      CHECK(world.events() == Lines{"added milan-id discovered"});
    }
  }
  SECTION("unless it is renewed before") {
    world.at(30s);
    world.see(with_txt({{"until", unix_time(world.now().wall + 3600s)}}));
    CHECK(world.events() == Lines{"changed milan-id updated"});
    world.at(80s);
    CHECK(world.cluster());
  }
  SECTION("also when it is told with one that has passed") {
    world.at(10s);
    world.see(with_txt({{"until", unix_time(world.now().wall)}}));
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

TEST_CASE("Registry: a restored instance whose until= has passed is not put back") {
  World world;
  const Duration left = GENERATE(-1s, 0s, 100s);
  world.restore(kept_milan(world, 1h, with_txt({{"until", unix_time(world.now().wall + left)}})));
  CHECK((world.cluster() != nullptr) == (left > 0s));
  world.at(100s);
  CHECK_FALSE(world.cluster());
}

TEST_CASE(
    "Registry: an until= that is no time, or beyond all calendars, or on the LAN, is no end") {
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
