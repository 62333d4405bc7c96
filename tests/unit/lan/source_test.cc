#include "resolver/lan/source.h"

#include <signal.h>

#include "tests/support/catch.h"
#include "tests/support/private_network.h"
#include "tests/support/until.h"
#include "tests/unit/lan/browser_world.h"

namespace liqo::lan::test {
namespace {

using liqo::test::run_for;
using liqo::test::run_until;
using Events = std::vector<std::string>;

const Events kFirstPass = {"seen auth c1 eth0/ipv4 node1.local:443 10.0.0.1 id=c1", "synced"};

/// A source with the fake helper.
struct World {
  loop::Loop loop;
  FakeSink sink;
  link::LinkTable links;
  std::unique_ptr<Source> source;

  explicit World(const std::string& part = "serve") {
    link::Link link;
    link.index = 2;
    link.name = "eth0";
    link.up = link.multicast = true;
    link.addresses.push_back({*IpAddress::parse("10.0.0.9"), 24});
    links[2] = link;
    SourceOptions options;
    options.interface_allowed = [](const std::string& name) { return !name.starts_with("veth"); };
    options.helper_file = LIQO_FAKE_HELPER;
    options.helper_args = {"fake", part};
    source = Source::create(loop, std::move(options), sink, links);
  }
  bool first_pass() {
    return run_until(loop, [&] { return sink.events.size() >= 2; }) && sink.take() == kFirstPass;
  }
};

TEST_CASE("Source: tells what the helper sees, then that this is all", "[lan]") {
  World world;
  CHECK(world.sink.events.empty());
  CHECK(world.source->status().state == BackendState::kConnecting);
  CHECK(world.first_pass());
  const SourceStatus status = world.source->status();
  CHECK(status.state == BackendState::kRunning);
  CHECK(status.backend == Backend::kEmbedded);
  CHECK(status.synced);
  CHECK(status.host_name == "me.local");
  CHECK(status.detail == "fake 1.0");
  CHECK(status.helper_pid > 0);
  CHECK(status.instances == 1);
  CHECK(status.pending == 0);
  CHECK(status.interfaces == std::vector<std::string>{"eth0"});
  CHECK(status.published.empty());
}

TEST_CASE("Source: a helper that dies is a loss, and its successor tells all again", "[lan]") {
  World world;
  REQUIRE(world.first_pass());
  Advert advert;
  advert.id = "me";
  advert.endpoints.push_back({Service::kAuth, 443, OwnHost{}});
  world.source->set_advert(advert);
  const auto established = [&] {
    const auto published = world.source->status().published;
    return published.size() == 1 && published[0].state == GroupState::kEstablished;
  };
  REQUIRE(run_until(world.loop, established));
  ::kill(world.source->status().helper_pid, SIGKILL);
  REQUIRE(run_until(world.loop, [&] { return world.sink.events.size() >= 3; }));
  CHECK(world.sink.take() == Events{"lost", kFirstPass[0], kFirstPass[1]});
  REQUIRE(run_until(world.loop, established));
  CHECK(world.source->status().published[0].instance == "me");
  CHECK(world.source->status().helper_restarts == 1);
}

TEST_CASE("Source: a helper that never comes up tells nothing and says why", "[lan]") {
  World world("die");
  run_for(world.loop, 500ms);
  CHECK(world.sink.events.empty());
  CHECK(world.source->status().state == BackendState::kConnecting);
  CHECK(world.source->status().detail == "the helper ended with status 3");
}

TEST_CASE("Source: a link that is lost and found takes its sightings with it", "[lan]") {
  World world;
  REQUIRE(world.first_pass());
  world.links[2].up = false;
  world.source->set_links(world.links);
  CHECK(world.sink.take() == Events{"unseen auth c1 eth0/ipv4 link-down"});
  world.links[2].up = true;
  world.source->set_links(world.links);
  CHECK(world.sink.take() == Events{kFirstPass[0]});
}

TEST_CASE("Source: another set of allowed links configures the helper anew", "[lan]") {
  World world;
  REQUIRE(world.first_pass());
  world.links[7] = world.links[2];
  world.links[7].index = 7;
  world.links[7].name = "veth7";
  world.source->set_links(world.links);
  run_for(world.loop, 100ms);
  world.links[7].name = "eth7";
  world.source->set_links(world.links);
  CHECK(world.source->status().interfaces == std::vector<std::string>{"eth0", "eth7"});
  // The fake helper answers each Configure with a report, which here stands for its name alone.
  run_for(world.loop, 2500ms);
  CHECK(world.sink.take() == Events{});
}

TEST_CASE("Source: refresh changes nothing that is true", "[lan]") {
  // It asks on link 2, which is to be none of this host's.
  if (!liqo::test::enter_private_network()) return;
  World world;
  REQUIRE(world.first_pass());
  world.source->refresh();
  run_for(world.loop, 300ms);
  CHECK(world.sink.take() == Events{});
}

TEST_CASE("Source: ends at once whatever its helper does", "[lan]") {
  const std::string part = GENERATE("serve", "hang", "flood", "die");
  World world(part);
  run_for(world.loop, 200ms);
  const BootTime begin = BootClock::now();
  world.source.reset();
  CHECK(BootClock::now() - begin < 50ms);
}

}  // namespace
}  // namespace liqo::lan::test
