#include "resolver/dns/domain.h"

#include <set>

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;
using namespace std::chrono_literals;
using Events = std::vector<std::string>;

TEST_CASE("Domain: what a zone publishes is told, with all its addresses and its TXT") {
  World world;
  add_milan(world);
  world.sync();
  REQUIRE(world.seen_now.contains(kMilan));
  const Sighting& milan = world.seen_now.at(kMilan);
  CHECK(milan.key.source == liqo::Source::kDns);
  CHECK(milan.key.domain == name("example.com"));
  CHECK(milan.addresses.size() == 3);
  CHECK(milan.txt.get("id") == "milan");
  CHECK(milan.ttl == 60U);
  CHECK_FALSE(milan.dnssec);
  CHECK(world.invariant());
}

TEST_CASE("Domain: the first pass over, every service is told as listed") {
  World world;
  add_milan(world);
  world.sync();
  const Events expected = {std::string("seen ") + kMilan, "listed example.com auth",
                           "listed example.com api", "listed example.com gateway"};
  CHECK(world.news() == expected);
}

TEST_CASE("Domain: all SRV records are told, with priority and weight") {
  World world;
  add_milan(world);
  world.zone.set(
      "milan._liqo_auth._tcp.example.com", RecordType::kSrv,
      {"10 5 443 h.example.com", "20 0 444 h.example.com", "0 0 0 h.example.com", "0 0 445 ."});
  world.sync();
  CHECK(world.seen_now.size() == 2);
  CHECK(world.seen_now.at(kMilan).priority == 10);
  CHECK(world.seen_now.at(kMilan).weight == 5);
  CHECK(world.seen_now.contains("milan auth h.example.com:444"));
}

TEST_CASE("Domain: of too many SRV records the most preferred are told") {
  World world;
  add_milan(world);
  std::vector<std::string> all;
  for (int i = 1; i <= 10; ++i) {
    all.push_back("5 " + std::to_string(i) + " " + std::to_string(100 + i) + " h.example.com");
  }
  world.zone.set("milan._liqo_auth._tcp.example.com", RecordType::kSrv, all);
  world.sync();
  CHECK(world.seen_now.size() == Instance::kMaxTargets);
  CHECK_FALSE(world.seen_now.contains("milan auth h.example.com:101"));  // of the least weight
  CHECK(world.seen_now.contains("milan auth h.example.com:110"));
}

TEST_CASE("Domain: a denial is asked again within the hour, whatever its SOA says") {
  World world({.name = name("example.com"), .legacy = false});
  world.zone.negative_ttl = 86'400;
  world.sync();
  world.run(61min);
  CHECK(count(world.transport.asked, "_liqo_auth._tcp.example.com PTR") == 2);
}

TEST_CASE("Domain: both layouts of Liqo 0.1 to 0.4 are read") {
  World world;
  world.zone.set("example.com", RecordType::kPtr,
                 {"c1.example.com", "liqo-cluster._liqo._tcp.example.com"});
  world.zone.set("c1.example.com", RecordType::kSrv, {"0 0 443 h.example.com"});
  world.zone.set("liqo-cluster._liqo._tcp.example.com", RecordType::kSrv,
                 {"0 0 6443 h.example.com"});
  world.zone.set("liqo-cluster._liqo._tcp.example.com", RecordType::kTxt,
                 {"id=old namespace=liqo"});
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"});
  world.sync();
  CHECK(world.seen_now.contains("c1 auth h.example.com:443"));
  CHECK(world.seen_now.contains("liqo-cluster api h.example.com:6443"));
  CHECK(world.seen_now.size() == 2);
}

TEST_CASE("Domain: instances of one label and target that have other owners are told apart") {
  const std::vector<std::pair<std::string, std::string>> owners = {
      {"_liqo_auth._tcp.example.com", "milan._liqo_auth._tcp.example.com"},
      {"_liqo_auth._tcp.example.com", "milan._liqo_auth._tcp.example.net"},
      {"example.com", "milan.example.com"}};
  std::set<std::string> records;
  for (const auto& [listing, owner] : owners) {
    World world;
    world.zone.set(listing, RecordType::kPtr, {owner});
    world.zone.set(owner, RecordType::kSrv, {"0 0 443 h.example.com"});
    world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"});
    world.sync();
    records.insert(world.seen_now.at(kMilan).key.record);
  }
  CHECK(records.size() == owners.size());
}

