// Clients that mean no good, or do not know better: each is refused or dropped alone.
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::json;
using Clients = std::vector<std::unique_ptr<VarlinkClient>>;

bool is_served(House& house, uid_t uid = 77) {
  auto client = house.client_of(uid);
  return client->ask(method("List")).contains("clusters");
}

std::string long_call(std::size_t octets) {
  const std::string start = R"({"method":"io.liqo.Discovery.Get","parameters":{"cluster":")";
  const std::string end = R"("}})";
  return start + std::string(octets - start.size() - end.size(), 'x') + end + '\0';
}

TEST_CASE("Clients: 64 of one user, and the others do not notice") {
  House house;
  Clients clients;
  for (int i = 0; i < 64; ++i) clients.push_back(house.client_of(1));
  auto refused = house.client_of(1);
  const Json why = refused->receive();
  CHECK(why["error"] == method("LimitReached"));
  CHECK(why["parameters"]["limit"] == "maxConnectionsPerUser");
  CHECK(refused->wait_for_hang_up());
  CHECK(is_served(house, 2));
  CHECK_FALSE(clients.front()->hung_up());
  clients.pop_back();
  REQUIRE(run_until(house.loop, [&] { return house.server->counts().connections == 63; }));
  CHECK(is_served(house, 1));
}

TEST_CASE("Clients: 300 of many users; 16 places are kept for root and the agent's user") {
  House house;
  Clients clients;
  for (uid_t i = 0; i < 300; ++i) clients.push_back(house.client_of(1 + i % 10));
  CHECK(house.server->counts().connections == 240);
  CHECK(house.server->counts().refused == 60);
  CHECK(clients.back()->receive()["parameters"]["limit"] == "maxConnections");
  CHECK(is_served(house, 0));
  CHECK(is_served(house, 1000));
  for (int i = 0; i < 16; ++i) clients.push_back(house.client_of(0));
  CHECK(house.server->counts().connections == 256);
  CHECK(house.client_of(0)->receive()["error"] == method("LimitReached"));
  CHECK(clients.front()->ask(method("List")).contains("clusters"));
}

TEST_CASE("Clients: one that nobody uses gives way, one that is used does not") {
  api::Limits limits;
  limits.max_connections_per_user = 2;
  limits.idle_grace = 0ms;
  House house(limits);
  auto watcher = house.client_of(1);
  watcher->call(method("Watch"), Json::object(), /*more=*/true);
  watcher->receive();
  auto idle = house.client_of(1);
  auto next = house.client_of(1);
  CHECK(idle->wait_for_hang_up());
  CHECK(next->ask(method("List")).contains("clusters"));
  CHECK_FALSE(watcher->hung_up());
}

