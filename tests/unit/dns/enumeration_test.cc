#include "resolver/dns/enumeration.h"

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;
using namespace std::chrono_literals;

namespace {

/// An enumeration by two search domains, each of which names one domain of its own and one of both.
struct Network {
  BootTime now{100h};
  Zone zone;
  ScriptedTransport transport{zone, [this] { return now; }};
  Enumeration enumeration{transport, transport, [this] { return Now{now, WallTime{}}; }, [] {}, 1};

  Network() {
    transport.delay = Duration::zero();
    publish("a.example.com", "only-a.example.com");
    publish("b.example.com", "only-b.example.com");
    search({"a.example.com", "b.example.com"});
    transport.deliver(now);
    transport.asked.clear();
  }
  void publish(const std::string& search, const std::string& domain) {
    zone.set("b._dns-sd._udp." + search, RecordType::kPtr, {domain, "both.example.com"}, 3600);
    zone.set("lb._dns-sd._udp." + search, RecordType::kPtr, {domain}, 3600);
  }
  void search(const std::vector<std::string>& domains) {
    std::vector<DomainName> names;
    for (const std::string& domain : domains) names.push_back(name(domain));
    enumeration.set_search(names);
  }
  std::vector<std::string> domains() {
    std::vector<std::string> all;
    for (const DomainName& domain : enumeration.domains()) all.push_back(domain.to_string());
    return all;
  }
};

using Domains = std::vector<std::string>;
const Domains kOfA = {"both.example.com", "only-a.example.com"};
const Domains kOfBoth = {"both.example.com", "only-a.example.com", "only-b.example.com"};

}  // namespace

TEST_CASE("Enumeration: each domain once, whatever names it", "[dns]") {
  Network world;
  CHECK(world.domains() == kOfBoth);
  CHECK(world.enumeration.complete());
}

TEST_CASE("Enumeration: a search domain that comes changes nothing of the others", "[dns]") {
  Network world;
  world.zone.manner = Zone::Manner::kSilent;
  world.search({"vpn.example.com", "b.example.com", "a.example.com", "b.example.com"});
  CHECK(world.domains() == kOfBoth);
  CHECK_FALSE(world.enumeration.complete());
  CHECK(world.transport.asked.size() == 2);
  world.now += kQueryTime;
  world.transport.deliver(world.now);
  CHECK(world.enumeration.complete());
  CHECK(world.domains() == kOfBoth);
}

TEST_CASE("Enumeration: with a search domain goes what no other names", "[dns]") {
  Network world;
  world.search({"a.example.com"});
  CHECK(world.domains() == kOfA);
  CHECK(world.transport.asked.empty());
  world.search({});
  CHECK(world.domains().empty());
  CHECK_FALSE(world.enumeration.next_deadline());
}

TEST_CASE("Enumeration: what a search domain names no more goes with the answer", "[dns]") {
  Network world;
  world.now += 1min;
  for (const std::string which : {"b", "lb"}) {
    world.zone.set(which + "._dns-sd._udp.b.example.com", RecordType::kPtr, {"both.example.com"});
  }
  world.search({"b.example.com", "a.example.com"});
  world.enumeration.refresh();
  CHECK(world.domains() == kOfBoth);
  world.enumeration.advance(world.now);
  world.transport.deliver(world.now);
  CHECK(world.domains() == kOfA);
}