TEST_CASE("Domain: without legacy the bare domain is not asked") {
  World world({.name = name("example.com"), .legacy = false});
  world.sync();
  CHECK(count(world.transport.asked, "example.com PTR") == 0);
  CHECK(count(world.transport.asked, "_liqo_auth._tcp.example.com PTR") == 1);
}

TEST_CASE("Domain: names are followed through CNAMEs, also out of the answer") {
  World world;
  world.zone.add_service("milan", Service::kAuth, "0 0 443 alias.example.com");
  world.zone.set("alias.example.com", RecordType::kCname, {"far.example.net"}, 30);
  world.zone.set("far.example.net", RecordType::kA, {"192.0.2.9"}, 600);
  world.sync();
  const Sighting& milan = world.seen_now.at("milan auth alias.example.com:443");
  REQUIRE(milan.addresses.size() == 1);
  CHECK(milan.ttl == 30U);
}

TEST_CASE("Domain: a loop of CNAMEs is an error of that host alone") {
  World world;
  add_milan(world);
  world.zone.add_service("rome", Service::kAuth, "0 0 443 loop.example.com");
  world.zone.set("loop.example.com", RecordType::kCname, {"pool.example.com"});
  world.zone.set("pool.example.com", RecordType::kCname, {"loop.example.com"});
  world.sync();
  CHECK(world.domain->synced());
  CHECK(world.seen_now.size() == 1);
  CHECK(world.domain->status().error.find("CNAME") != std::string::npos);
}

TEST_CASE("Domain: addresses that an SRV answer brings along are not asked for") {
  World world;
  add_milan(world);
  world.zone.additionals = true;
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"});
  world.sync();
  CHECK(world.seen_now.at(kMilan).addresses.size() == 2);
  CHECK(count(world.transport.asked, "h.example.com A") == 0);
  CHECK(count(world.transport.asked, "h.example.com AAAA") == 0);
}

TEST_CASE("Domain: more instances than may be are left out and counted") {
  World world({.name = name("example.com"), .legacy = false});
  std::vector<std::string> all;
  for (std::size_t i = 0; i < Domain::kMaxInstances + 10; ++i) {
    all.push_back("c" + std::to_string(i) + "._liqo_auth._tcp.example.com");
  }
  world.zone.set("_liqo_auth._tcp.example.com", RecordType::kPtr, all);
  world.sync();
  CHECK(world.domain->status().instances == Domain::kMaxInstances);
  CHECK(world.domain->status().over_limit == 10);
  // By pieces, so that nothing else waits long; and who was left out may well be there.
  CHECK(world.flushes >= static_cast<int>(Domain::kMaxInstances / Domain::kLooksPerFlush));
  CHECK(world.news() == Events{"listed example.com api", "listed example.com gateway"});
}

