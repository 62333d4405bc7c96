// What a refresh asks, and what ends it.
#include "resolver/dns/record_keeper.h"

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOwner = "milan.example.com";
constexpr const char* kHost = "h.example.com";

/// The keeper of a service and its host, whose addresses come along with its SRV.
struct Keeping {
  BootTime now{100h};
  Zone zone;
  ScriptedTransport transport{zone, [this] { return now; }};
  RecordKeeper keeper{transport, transport, [this] { return Now{now, WallTime{}}; }, [] {}, 1};
  KeptSet* srv = nullptr;
  KeptSet* a = nullptr;

  Keeping() {
    transport.delay = Duration::zero();
    zone.set(kOwner, RecordType::kSrv, {std::string("0 0 443 ") + kHost});
    zone.set(kHost, RecordType::kA, {"192.0.2.1"});
    srv = &keeper.keep(name(kOwner), RecordType::kSrv);
    transport.deliver(now);
    now += 1s;
    a = &keeper.keep(name(kHost), RecordType::kA);
    transport.deliver(now);
    zone.additionals = true;
    transport.asked.clear();
  }
};

using Asked = std::vector<std::string>;

}  // namespace

TEST_CASE("Record keeper: what an answer brings along needs no refresh of its own", "[dns]") {
  Keeping world;
  world.now += RecordKeeper::kRefreshPace / 2;
  world.keeper.refresh_all();
  CHECK(world.transport.asked.empty());
  world.keeper.advance(world.now);
  CHECK(world.transport.asked == Asked{"milan.example.com SRV"});
  CHECK(world.keeper.refreshing() == 2);
  world.transport.deliver(world.now);
  CHECK(world.keeper.refreshing() == 0);
  world.now += 1s;
  world.keeper.advance(world.now);
  CHECK(world.transport.asked.size() == 1);
}

TEST_CASE("Record keeper: what was asked before a refresh brings nothing along that ends it",
          "[dns]") {
  Keeping world;
  world.keeper.refresh(*world.srv);
  world.keeper.advance(world.now);
  REQUIRE(world.srv->query);
  world.now += 1s;
  world.keeper.refresh_all();
  world.transport.deliver(world.now);
  CHECK(world.keeper.refreshing() == 1);
  world.keeper.advance(world.now);
  CHECK(world.transport.asked == Asked{"milan.example.com SRV", "h.example.com A"});
  world.transport.deliver(world.now);
  CHECK(world.keeper.refreshing() == 0);
}

TEST_CASE("Record keeper: asks no more in one call than it is told, and the first due first",
          "[dns]") {
  Keeping world;
  world.now += RecordKeeper::kRefreshPace / 2;
  world.keeper.refresh_all();
  world.now += 1s;
  CHECK(world.keeper.advance(world.now, 1) == 1);
  CHECK(world.transport.asked == Asked{"milan.example.com SRV"});
  CHECK(world.keeper.next_deadline() <= world.now);
  CHECK(world.keeper.advance(world.now, 1) == 1);
  CHECK(world.keeper.advance(world.now, 1) == 0);
  CHECK(world.keeper.in_flight() == 2);
}
