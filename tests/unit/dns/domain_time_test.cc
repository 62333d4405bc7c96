// When a domain's records are asked for again, and what becomes of them when nobody answers.
#include "resolver/dns/domain.h"
#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;
using namespace std::chrono_literals;
using Events = std::vector<std::string>;

TEST_CASE("Domain: each record set is asked again before its TTL ends, and told so") {
  World world;
  add_milan(world);
  world.sync();
  const auto before = count(world.transport.asked, "h.example.com A");
  world.news();
  world.run(58s);
  CHECK(count(world.transport.asked, "h.example.com A") == before + 1);
  CHECK(count(world.transport.asked, "milan._liqo_auth._tcp.example.com SRV") == 2);
  CHECK(world.seen_now.at(kMilan).ttl.value() > 50);
  CHECK(world.news().empty());
}

TEST_CASE("Domain: a change shows within the TTL and a second") {
  World world;
  add_milan(world);
  world.zone.add_service("rome", Service::kApi, "0 0 6443 h.example.com");
  world.sync();
  world.news();
  SECTION("of a port") {
    world.zone.set("milan._liqo_auth._tcp.example.com", RecordType::kSrv,
                   {"0 0 8443 h.example.com"});
    world.run(61s);
    CHECK(world.news() == Events{"seen milan auth h.example.com:8443",
                                 "unseen milan auth h.example.com:443 withdrawn-or-expired"});
  }
  SECTION("of an address") {
    world.zone.set("h.example.com", RecordType::kA, {"192.0.2.7"});
    world.run(61s);
    CHECK(world.seen_now.at(kMilan).addresses.front() == *IpAddress::parse("192.0.2.7"));
  }
  SECTION("of a TXT") {
    world.zone.set("milan._liqo_auth._tcp.example.com", RecordType::kTxt, {"id=other"});
    world.run(61s);
    CHECK(world.seen_now.at(kMilan).txt.get("id") == "other");
  }
  SECTION("an instance that leaves its listing") {
    world.zone.set("_liqo_auth._tcp.example.com", RecordType::kPtr,
                   {"turin._liqo_auth._tcp.example.com"});
    world.run(61s);
    CHECK(world.news() == Events{"unseen milan auth h.example.com:443 withdrawn-or-expired"});
  }
  SECTION("a service that is denied") {
    world.zone.erase("milan._liqo_auth._tcp.example.com", RecordType::kSrv);
    world.zone.erase("milan._liqo_auth._tcp.example.com", RecordType::kTxt);
    world.run(61s);
    CHECK(world.news() == Events{"unseen milan auth h.example.com:443 nxdomain"});
  }
  CHECK(world.invariant());
}

TEST_CASE("Domain: a denial of what was there is asked a second time before it is believed") {
  World world;
  add_milan(world);
  world.sync();
  world.news();
  const auto [owner, type, what] = GENERATE(table<std::string, RecordType, std::string>(
      {{"_liqo_auth._tcp.example.com", RecordType::kPtr, "PTR"},
       {"milan._liqo_auth._tcp.example.com", RecordType::kSrv, "SRV"}}));
  const std::string asked = owner + ' ' + what;
  const auto before = count(world.transport.asked, asked);
  SECTION("and goes") {
    world.zone.erase(owner, type);
    if (type == RecordType::kSrv) world.zone.erase(owner, RecordType::kTxt);
    world.run(60s);
    CHECK(count(world.transport.asked, asked) == before + 2);
    CHECK(world.news() == Events{"unseen milan auth h.example.com:443 nxdomain"});
  }
  SECTION("and stays where the second answer has it") {
    world.transport.delay = 2s;
    world.zone.erase(owner, type);
    while (count(world.transport.asked, asked) < before + 2) world.run(100ms);
    add_milan(world);
    world.run(5s);
    CHECK(world.news().empty());
  }
}

TEST_CASE("Domain: nothing is told as gone because a server did not answer well") {
  World world;
  add_milan(world);
  world.sync();
  world.news();
  const Zone::Manner manner =
      GENERATE(Zone::Manner::kSilent, Zone::Manner::kRefusing, Zone::Manner::kWithoutSoa);
  world.zone.manner = manner;
  if (manner == Zone::Manner::kWithoutSoa) {
    world.zone.erase("_liqo_auth._tcp.example.com", RecordType::kPtr);
    world.zone.erase("milan._liqo_auth._tcp.example.com", RecordType::kSrv);
    world.zone.erase("h.example.com", RecordType::kA);
  }
  world.run(1h);
  CHECK(world.news().empty());
  const DomainStatus status = world.domain->status();
  CHECK(status.stale > 0);
  CHECK_FALSE(status.error.empty());
  CHECK(status.failed);
  CHECK(world.invariant());
}

TEST_CASE("Domain: a question that fails before the TTL ends is no proof") {
  World world;
  add_milan(world);
  world.sync();
  world.zone.manner = Zone::Manner::kRefusing;
  const std::size_t told = world.told;
  world.run(59s);
  REQUIRE_FALSE(world.domain->status().error.empty());
  CHECK(world.told == told);
  world.zone.manner = Zone::Manner::kGood;
  world.run(1min);
  CHECK(world.told > told);
}