TEST_CASE("Domain: instances with much to compare are looked at few at a time") {
  World world({.name = name("example.com"), .legacy = false});
  std::vector<std::string> targets;
  for (int port = 1; port <= 8; ++port) {
    targets.push_back("0 0 " + std::to_string(port) + " h.example.com");
  }
  for (int i = 0; i < 40; ++i) {
    const std::string id = "c" + std::to_string(i);
    world.zone.add_service(id, Service::kAuth, targets.front(), std::string(8'000, 'x'));
    world.zone.set(id + "._liqo_auth._tcp.example.com", RecordType::kSrv, targets, 3600);
  }
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"});
  world.sync();
  const std::size_t before = world.told;
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.2"});
  while (world.told == before) {
    world.most_flushes = world.flushes + 1;
    world.run(10ms);
  }
  const std::size_t each = targets.size() * 8'000 / Domain::kOctetsPerLook;
  CHECK((world.told - before) / targets.size() <= Domain::kLooksPerFlush / each + 1);
  world.most_flushes = std::numeric_limits<int>::max();
  world.run(0s);
  CHECK(world.told == before + 40 * targets.size());
}

TEST_CASE("Domain: a listing that changes while it is taken in is what it says last") {
  World world({.name = name("example.com"), .legacy = false});
  std::vector<std::string> many;
  for (std::size_t i = 0; i < 3 * Domain::kLooksPerFlush; ++i) {
    many.push_back("c" + std::to_string(i) + "._liqo_auth._tcp.example.com");
  }
  const auto begin_with = [&](const std::vector<std::string>& names) {
    world.zone.set("_liqo_auth._tcp.example.com", RecordType::kPtr, names);
    world.domain->refresh();
    world.most_flushes = world.flushes;
    world.run(6s);
    ++world.most_flushes;
    world.run(0s);
    return world.domain->status().instances;
  };
  const auto end = [&] {
    world.most_flushes = std::numeric_limits<int>::max();
    world.run(6s);
    return world.domain->status().instances;
  };
  const std::size_t some = begin_with(many);
  CHECK((some > 0 && some < many.size()));
  CHECK(begin_with({"new._liqo_auth._tcp.example.com"}) == 1);
  CHECK(end() == 1);
  begin_with(many);
  CHECK(end() == many.size());
  const std::size_t left = begin_with({"new._liqo_auth._tcp.example.com"});
  CHECK((left > 1 && left < many.size()));
  begin_with(many);
  CHECK(end() == many.size());
}

TEST_CASE("Domain: that a server failed for one family is not told as no address") {
  World world;
  add_milan(world);
  world.zone.erase("h.example.com", RecordType::kAaaa);
  world.zone.refused = RecordType::kA;
  world.sync();
  CHECK(world.news() == Events{"listed example.com api", "listed example.com gateway"});
  world.zone.refused.reset();
  world.run(10s);
  CHECK(world.news() == Events{std::string("seen ") + kMilan, "listed example.com auth"});
  CHECK(world.seen_now.at(kMilan).addresses.size() == 2);
}

TEST_CASE("Domain: withdrawn, everything is told as gone") {
  World world;
  add_milan(world);
  world.sync();
  world.news();
  world.domain->withdraw(Gone::kRemoved);
  CHECK(world.news() == Events{"unseen milan auth h.example.com:443 removed"});
}

TEST_CASE("Domain: the worst of the records' validity is the sighting's") {
  World world;
  world.zone.dnssec = Dnssec::kSecure;
  add_milan(world);
  SECTION("all secure") {
    world.sync();
    CHECK(world.seen_now.at(kMilan).dnssec == Dnssec::kSecure);
    CHECK(world.domain->status().dnssec == Dnssec::kSecure);
  }
  SECTION("one insecure") {
    world.zone.validity["h.example.com"] = Dnssec::kInsecure;
    world.sync();
    CHECK(world.seen_now.at(kMilan).dnssec == Dnssec::kInsecure);
  }
  SECTION("one bogus: shown as such, and why is told") {
    world.zone.validity["h.example.com"] = Dnssec::kBogus;
    world.sync();
    CHECK(world.seen_now.at(kMilan).dnssec == Dnssec::kBogus);
    CHECK(world.domain->status().error == "h.example.com: bogus: signature expired");
    world.run(60s);
    CHECK(world.domain->status().error.find("bogus") != std::string::npos);
  }
}

TEST_CASE("Domain: what was secure is not replaced by what is bogus") {
  World world;
  world.zone.dnssec = Dnssec::kSecure;
  add_milan(world);
  world.sync();
  world.news();
  world.zone.dnssec = Dnssec::kBogus;
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.66"});
  world.zone.erase("milan._liqo_auth._tcp.example.com", RecordType::kTxt);
  world.run(10min);
  CHECK(world.news().empty());
  CHECK(world.seen_now.at(kMilan).dnssec == Dnssec::kSecure);
  CHECK(world.seen_now.at(kMilan).addresses.front() == *IpAddress::parse("192.0.2.1"));
  CHECK(world.domain->status().error.find("signature expired") != std::string::npos);
}

TEST_CASE("Domain: a refresh asks for everything, but not faster than its pace") {
  World world;
  add_milan(world);
  world.sync();
  const auto before = count(world.transport.asked, "h.example.com A");
  world.run(1s);
  for (int i = 0; i < 10; ++i) {
    world.domain->refresh();
    world.run(50ms);
  }
  const auto asked = count(world.transport.asked, "h.example.com A") - before;
  CHECK(asked >= 2);
  CHECK(asked <= 3);
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.7"});
  world.domain->refresh();
  world.run(300ms);
  CHECK(world.seen_now.at(kMilan).addresses.front() == *IpAddress::parse("192.0.2.7"));
}
