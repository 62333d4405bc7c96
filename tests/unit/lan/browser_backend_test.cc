#include "resolver/lan/browser.h"
#include "tests/support/catch.h"
#include "tests/unit/lan/browser_world.h"

namespace liqo::lan::test {
namespace {

using Events = std::vector<std::string>;
using Methods = std::vector<EvidenceMethod>;

constexpr Place kEth0v6{2, Family::kIpv6};
constexpr Place kVeth{4, Family::kIpv4};
constexpr Place kUnknown{9, Family::kIpv4};
const std::string kC1 = "c1._liqo_auth._tcp.local";
const std::string kSeenC1 = "seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1";

TEST_CASE("Browser: what is told of denied interfaces is ignored", "[lan]") {
  World world;
  world.publish("c1", "node1.local", "10.0.0.1", kVeth);
  world.start();
  world.pass(10s);
  CHECK(world.browser.followed() == 0);
  CHECK(world.sink.take() == Events{"synced"});
  SECTION("and seen when one is allowed after all") {
    world.links([](link::LinkTable& table) { table[4].name = "eth2"; });
    CHECK(world.sink.take() == Events{"seen auth c1 other/ipv4 node1.local:443 10.0.0.1 id=c1"});
  }
}

TEST_CASE("Browser: an interface that is not known yet is taken up when it is", "[lan]") {
  World world;
  world.publish("c1", "node1.local", "10.0.0.1", kUnknown);
  world.start();
  CHECK(world.sink.take() == Events{});
  world.links([](link::LinkTable& table) {
    table[9] = table[2];
    table[9].index = 9;
    table[9].name = "eth9";
  });
  CHECK(world.sink.take() == Events{"seen auth c1 other/ipv4 node1.local:443 10.0.0.1 id=c1"});
}

TEST_CASE("Browser: what was seen on a link that goes is unseen for that reason", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.sink.take();
  SECTION("down, and up again") {
    world.links([](link::LinkTable& table) { table[2].up = false; });
    CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 link-down"});
    world.links([](link::LinkTable& table) { table[2].up = true; });
    CHECK(world.sink.take() == Events{kSeenC1});
  }
  SECTION("removed") {
    world.links([](link::LinkTable& table) { table.erase(2); });
    CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 link-down"});
    CHECK(world.browser.followed() == 0);
  }
  SECTION("down first, and then withdrawn by Avahi") {
    world.links([](link::LinkTable& table) { table[2].up = false; });
    world.withdraw("c1");
    world.settle();
    CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 link-down"});
  }
}

TEST_CASE("Browser: what is announced is proof", "[lan]") {
  World world;
  world.start();
  world.publish("c1");
  world.settle();
  CHECK(world.sink.take_methods() == Methods{EvidenceMethod::kMdns});
}

TEST_CASE("Browser: what Avahi holds from before is told at once, and is no proof", "[lan]") {
  World world;
  const Told second{name("node1.local"), RecordType::kAaaa, address("2001:db8::1")};
  world.add(second);
  world.publish("c1");
  world.start();
  REQUIRE(world.sink.take_methods() == Methods{EvidenceMethod::kCached});
  SECTION("until something of it is announced") {
    world.add({name(kC1), RecordType::kTxt, txt("name=milan")});
    world.settle();
    CHECK(world.sink.take_methods() == Methods{EvidenceMethod::kMdns});
  }
  SECTION("or its host announces another address") {
    world.add({name("node1.local"), RecordType::kA, address("10.0.0.2")});
    world.pass(2s);
    CHECK(world.sink.take_methods() == Methods{EvidenceMethod::kMdns});
  }
  SECTION("nor is the loss of an address") {
    world.remove(second);
    world.pass(2s);
    CHECK(world.sink.take_methods() == Methods{EvidenceMethod::kCached});
  }
}

TEST_CASE("Browser: a host that is heard proves no instance that Avahi holds", "[lan]") {
  World world;
  world.publish("c1");
  const Told heard{name("node1.local"), RecordType::kA, address("10.0.0.1")};
  world.remove(heard);
  world.start();
  world.add(heard);
  world.pass(2s);
  CHECK(world.sink.take_methods() == Methods{EvidenceMethod::kCached});
}

TEST_CASE("Browser: while the backend is away nothing is unseen, then all is told again", "[lan]") {
  World world;
  world.publish("c1");
  world.publish("c2");
  world.start();
  world.pass(2s);
  world.sink.take();
  world.browser.backend_lost(world.now);
  world.forget_watches();
  world.withdraw("c2");
  world.pass(60s);
  CHECK(world.sink.take() == Events{});
  CHECK(world.browser.followed() == 0);
  CHECK_FALSE(world.browser.next_deadline());
  CHECK_FALSE(world.browser.synced());
  world.start();
  world.pass(2s);
  CHECK(world.sink.take() == Events{kSeenC1, "synced"});
}

TEST_CASE("Browser: reports for watches that were dropped or never made are ignored", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  const std::uint32_t old = world.watch_of(kC1, RecordType::kSrv);
  world.withdraw("c1");
  world.settle();
  world.sink.take();
  world.report(old, {name(kC1), RecordType::kSrv, srv("evil.local", 1)}, true);
  world.tell_watch(old, WatchEvent::kFailed);
  world.report(0, {name(kC1), RecordType::kSrv, srv("evil.local", 1)}, true);
  world.report(4'000'000'000, {name(kC1), RecordType::kSrv, srv("evil.local", 1)}, true);
  world.pass(10s);
  CHECK(world.sink.take() == Events{"synced"});
}

TEST_CASE("Browser: the first pass ends when the types are told and nothing is pending", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  SECTION("at once when all is known") {
    world.pass(999ms);
    CHECK_FALSE(world.browser.synced());
    world.pass(1ms);
    CHECK(world.browser.synced());
  }
  SECTION("two seconds later when one stays silent") {
    world.add({name("_liqo_auth._tcp.local"), RecordType::kPtr,
               std::string(name("c2._liqo_auth._tcp.local").wire())});
    world.pass(2999ms);
    CHECK_FALSE(world.browser.synced());
    world.pass(1ms);
    CHECK(world.browser.synced());
  }
  world.pass(60s);
  CHECK(world.sink.take() == Events{kSeenC1, "synced"});
}

TEST_CASE("Browser: refresh asks anew without a false change", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(5s);
  world.sink.take();
  const std::uint32_t before = world.watch_of("_liqo_auth._tcp.local", RecordType::kPtr);
  const std::size_t made = world.watches_made;
  world.browser.refresh(world.now);
  world.settle();
  CHECK(world.watches_made == made + 3);
  CHECK(world.watches.contains(before));  // until the new one has told everything
  world.pass(1s);
  CHECK_FALSE(world.watches.contains(before));
  CHECK(world.live_watches() == 3 + 2 + 2);
  world.pass(60s);
  CHECK(world.sink.take() == Events{});
}

TEST_CASE("Browser: what a new watch does not tell is gone when the old one is", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(5s);
  world.sink.take();
  // A removal that never reached us.
  const std::uint32_t lost = world.watch_of("_liqo_auth._tcp.local", RecordType::kPtr);
  world.publish("c2");
  world.report(lost,
               {name("_liqo_auth._tcp.local"), RecordType::kPtr,
                std::string(name("c3._liqo_auth._tcp.local").wire())},
               true);
  world.settle();
  CHECK(world.browser.followed() == 3);
  world.browser.refresh(world.now);
  world.pass(2s);
  CHECK(world.browser.followed() == 2);
}

TEST_CASE("Browser: a second refresh before the first is through leaves no watch behind", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(5s);
  for (int i = 0; i < 5; ++i) {
    world.browser.refresh(world.now);
    world.pass(100ms);
  }
  world.pass(5s);
  CHECK(world.live_watches() == 3 + 2 + 2);
}

TEST_CASE("Browser: a watch that failed is made anew, and nothing is unseen meanwhile", "[lan]") {
  World world;
  world.publish("c1");
  world.publish("c1", "node1.local", "10.0.0.1", kEth0v6);
  world.start();
  world.pass(2s);
  world.sink.take();
  const auto type = GENERATE(RecordType::kPtr, RecordType::kSrv, RecordType::kTxt, RecordType::kA);
  const std::string owner = type == RecordType::kPtr ? "_liqo_auth._tcp.local"
                            : type == RecordType::kA ? "node1.local"
                                                     : kC1;
  const std::uint32_t failed = world.watch_of(owner, type);
  world.tell_watch(failed, WatchEvent::kFailed);
  world.pass(4s);
  CHECK(world.watches.contains(failed));
  world.pass(2s);
  CHECK_FALSE(world.watches.contains(failed));
  CHECK(world.is_watched(owner, type));
  world.pass(10s);
  CHECK(world.sink.take() == Events{});
}

TEST_CASE("Browser: attributes that a watch made anew does not tell are room for others", "[lan]") {
  World world;
  world.publish("c1");
  world.start();
  world.pass(2s);
  // Each a removal that never reached us.
  constexpr std::size_t kLarge = 34 * 256;
  const std::string large = [] {
    std::string items;
    for (int i = 0; i < 34; ++i) items += txt(std::string(255, 'x'));
    return items;
  }();
  REQUIRE(large.size() == kLarge);
  for (std::size_t octets = 0; octets <= Browser::kMaxTxtOctets; octets += kLarge) {
    const std::uint32_t failed = world.watch_of(kC1, RecordType::kTxt);
    world.report(failed, {name(kC1), RecordType::kTxt, large}, true);
    world.tell_watch(failed, WatchEvent::kFailed);
    world.pass(7s);
  }
  world.publish("c2", "node2.local", "10.0.0.2");
  world.add({name("c2._liqo_auth._tcp.local"), RecordType::kTxt, large});
  world.pass(1s);
  REQUIRE(world.sink.sightings.back().key.instance == "c2");
  CHECK(world.sink.sightings.back().txt.items().size() == 34);
}

}  // namespace
}  // namespace liqo::lan::test
