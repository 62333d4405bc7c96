#include "resolver/lan/browser.h"

#include "tests/support/catch.h"
#include "tests/unit/lan/browser_world.h"

namespace liqo::lan::test {
namespace {

using Events = std::vector<std::string>;

constexpr Place kEth0v4{2, Family::kIpv4};
constexpr Place kEth0v6{2, Family::kIpv6};
constexpr Place kEth1v4{3, Family::kIpv4};

const std::string kC1 = "c1._liqo_auth._tcp.local";

TEST_CASE("Browser: an instance that is complete is told at once", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1"});
  CHECK(world.browser.followed() == 1);
  CHECK(world.browser.pending() == 0);
}

TEST_CASE("Browser: it watches the three types, then SRV, TXT and the addresses", "[lan]") {
  World world;
  world.start();
  CHECK(world.live_watches() == 3);
  for (const char* type :
       {"_liqo_auth._tcp.local", "_liqo_api._tcp.local", "_liqo_gateway._udp.local"}) {
    CHECK(world.is_watched(type, RecordType::kPtr));
  }
  world.publish("c1");
  world.settle();
  CHECK(world.is_watched(kC1, RecordType::kSrv));
  CHECK(world.is_watched(kC1, RecordType::kTxt));
  CHECK(world.is_watched("node1.local", RecordType::kA));
  CHECK(world.is_watched("node1.local", RecordType::kAaaa));
}

TEST_CASE("Browser: instances share the watches of their host, which go with the last", "[lan]") {
  World world;
  world.publish("c1");
  world.publish("c2");
  world.start();
  CHECK(world.live_watches() == 3 + 2 * 2 + 2);
  world.withdraw("c1");
  world.settle();
  CHECK(world.live_watches() == 3 + 2 + 2);
  CHECK(world.is_watched("node1.local", RecordType::kA));
  world.withdraw("c2");
  world.settle();
  CHECK(world.live_watches() == 3);
}

TEST_CASE("Browser: what is missing is waited for, but not for long", "[lan]") {
  World world;
  world.auto_exhausted = false;
  world.start();
  world.add({name("_liqo_auth._tcp.local"), RecordType::kPtr, std::string(name(kC1).wire())});
  world.settle();
  world.add({name(kC1), RecordType::kSrv, srv("node1.local", 443)});
  world.settle();
  SECTION("without an address nothing is told") {
    world.pass(10s);
    CHECK(world.sink.take().empty());
  }
  world.add({name("node1.local"), RecordType::kA, address("10.0.0.1")});
  SECTION("without TXT and without word of AAAA it is told after the grace") {
    world.pass(149ms);
    CHECK(world.sink.take().empty());
    world.pass(1ms);
    CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1"});
  }
  SECTION("with TXT and word that there is no AAAA it is told at once") {
    world.add({name(kC1), RecordType::kTxt, std::string()});  // as Liqo sends it
    world.settle();
    CHECK(world.sink.take().empty());
    world.tell_watch(world.watch_of("node1.local", RecordType::kAaaa), WatchEvent::kCacheExhausted);
    world.settle();
    CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1"});
  }
  SECTION("with TXT and an AAAA record it is told at once, with both addresses") {
    world.add({name(kC1), RecordType::kTxt, txt("id=c1")});
    world.add({name("node1.local"), RecordType::kAaaa, address("2001:db8::1")});
    world.settle();
    CHECK(world.sink.take() ==
          Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 2001:db8::1 id=c1"});
  }
}

TEST_CASE("Browser: it sleeps while it waits for a new target and its addresses", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(10s);
  world.auto_exhausted = false;
  const Told moment{name("node2.local"), RecordType::kA, address("10.0.0.2")};
  SECTION("that has one for a moment") {
    world.add({name(kC1), RecordType::kSrv, srv("node2.local", 443)});
    world.add(moment);
    world.settle();
    world.remove(moment);
  }
  SECTION("while those of the old one still settle") {
    world.add({name("node1.local"), RecordType::kA, address("10.0.0.3")});
    world.settle();
    world.now += Browser::kSettle - 1ms;
    world.add({name(kC1), RecordType::kSrv, srv("node2.local", 443)});
    world.add(moment);
  }
  world.settle();
  for (int turns = 0; turns < 3; ++turns) {
    REQUIRE(world.browser.next_deadline());
    CHECK(*world.browser.next_deadline() > world.now);
    world.now = std::max(world.now + 1ms, *world.browser.next_deadline());
    world.browser.flush(world.now);
    if (!world.browser.next_deadline()) break;
  }
}

TEST_CASE("Browser: each interface and each family is a sighting of its own", "[lan]") {
  World world;
  world.publish("c1", "node1.local", "10.0.0.1", kEth0v4);
  world.publish("c1", "node1.local", "fe80::1", kEth0v6);
  world.publish("c1", "node1.local", "10.1.0.1", kEth1v4);
  world.start();
  const Events seen = world.sink.take();
  CHECK(seen == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 fe80::1%eth0 id=c1",
                       "seen auth c1 eth0/ipv6 node1.local:443 10.0.0.1 fe80::1%eth0 id=c1",
                       "seen auth c1 eth1/ipv4 node1.local:443 10.1.0.1 id=c1"});
  world.withdraw("c1", kEth0v4);
  world.settle();
  CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 withdrawn-or-expired"});
  world.withdraw("c1", kEth0v6);
  world.withdraw("c1", kEth1v4);
  world.settle();
  CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv6 withdrawn-or-expired",
                                    "unseen auth c1 eth1/ipv4 withdrawn-or-expired"});
  CHECK(world.browser.followed() == 0);
}

