#include <algorithm>

#include "tests/support/catch.h"
#include "tests/unit/lan/browser_world.h"

namespace liqo::lan::test {
namespace {

const std::string kRealSeen = "seen auth real eth0/ipv4 node1.local:443 10.0.0.1 id=real";

/// PTR records alone: instances that nobody answers for.
void invent(World& world, int count) {
  const DomainName auth = name("_liqo_auth._tcp.local");
  for (int i = 0; i < count; ++i) {
    const auto instance = auth.with_label("invented-" + std::to_string(i));
    world.add({auth, RecordType::kPtr, std::string(instance->wire())});
  }
}

bool was_told(World& world, const std::string& event) {
  const auto& events = world.sink.events;
  return std::find(events.begin(), events.end(), event) != events.end();
}

/// How long until the instance is told, a second at a time.
Duration time_until_told(World& world, Duration limit) {
  const BootTime begin = world.now;
  while (!was_told(world, kRealSeen) && world.now - begin < limit) world.pass(1s);
  return world.now - begin;
}

TEST_CASE("Browser: 100,000 invented instances do not starve a real one", "[lan]") {
  World world;
  invent(world, 100'000);
  world.publish("real");
  world.start();
  const Duration taken = time_until_told(world, 600s);
  INFO("a real one among 100,000 was told after " << taken / 1s << " s");
  CHECK(taken < 600s);
  world.pass(5s);
  CHECK(world.browser.pending() <= 512);
  CHECK(world.browser.waiting() <= WaitingPool::kCapacity);
  CHECK(world.most_watches <= 3 + 3 + 2 * 513 + 2);
  CHECK(world.browser.counters().over_limit > 0);
  CHECK(was_told(world, "synced"));
}

TEST_CASE("Browser: a known instance comes first after the backend was away", "[lan]") {
  World world;
  world.publish("real");
  world.start();
  world.pass(2s);
  world.sink.take();
  world.browser.backend_lost(world.now);
  world.forget_watches();
  invent(world, 5'000);
  // What was known is told last.
  world.withdraw("real");
  world.add({name("_liqo_auth._tcp.local"), RecordType::kPtr,
             std::string(name("real._liqo_auth._tcp.local").wire())});
  world.start();
  CHECK(time_until_told(world, 60s) <= 2s);
}

TEST_CASE("Browser: one that went and comes back amid many comes first", "[lan]") {
  World world;
  world.publish("real");
  world.start();
  world.pass(2s);
  world.withdraw("real");
  world.pass(5s);
  world.sink.take();
  invent(world, 5'000);
  world.pass(1s);
  world.publish("real");
  CHECK(time_until_told(world, 60s) <= 2s);
}

TEST_CASE("Browser: without others waiting a silent instance keeps its place, quietly", "[lan]") {
  World world;
  invent(world, 3);
  world.start();
  world.pass(10s);
  CHECK(world.browser.pending() == 3);
  CHECK_FALSE(world.browser.next_deadline());
}

TEST_CASE("Browser: instances over the limit are counted, and followed when there is room",
          "[lan]") {
  World world({.max_instances = 10, .max_pending = 5, .seed = 1});
  for (int i = 0; i < 15; ++i) world.publish("c" + std::to_string(i));
  world.start();
  world.pass(5s);
  CHECK(world.browser.followed() == 10);
  CHECK(world.browser.waiting() == 5);
  CHECK(world.browser.counters().over_limit >= 1);
  CHECK(world.sink.take().size() == 10 + 1);
  for (int i = 0; i < 15; ++i) world.withdraw("c" + std::to_string(i));
  world.pass(5s);
  CHECK(world.browser.followed() == 0);
  CHECK(world.browser.waiting() == 0);
  CHECK(world.live_watches() == 3);
}

TEST_CASE("Browser: 2,000 instances that answer are all told, few pending at a time", "[lan]") {
  World world;
  for (int i = 0; i < 2'000; ++i) {
    const std::string number = std::to_string(i);
    world.publish("c" + number, "node" + number + ".local");
  }
  world.start();
  world.pass(2s);
  CHECK(world.sink.take().size() == 2'000 + 1);
  CHECK(world.browser.followed() == 2'000);
  CHECK(world.browser.synced());
}

TEST_CASE("Browser: many records for one name stay within their bounds", "[lan]") {
  World world;
  world.publish("real");
  world.start();
  const DomainName instance = name("real._liqo_auth._tcp.local");
  for (int i = 0; i < 10'000; ++i) {
    const std::string number = std::to_string(i);
    world.add({instance, RecordType::kSrv, srv("node" + number + ".local", 443)});
    world.add({instance, RecordType::kTxt, txt("n=" + number)});
    std::string ip = "\x0a\x01";
    ip += static_cast<char>(i / 256);
    ip += static_cast<char>(i % 256);
    world.add({name("node1.local"), RecordType::kA, ip});
  }
  world.pass(10s);
  CHECK(world.live_watches() <= 3 + 2 + 2);
  for (const Sighting& sighting : world.sink.sightings) {
    CHECK(sighting.addresses.size() <= Sighting::kMaxAddresses);
  }
}

}  // namespace
}  // namespace liqo::lan::test