TEST_CASE("Domain: answers that give an instance no time are not told, and none is told too late") {
  World world({.name = name("example.com"), .legacy = false});
  world.zone.additionals = true;
  add_milan(world);
  world.zone.add_service("milan", Service::kApi, "0 0 6443 h.example.com");
  world.zone.add_service("milan", Service::kGateway, "0 0 51840 h.example.com");
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"});
  world.sync();
  const std::size_t before = world.told;
  BootTime expires = world.now() + 60s;
  std::optional<std::uint32_t>& ttl = world.seen_now.at(kMilan).ttl;
  for (int second = 0; second < 3600; ++second) {
    ttl.reset();
    world.run(1s);
    if (ttl) expires = world.now() + std::chrono::seconds(*ttl);
    REQUIRE(world.now() <= expires + Told::kMaxGain);
  }
  // In each of some 67 cycles three instances are told as their SRV is answered, and their TXT; the
  // addresses, which come along with each SRV, give none of them time.
  CHECK(world.told - before <= 3 * 2 * 75);
}

TEST_CASE("Domain: the first answer after an outage has all the rest asked again") {
  World world;
  add_milan(world);
  world.sync();
  world.zone.manner = GENERATE(Zone::Manner::kSilent, Zone::Manner::kRefusing);
  world.run(2h);
  const std::size_t stale = world.domain->status().stale;
  REQUIRE(stale > 3);
  world.zone.manner = Zone::Manner::kGood;
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.7"});
  for (int i = 0; i < 3600 && world.domain->status().stale == stale; ++i) {
    world.run(100ms);
  }
  world.run(11s);  // a question that was under way may have been lost for all of its time
  CHECK(world.domain->status().stale == 0);
  CHECK(world.domain->status().error.empty());
  CHECK(world.seen_now.at(kMilan).addresses.front() == *IpAddress::parse("192.0.2.7"));
}

TEST_CASE("Domain: failures are asked again with more and more time between") {
  World world({.name = name("example.com"), .legacy = false});
  world.zone.manner = Zone::Manner::kRefusing;
  world.run(1h);
  CHECK(count(world.transport.asked, "_liqo_auth._tcp.example.com PTR") == 1);
  const auto again = count(world.retries.asked, "_liqo_auth._tcp.example.com PTR");
  CHECK(again > 15);  // after 1, 2, 4, ... 256, then 300 s each
  CHECK(again < 25);
  CHECK(world.domain->synced());
}

TEST_CASE("Domain: one bad instance changes nothing for the others") {
  World world;
  add_milan(world);
  world.zone.add_service("rome", Service::kAuth, "0 0 443 dead.example.com");
  world.zone.manners["dead.example.com"] = Zone::Manner::kSilent;
  world.zone.add_service("turin", Service::kAuth, "0 0 443 h.example.com");
  world.zone.manners["turin._liqo_auth._tcp.example.com"] = Zone::Manner::kRefusing;
  world.run(1s);
  CHECK(world.news() == Events{std::string("seen ") + kMilan});
  CHECK_FALSE(world.domain->synced());
  world.sync();
  CHECK(world.domain->synced());
  CHECK(world.news() == Events{"listed example.com api", "listed example.com gateway"});
  CHECK(world.invariant());
}

TEST_CASE("Domain: a TTL of nothing and one beyond all bounds are brought within them") {
  World world({.name = name("example.com"), .legacy = false});
  add_milan(world);
  const std::uint32_t ttl = GENERATE(0U, 0x80000000U, 0xFFFFFFFFU);
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"}, ttl);
  world.sync();
  const auto before = count(world.transport.asked, "h.example.com A");
  world.run(60min);
  const auto again = count(world.transport.asked, "h.example.com A") - before;
  if (ttl == 0) {
    CHECK(again >= 3600 / 5);
    CHECK(again <= 3600 / 4);
  } else {
    CHECK(again == 0);
    world.run(60min);
    CHECK(count(world.transport.asked, "h.example.com A") - before == 1);
  }
}

TEST_CASE("Domain: a check asks for the records behind a sighting, and proves it") {
  World world;
  add_milan(world);
  world.sync();
  world.run(5s);
  const auto before = count(world.transport.asked, "milan._liqo_auth._tcp.example.com SRV");
  world.seen_now.at(kMilan).ttl = 0;
  world.domain->check(world.seen_now.at(kMilan).key);
  world.run(1s);
  CHECK(count(world.transport.asked, "milan._liqo_auth._tcp.example.com SRV") == before + 1);
  CHECK(world.seen_now.at(kMilan).ttl == 60U);
}

TEST_CASE("Domain: a check that nobody answers proves nothing") {
  World world;
  add_milan(world);
  world.sync();
  world.run(5s);
  const auto asked = count(world.transport.asked, "milan._liqo_auth._tcp.example.com SRV");
  world.seen_now.at(kMilan).ttl = 0;
  world.news();
  const auto manner = GENERATE(Zone::Manner::kSilent, Zone::Manner::kRefusing);
  world.zone.manner = manner;
  world.domain->check(world.seen_now.at(kMilan).key);
  world.run(20s);
  CHECK(count(world.transport.asked, "milan._liqo_auth._tcp.example.com SRV") > asked);
  CHECK(world.news().empty());
  CHECK(world.seen_now.at(kMilan).ttl == 0U);  // it was not told again
}