TEST_CASE("Clients: what is no call ends the connection") {
  House house;
  const std::string nul(1, '\0');
  const std::string junk = GENERATE(
      std::string("GET / HTTP/1.1\r\n\r\n"), std::string("{}"), std::string("[]"),
      std::string("null"), std::string("{\"method\":1}"), std::string("{\"method\":\"\xff\"}"),
      std::string("{\"method\":\"a.B\",\"parameters\":[]}"),
      std::string("{\"method\":\"a.B\",\"more\":1}"), std::string(""),
      std::string("\xff\xfe\x00\x01", 4), std::string(60'000, '['), std::string(30'000, '['),
      R"({"method":"io.liqo.Discovery.List","parameters":{"x":)" + std::string(20'000, '[') +
          std::string(20'000, ']') + "}}");
  auto client = house.client();
  client->send(junk + nul);
  CHECK(client->wait_for_hang_up());
  CHECK(client->received_octets() == 0);
  CHECK(is_served(house));
}

TEST_CASE("Clients: what came before the garbage is answered") {
  House house;
  auto client = house.client();
  client->send(R"({"method":"io.liqo.Discovery.List"})" + std::string(1, '\0') + "garbage" +
               std::string(1, '\0'));
  CHECK(client->receive()["parameters"].contains("clusters"));
  CHECK(client->wait_for_hang_up());
}

TEST_CASE("Clients: a flood of NULs") {
  House house;
  auto client = house.client();
  CHECK_THROWS([&] {
    for (int i = 0; i < 1000; ++i) client->send(std::string(64 * 1024, '\0'));
  }());
  CHECK(is_served(house));
}

TEST_CASE("Clients: a call of 64 KiB is taken, one octet more is not") {
  House house;
  auto client = house.client();
  client->send(long_call(64 * 1024));
  CHECK(client->receive()["error"] == method("NoSuchCluster"));
  client->send(long_call(64 * 1024 + 1));
  const Json why = client->receive();
  CHECK(why["error"] == method("LimitReached"));
  CHECK(why["parameters"]["limit"] == "maxRequestOctets");
  CHECK(client->wait_for_hang_up());
  CHECK(house.server->counts().dropped == 1);
}

TEST_CASE("Clients: a call that never ends does not get far") {
  House house;
  auto client = house.client();
  CHECK_THROWS([&] {
    for (int i = 0; i < 100'000; ++i) client->send(std::string(4096, 'x'));
  }());
  CHECK(is_served(house));
}

TEST_CASE("Clients: one that sends octet by octet is dropped at the deadline, not by silence") {
  api::Limits limits;
  limits.request_time = 200ms;
  House house(limits);
  auto slow = house.client();
  auto quiet = house.client();
  const BootTime begun = BootClock::now();
  std::size_t sent = 0;
  const std::string call = long_call(4000);
  CHECK_THROWS([&] {
    while (BootClock::now() < begun + 5s) {
      slow->send(call.substr(sent++, 1));
      run_for(house.loop, 10ms);
    }
  }());
  CHECK(sent > 5);
  CHECK(BootClock::now() - begun >= 200ms);
  CHECK(BootClock::now() - begun < 4s);
  CHECK_FALSE(quiet->hung_up());  // has not begun a call: no reason to go
  CHECK(quiet->ask(method("List")).contains("clusters"));
}

TEST_CASE("Clients: one that does not take its answer is dropped after a while") {
  api::Limits limits;
  limits.stall_time = 100ms;
  House house(limits);
  house.see_many(1000, std::string(200, 'x'));
  auto client = house.client();
  client->call(method("List"), Json::object(), /*more=*/true);
  REQUIRE(run_until(house.loop, [&] { return house.server->counts().connections == 1; }));
  CHECK(run_until(house.loop, [&] { return house.server->counts().connections == 0; }));
  CHECK(house.server->counts().dropped == 1);
  CHECK(is_served(house));
}

TEST_CASE("Clients: one that takes its answer slowly is not dropped") {
  api::Limits limits;
  limits.stall_time = 1s;
  House house(limits);
  house.see_many(1000, std::string(200, 'x'));
  auto client = house.client();
  client->call(method("List"));
  run_for(house.loop, 300ms);
  CHECK(client->receive()["parameters"]["clusters"].size() == 1000);
}

TEST_CASE("Clients: a half-closed connection is answered, then closed") {
  House house;
  auto client = house.client();
  client->call(method("List"));
  client->call(method("Status"));
  client->shut_down_sending();
  CHECK(client->receive()["parameters"].contains("clusters"));
  CHECK(client->receive()["parameters"].contains("version"));
  CHECK(client->wait_for_hang_up());
  CHECK(house.server->counts().dropped == 0);
}

TEST_CASE("Clients: one that leaves in the middle of an answer") {
  House house;
  house.see_many(1000, std::string(200, 'x'));
  auto client = house.client();
  client->call(method("List"), Json::object(), /*more=*/true);
  client->receive();
  client->leave();
  CHECK(run_until(house.loop, [&] { return house.server->counts().connections == 0; }));
  CHECK(is_served(house));
}

TEST_CASE("Clients: one that leaves while its call waits") {
  House house;
  house.status.all_synced = false;
  auto client = house.client();
  client->call(method("List"), {{"wait", 60}});
  run_for(house.loop, 20ms);
  CHECK(house.server->counts().connections == 1);
  client->leave();
  CHECK(run_until(house.loop, [&] { return house.server->counts().connections == 0; }));
}

TEST_CASE("Clients: many calls at once are answered in order") {
  House house;
  house.see({.id = "a"});
  house.see({.id = "b"});
  auto client = house.client();
  std::string calls;
  for (int i = 0; i < 1000; ++i) {
    calls += Json{{"method", method("Get")}, {"parameters", {{"cluster", i % 2 == 0 ? "a" : "b"}}}}
                 .dump() +
             '\0';
  }
  client->send(calls);
  for (int i = 0; i < 1000; ++i) {
    const Json reply = client->receive();
    REQUIRE(reply["parameters"]["cluster"]["id"] == (i % 2 == 0 ? "a" : "b"));
  }
}

TEST_CASE("Clients: one way calls are not answered") {
  House house;
  auto client = house.client();
  client->send(R"({"method":"io.liqo.Discovery.Refresh","oneway":true})" + std::string(1, '\0') +
               R"({"method":"io.nobody.Here","oneway":true})" + std::string(1, '\0'));
  CHECK(client->ask(method("List")).contains("clusters"));
  CHECK(house.actions == std::vector<std::string>{"refresh"});
}

TEST_CASE("Clients: without a descriptor left the door is shut for a while, without spinning") {
  House house;
  house.see({.id = "a"});
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  Clients clients;
  for (int i = 0; i < 20; ++i) clients.push_back(house.client());
  const int next = ::dup(0);
  ::close(next);
  const rlimit few{static_cast<rlim_t>(next) + 4, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  const bool paused = run_until(
      house.loop, [&] { return house.server->counts().pauses > 0; }, 5s);
  const std::uint64_t pauses = house.server->counts().pauses;
  run_for(house.loop, 250ms);
  const std::uint64_t later = house.server->counts().pauses;
  const std::uint64_t served = house.server->counts().connections;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(paused);
  CHECK(later - pauses <= 4);
  CHECK(served == 4);
  CHECK(clients.front()->ask(method("Get"), {{"cluster", "a"}}).contains("cluster"));
  // Who waited gets in.
  CHECK(clients.back()->ask(method("Get"), {{"cluster", "a"}}).contains("cluster"));
}

TEST_CASE("Clients: costly calls of one user are limited, look-ups are not") {
  api::Limits limits;
  limits.calls_at_once = 5;
  limits.calls_per_second = 0.001;
  House house(limits);
  house.see({.id = "a"});
  auto client = house.client_of(1);
  for (int i = 0; i < 5; ++i) CHECK(client->ask(method("List")).contains("clusters"));
  client->call(method("List"));
  const Json why = client->receive();
  CHECK(why["error"] == method("LimitReached"));
  CHECK(why["parameters"]["limit"] == "callsPerSecond");
  CHECK(client->error_of(method("Get"), {{"cluster", "some name"}}) == method("LimitReached"));
  for (int i = 0; i < 20; ++i) {
    CHECK(client->ask(method("Get"), {{"cluster", "a"}}).contains("cluster"));
  }
  CHECK(is_served(house, 2));
}

}  // namespace
}  // namespace liqo::test
