#include <algorithm>
#include <string>
#include <vector>

#include "resolver/link/links.h"
#include "tests/support/catch.h"
#include "tests/support/private_network.h"
#include "tests/support/until.h"

namespace liqo::link {
namespace {

using namespace std::chrono_literals;
using test::run;
using test::run_for;
using test::run_until;

/// A monitor on a loop of its own, with every change that it told.
struct World {
  loop::Loop loop;
  std::vector<BootTime> calls;
  LinkTable before;
  std::unique_ptr<LinkMonitor> monitor;

  World() {
    auto created = LinkMonitor::create(loop, [this](const LinkTable& old, const LinkTable& now) {
      CHECK(old != now);
      before = old;
      calls.push_back(BootClock::now());
    });
    REQUIRE(created);
    monitor = std::move(*created);
  }

  const Link* find(const std::string& name) const {
    for (const auto& [index, link] : monitor->links()) {
      if (link.name == name) return &link;
    }
    return nullptr;
  }
  bool has_address(const std::string& name, const std::string& address) const {
    const Link* link = find(name);
    return link != nullptr && std::any_of(link->addresses.begin(), link->addresses.end(),
                                          [&](const Link::Address& known) {
                                            return known.address.to_string() == address;
                                          });
  }
};

TEST_CASE("LinkMonitor: the table is complete from the start", "[link]") {
  if (!test::enter_private_network()) return;
  run("ip link add eth0 type veth peer name eth1");
  run("ip addr add 10.0.0.1/24 dev eth0 && ip link set eth0 up");
  const World world;
  REQUIRE(world.find("lo") != nullptr);
  CHECK(world.find("lo")->loopback);
  CHECK(world.has_address("lo", "127.0.0.1"));
  CHECK(world.has_address("eth0", "10.0.0.1"));
  CHECK(world.calls.empty());
}

TEST_CASE("LinkMonitor: links come, are renumbered, renamed and go", "[link]") {
  if (!test::enter_private_network()) return;
  World world;
  run("ip link add eth0 type veth peer name eth1");
  REQUIRE(run_until(world.loop, [&] { return world.find("eth0") && world.find("eth1"); }));
  CHECK_FALSE(world.find("eth0")->up);
  CHECK(world.before.size() + 2 >= world.monitor->links().size());

  run("ip link set eth0 up && ip link set eth1 up");
  REQUIRE(run_until(world.loop, [&] { return world.find("eth0")->up; }));
  REQUIRE(run_until(world.loop, [&] { return !world.find("eth0")->addresses.empty(); }));

  run("ip addr add 10.0.0.1/24 dev eth0");
  REQUIRE(run_until(world.loop, [&] { return world.has_address("eth0", "10.0.0.1"); }));
  run("ip addr del 10.0.0.1/24 dev eth0 && ip addr add 10.0.0.2/24 dev eth0");
  REQUIRE(run_until(world.loop, [&] { return world.has_address("eth0", "10.0.0.2"); }));
  CHECK_FALSE(world.has_address("eth0", "10.0.0.1"));

  run("ip link set eth1 down");
  REQUIRE(run_until(world.loop, [&] { return !world.find("eth0")->up; }));
  run("ip link set eth0 down && ip link set eth0 name lan0");
  REQUIRE(run_until(world.loop, [&] { return world.find("lan0") != nullptr; }));
  CHECK(world.find("eth0") == nullptr);

  run("ip link del lan0");
  REQUIRE(run_until(world.loop, [&] { return world.find("lan0") == nullptr; }));
  CHECK(world.find("eth1") == nullptr);
}

TEST_CASE("is_link_up: the kernel's answer of this moment", "[link]") {
  if (!test::enter_private_network()) return;
  run("ip link add eth0 type veth peer name eth1");
  World world;
  const std::uint32_t index = world.find("eth0")->index;
  CHECK_FALSE(is_link_up(index));
  // The kernel itself takes its time until a link runs, or does not: up to a second.
  run("ip link set eth0 up && ip link set eth1 up");
  CHECK(run_until(world.loop, [&] { return is_link_up(index); }));
  run("ip link set eth1 down");
  CHECK(run_until(world.loop, [&] { return !is_link_up(index); }));
  run("ip link del eth0");
  CHECK_FALSE(is_link_up(index));
}

TEST_CASE("LinkMonitor: the first change is told at once, a burst in few calls", "[link]") {
  if (!test::enter_private_network()) return;
  World world;
  run_for(world.loop, 60ms);
  world.calls.clear();

  run("ip link add eth0 type veth peer name eth1");
  const BootTime added = BootClock::now();
  REQUIRE(run_until(world.loop, [&] { return !world.calls.empty(); }));
  CHECK(world.calls.front() - added <= 50ms);  // 10 ms and what a busy machine adds

  const BootTime begin = BootClock::now();
  run("for n in $(seq 50); do echo link add dev v$n type veth peer name w$n; "
      "echo link del dev v$n; done | ip -batch -");
  REQUIRE(run_until(world.loop, [&] { return world.monitor->links().size() == 3; }));
  run_for(world.loop, 300ms);
  const auto spent = BootClock::now() - begin;
  CHECK(static_cast<long>(world.calls.size()) <= 2 + spent / 250ms);
  for (std::size_t i = 1; i < world.calls.size(); ++i) {
    CHECK(world.calls[i] - world.calls[i - 1] >= 249ms);
  }
}

TEST_CASE("LinkMonitor: more events than the socket holds end in the true table", "[link]") {
  if (!test::enter_private_network()) return;
  World world;
  // Nothing is read meanwhile, so the kernel drops what the socket's buffer cannot hold.
  run("for n in $(seq 400); do echo link add dev v$n type veth peer name w$n; done | ip -batch -");
  run("for n in $(seq 399); do echo link del dev v$n; done | ip -batch -");
  REQUIRE(run_until(
      world.loop, [&] { return world.monitor->links().size() == 3; }, 30s));
  CHECK(world.find("v400") != nullptr);
  CHECK(world.find("w400") != nullptr);
}

}  // namespace
}  // namespace liqo::link