TEST_CASE("Browser: a changed TXT or port is told at once, and once", "[lan]") {
  World world;
  world.publish("c1", "node1.local", "10.0.0.1", kEth0v4);
  world.publish("c1", "node1.local", "10.0.0.1", kEth0v6);
  world.start();
  world.pass(2s);
  world.sink.take();
  const auto type = GENERATE(RecordType::kTxt, RecordType::kSrv);
  const std::string before = type == RecordType::kTxt ? txt("id=c1") : srv("node1.local", 443);
  const std::string after = type == RecordType::kTxt ? txt("name=x") : srv("node1.local", 444);
  const std::string text = type == RecordType::kTxt ? "443 10.0.0.1 name=x" : "444 10.0.0.1 id=c1";
  world.add({name(kC1), type, after, kEth0v4});
  world.settle();
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:" + text,
                                    "seen auth c1 eth0/ipv6 node1.local:" + text});
  // The other family follows, and a second later the old records go (RFC 6762 section 10.2).
  world.add({name(kC1), type, after, kEth0v6});
  world.pass(1s);
  world.remove({name(kC1), type, before, kEth0v4});
  world.remove({name(kC1), type, before, kEth0v6});
  world.pass(5s);
  CHECK(world.sink.take() == Events{});
}

TEST_CASE("Browser: when the newest record goes, the one before it counts again", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.add({name(kC1), RecordType::kSrv, srv("node1.local", 444)});
  world.settle();
  world.sink.take();
  world.remove({name(kC1), RecordType::kSrv, srv("node1.local", 444)});
  world.settle();
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1"});
}

TEST_CASE("Browser: a renumbered host is one change, when its old address goes", "[lan]") {
  World world;
  world.publish("c1", "node1.local", "10.0.0.1", kEth0v4);
  world.publish("c1", "node1.local", "10.0.0.1", kEth0v6);
  world.start();
  world.pass(10s);
  world.sink.take();
  world.add({name("node1.local"), RecordType::kA, address("10.0.0.2"), kEth0v4});
  world.pass(150ms);
  world.add({name("node1.local"), RecordType::kA, address("10.0.0.2"), kEth0v6});
  world.pass(850ms);
  world.remove({name("node1.local"), RecordType::kA, address("10.0.0.1"), kEth0v4});
  world.pass(150ms);
  CHECK(world.sink.take() == Events{});
  world.remove({name("node1.local"), RecordType::kA, address("10.0.0.1"), kEth0v6});
  world.pass(25ms);
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.2 id=c1",
                                    "seen auth c1 eth0/ipv6 node1.local:443 10.0.0.2 id=c1"});
  world.pass(10s);
  CHECK(world.sink.take() == Events{});
}

