#include <map>

#include "resolver/lan/interfaces.h"
#include "resolver/lan/name_memory.h"
#include "resolver/lan/record_set.h"
#include "resolver/lan/waiting_pool.h"
#include "tests/support/catch.h"

namespace liqo::lan {
namespace {

using namespace std::chrono_literals;

constexpr Place kEth0v4{2, Family::kIpv4};
constexpr Place kEth0v6{2, Family::kIpv6};
constexpr Place kEth1v4{3, Family::kIpv4};

TEST_CASE("RecordSet: the newest record of an interface counts, in either family", "[lan]") {
  RecordSet set(4, RecordSet::Overflow::kDropOldest);
  CHECK(set.newest_on(2) == nullptr);
  CHECK(set.add(kEth0v4, "one", true, {1, 0}));
  CHECK(set.add(kEth0v6, "two", true, {2, 0}));
  CHECK(set.add(kEth1v4, "three", true, {3, 0}));
  CHECK(set.newest_on(2)->rdata == "two");
  // Told again is not newer.
  CHECK_FALSE(set.add(kEth0v4, "one", true, {4, 0}));
  CHECK(set.newest_on(2)->rdata == "two");
  CHECK(set.remove(kEth0v6, "two"));
  CHECK(set.newest_on(2)->rdata == "one");
  CHECK_FALSE(set.remove(kEth0v6, "two"));
}

TEST_CASE("RecordSet: over its bound it drops the oldest or refuses the newest", "[lan]") {
  RecordSet drop(2, RecordSet::Overflow::kDropOldest);
  RecordSet refuse(2, RecordSet::Overflow::kRefuse);
  for (const char* rdata : {"a", "b", "c"}) {
    drop.add(kEth0v4, rdata, true, {});
    refuse.add(kEth0v4, rdata, true, {});
  }
  CHECK(drop.records().front().rdata == "b");
  CHECK(refuse.records().back().rdata == "b");
}

TEST_CASE("RecordSet: counts the octets that it stores", "[lan]") {
  RecordSet set(2, RecordSet::Overflow::kDropOldest);
  const std::string large(60'000, 'x');
  set.add(kEth0v4, large, true, {});
  CHECK(set.octets() == 60'000);
  CHECK_FALSE(set.add(kEth0v4, large, false, {}));
  set.remove(kEth0v4, large);
  CHECK(set.octets() == 0);
  set.add(kEth0v4, large, false, {});
  CHECK(set.octets() == sizeof(std::size_t));
  CHECK(set.newest_on(2)->oversized);
  CHECK(set.remove(kEth0v4, large));
  CHECK(set.empty());
  for (int i = 0; i < 10; ++i) set.add(kEth0v4, std::string(10, static_cast<char>(i)), true, {});
  CHECK(set.octets() == 20);
}

TEST_CASE("RecordSet: what was not told again since an epoch can be dropped", "[lan]") {
  RecordSet set(4, RecordSet::Overflow::kDropOldest);
  set.add(kEth0v4, "stays", true, {1, 1});
  set.add(kEth0v4, "goes", true, {2, 1});
  set.add(kEth0v4, "stays", true, {3, 2});
  CHECK(set.remove_before(2));
  CHECK(set.records().size() == 1);
  CHECK_FALSE(set.remove_before(2));
}

Listing listing(int number) {
  auto parsed = DomainName::parse("i" + std::to_string(number) + "._liqo_auth._tcp.local");
  return {*parsed, Service::kAuth, {{kEth0v4, 0}}};
}

TEST_CASE("NameMemory: the last so many, each for a while", "[lan]") {
  NameMemory memory(3);
  BootTime now(1000s);
  const auto nth = [](int number) { return *DomainName::parse("c" + std::to_string(number)); };
  for (int i = 0; i < 3; ++i) memory.add(nth(i), now += 1s);
  memory.add(nth(0), now += 1s);  // again: it is the latest now
  memory.add(nth(3), now += 1s);
  CHECK(memory.size() == 3);
  CHECK_FALSE(memory.contains(nth(1)));
  CHECK(memory.contains(nth(0)));
  memory.erase(nth(2));
  memory.erase(nth(9));
  CHECK(memory.size() == 2);
  memory.add(nth(4), now + NameMemory::kTime - 1s);
  CHECK(memory.size() == 2);  // all but the one that was added a second later had their time
  CHECK(memory.contains(nth(3)));
}

TEST_CASE("WaitingPool: known ones first, then untried ones, then the silent", "[lan]") {
  WaitingPool pool(1);
  const BootTime now{1000s};
  pool.add_tried(listing(0), now);
  pool.add(listing(1), false);
  pool.add(listing(2), true);
  CHECK(pool.has_untried());
  CHECK(pool.draw(now, false)->name == listing(2).name);
  CHECK(pool.draw(now, false)->name == listing(1).name);
  CHECK_FALSE(pool.has_untried());
  CHECK_FALSE(pool.draw(now + WaitingPool::kRetry - 1ms, false));
  CHECK(pool.draw(now + WaitingPool::kRetry, false)->name == listing(0).name);
  CHECK(pool.empty());
  pool.add_tried(listing(0), now);
  CHECK(pool.draw(now, true)->name == listing(0).name);
}

TEST_CASE("WaitingPool: is bounded, and every stranger has the same chance to wait", "[lan]") {
  WaitingPool pool(1);
  constexpr int kArrivals = 4 * static_cast<int>(WaitingPool::kCapacity);
  for (int i = 0; i < kArrivals; ++i) pool.add(listing(i), false);
  CHECK(pool.size() == WaitingPool::kCapacity);
  CHECK(pool.left_out());
  int late = 0;
  for (int i = kArrivals / 2; i < kArrivals; ++i) late += pool.find(listing(i).name) != nullptr;
  const double share = late / static_cast<double>(WaitingPool::kCapacity);
  CHECK(share > 0.45);
  CHECK(share < 0.55);
  // A known one finds room whatever waits.
  pool.add(listing(-1), true);
  CHECK(pool.size() == WaitingPool::kCapacity);
  CHECK(pool.draw({}, false)->name == listing(-1).name);
}

TEST_CASE("WaitingPool: what is erased or loses its last place does not wait", "[lan]") {
  WaitingPool pool(1);
  for (int i = 0; i < 10; ++i) pool.add(listing(i), false);
  pool.erase(listing(3).name);
  pool.erase(listing(3).name);
  pool.sweep([](Listing& waiting) {
    if (waiting.name != listing(7).name) waiting.places.clear();
  });
  CHECK(pool.size() == 1);
  CHECK(pool.draw({}, false)->name == listing(7).name);
}

link::Link make_link(std::uint32_t index, const std::string& name) {
  link::Link link;
  link.index = index;
  link.name = name;
  link.up = link.multicast = true;
  link.addresses.push_back({*IpAddress::parse("10.0.0.1"), 24});
  return link;
}

TEST_CASE("Interfaces: usable are those allowed and up", "[lan]") {
  Interfaces interfaces([](const std::string& name) { return name[0] == 'e'; });
  link::LinkTable table{{2, make_link(2, "eth0")}, {3, make_link(3, "veth0")}};
  CHECK(interfaces.update(table).usable_changed);
  CHECK(interfaces.usable(2) != nullptr);
  CHECK(interfaces.usable(3) == nullptr);
  CHECK(interfaces.denied(3));
  CHECK_FALSE(interfaces.denied(9));  // not known yet
  CHECK(interfaces.down(9));
  CHECK_FALSE(interfaces.update(table).usable_changed);

  table[2].up = false;
  const auto down = interfaces.update(table);
  CHECK(down.usable_changed);
  CHECK(down.removed.empty());
  CHECK(interfaces.down(2));

  table[3].name = "eth1";
  CHECK(interfaces.update(table).more_allowed);
  table.erase(2);
  CHECK(interfaces.update(table).removed == std::vector<std::uint32_t>{2});
}

TEST_CASE("Interfaces: a link is down when the kernel says so, before the table does", "[lan]") {
  bool up = true;
  Interfaces interfaces([](const std::string&) { return true; }, [&](std::uint32_t) { return up; });
  interfaces.update({{2, make_link(2, "eth0")}});
  CHECK_FALSE(interfaces.down(2));
  up = false;
  CHECK(interfaces.down(2));
}

TEST_CASE("Interfaces: churn of links that are denied changes nothing", "[lan]") {
  Interfaces interfaces([](const std::string& name) { return name[0] == 'e'; });
  link::LinkTable table{{2, make_link(2, "eth0")}};
  interfaces.update(table);
  table[3] = make_link(3, "veth0");
  CHECK_FALSE(interfaces.update(table).usable_changed);
  table.erase(3);
  CHECK_FALSE(interfaces.update(table).usable_changed);
}

TEST_CASE("Interfaces: published on is what is up, multicast, and has an address", "[lan]") {
  Interfaces interfaces([](const std::string&) { return true; });
  link::LinkTable table;
  for (std::uint32_t i = 1; i <= 6; ++i) table[i] = make_link(i, "e" + std::to_string(i));
  table[1].loopback = true;
  table[2].point_to_point = true;
  table[3].multicast = false;
  table[4].addresses.clear();
  table[5].up = false;
  interfaces.update(table);
  REQUIRE(interfaces.publishable().size() == 1);
  CHECK(interfaces.publishable()[0]->index == 6);
  CHECK(interfaces.allowed_names() == std::vector<std::string>{"e2", "e4", "e5", "e6"});
}

}  // namespace
}  // namespace liqo::lan