TEST_CASE("Browser: an address that is added is told when the set was quiet", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.sink.take();
  SECTION("right after the first news with little delay") {
    world.add({name("node1.local"), RecordType::kAaaa, address("2001:db8::1")});
    world.pass(20ms);
    CHECK(world.sink.take() ==
          Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 2001:db8::1 id=c1"});
  }
  SECTION("later after 1.2 s") {
    world.pass(10s);
    world.sink.take();
    world.add({name("node1.local"), RecordType::kA, address("10.0.0.2")});
    world.pass(1199ms);
    CHECK(world.sink.take() == Events{});
    world.pass(1ms);
    CHECK(world.sink.take() ==
          Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 10.0.0.2 id=c1"});
  }
  SECTION("and one that goes again in that time never was") {
    world.pass(10s);
    world.sink.take();
    world.add({name("node1.local"), RecordType::kA, address("10.0.0.2")});
    world.pass(500ms);
    world.remove({name("node1.local"), RecordType::kA, address("10.0.0.2")});
    world.pass(5s);
    CHECK(world.sink.take() == Events{});
  }
}

TEST_CASE("Browser: a TXT change does not wait for unsettled addresses", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(10s);
  world.sink.take();
  world.add({name("node1.local"), RecordType::kA, address("10.0.0.2")});
  world.settle();
  world.add({name(kC1), RecordType::kTxt, txt("name=x")});
  world.settle();
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 name=x"});
  world.pass(1200ms);
  CHECK(world.sink.take() ==
        Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 10.0.0.2 name=x"});
}

TEST_CASE("Browser: a changed target is told with the addresses of the new host", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(10s);
  world.sink.take();
  world.add({name(kC1), RecordType::kSrv, srv("node2.local", 443)});
  world.settle();
  CHECK(world.sink.take() == Events{});
  world.add({name("node2.local"), RecordType::kA, address("10.0.0.2")});
  world.pass(200ms);
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node2.local:443 10.0.0.2 id=c1"});
}

TEST_CASE("Browser: without any address for 3 s an instance is unseen", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(10s);
  world.sink.take();
  world.remove({name("node1.local"), RecordType::kA, address("10.0.0.1")});
  world.pass(2999ms);
  CHECK(world.sink.take() == Events{});
  world.pass(1ms);
  CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 withdrawn-or-expired"});
  world.add({name("node1.local"), RecordType::kA, address("10.0.0.1")});
  world.settle();
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1"});
}

TEST_CASE("Browser: SRV gone while PTR stays is unseen, and back is seen", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.sink.take();
  world.remove({name(kC1), RecordType::kTxt, txt("id=c1")});
  world.settle();
  CHECK(world.sink.take() == Events{});  // a goodbye takes one record after the other
  world.remove({name(kC1), RecordType::kSrv, srv("node1.local", 443)});
  world.settle();
  CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 withdrawn-or-expired"});
  world.add({name(kC1), RecordType::kTxt, txt("id=c1")});
  world.add({name(kC1), RecordType::kSrv, srv("node1.local", 443)});
  world.settle();
  CHECK(world.sink.take() == Events{"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1"});
}

TEST_CASE("Browser: a target of \".\" and port 0 say that the service is not offered", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.sink.take();
  const std::string rdata = GENERATE(srv(".", 443), srv("node1.local", 0));
  world.add({name(kC1), RecordType::kSrv, rdata});
  world.settle();
  CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 withdrawn-or-expired"});
}

TEST_CASE("Browser: names compare without regard to case", "[lan]") {
  World world;
  world.start();
  const DomainName instance = name("C1._Liqo_Auth._TCP.local");
  world.add({name("_liqo_auth._tcp.local"), RecordType::kPtr, std::string(instance.wire())});
  world.add(
      {name("_liqo_auth._tcp.local"), RecordType::kPtr, std::string(name(kC1).wire()), kEth0v6});
  world.add({name(kC1), RecordType::kSrv, srv("NODE1.local", 443)});
  world.add({name(kC1), RecordType::kTxt, txt("id=c1")});
  world.add({name("node1.LOCAL"), RecordType::kA, address("10.0.0.1")});
  world.settle();
  CHECK(world.browser.followed() == 1);
  CHECK(world.sink.take() == Events{"seen auth C1 eth0/ipv4 NODE1.local:443 10.0.0.1 id=c1",
                                    "seen auth C1 eth0/ipv6 NODE1.local:443 10.0.0.1 id=c1"});
}

TEST_CASE("Browser: records that cannot be read are counted and ignored", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.sink.take();
  const DomainName auth = name("_liqo_auth._tcp.local");
  world.add({auth, RecordType::kPtr, "\x05short"});
  world.add({auth, RecordType::kPtr, std::string(name("x._http._tcp.local").wire())});
  world.add({auth, RecordType::kPtr, std::string(1, '\0')});
  world.add({name(kC1), RecordType::kSrv, "123"});
  world.add({name(kC1), RecordType::kTxt, "\x09short"});
  world.add({name("node1.local"), RecordType::kA, "12345"});
  world.settle();
  CHECK(world.sink.take() == Events{});
  CHECK(world.browser.counters().malformed == 6);
  CHECK(world.browser.followed() == 1);
}

TEST_CASE("Browser: any octets in labels and TXT pass, within their limits", "[lan]") {
  World world;
  std::string label;
  for (int octet = 0; octet < 63; ++octet) label += static_cast<char>(octet * 4 + 3);
  const DomainName instance = *name("_liqo_auth._tcp.local").with_label(label);
  world.add({instance.parent(), RecordType::kPtr, std::string(instance.wire())});
  world.add({instance, RecordType::kSrv, srv("node1.local", 443)});
  world.add({instance, RecordType::kTxt, std::string(65'535, '\0')});
  world.add({name("node1.local"), RecordType::kA, address("10.0.0.1")});
  world.start();
  REQUIRE(world.sink.sightings.size() == 1);
  CHECK(world.sink.sightings[0].key.instance == label);
  CHECK(world.sink.sightings[0].txt.truncated());
  world.remove({instance, RecordType::kTxt, std::string(65'535, '\0')});
  world.add({instance, RecordType::kTxt, txt("id=c1")});
  world.settle();
  CHECK_FALSE(world.sink.sightings.back().txt.truncated());
}

}  // namespace
}  // namespace liqo::lan::test
