// Questions over addresses that are not loopback's.
#include "tests/support/catch.h"
#include "tests/unit/probe/https_world.h"
#include "tests/unit/probe/network.h"

namespace liqo::probe {
namespace {

using test::give;
using test::http_answer;

HttpsServer::Script give_a() { return give(http_answer("200 OK", "a")); }

TEST_CASE("Https: a server that has IPv6 alone") {
  if (!enter_network()) return;
  const HttpsServer server(give_a(), address("2001:db8::53"));
  HttpsWorld world;
  HttpsRequest request = request_to(server);
  request.addresses = {address("198.51.100.1"), address("2001:db8::53")};
  const HttpsOutcome outcome = world.ask(request);
  CHECK(text_of(outcome) == "done 200: a");
  CHECK(outcome.address == address("2001:db8::53"));
}

TEST_CASE("Https: a link-local address is reached through its zone") {
  if (!enter_network()) return;
  const HttpsServer server(give_a(), address("fe80::53", "link0"));
  HttpsWorld world;
  const HttpsOutcome outcome = world.ask(request_to(server));
  CHECK(text_of(outcome) == "done 200: a");
  CHECK(outcome.address.to_string() == "fe80::53%link0");

  HttpsWorld elsewhere({.time_limit = kShort});
  HttpsRequest request = request_to(server);
  request.addresses = {address("fe80::53", "lo")};
  CHECK(elsewhere.ask(request).stage == HttpsStage::kConnect);
}

TEST_CASE("Https: an address without its zone, and ones out of reach") {
  if (!enter_network()) return;
  HttpsWorld world;
  const auto asks = [&](std::vector<IpAddress> addresses) {
    return text_of(world.ask({"node1.local", 443, "/ids", std::move(addresses)}));
  };
  CHECK(asks({address("fe80::53")}) == "connect, unavailable: [fe80::53]:443: Invalid argument");
  CHECK(asks({address("198.51.100.1"), address("2001:db8:1::1")}) ==
        "connect, unavailable: 198.51.100.1:443: No route to host; "
        "[2001:db8:1::1]:443: No route to host");
  CHECK(asks({address("192.0.2.98")}) == "connect, unavailable: 192.0.2.98:443: No route to host");
}

TEST_CASE("Https: silent addresses before the one that answers cost a quarter of a second each") {
  if (!enter_network()) return;
  const HttpsServer server(give_a(), address("192.0.2.53"));
  HttpsWorld world;
  HttpsRequest request = request_to(server);
  request.addresses = {silent_neighbour(101), silent_neighbour(102), server.address()};
  const HttpsOutcome outcome = world.ask(request);
  CHECK(text_of(outcome) == "done 200: a");
  CHECK(outcome.address == server.address());
  CHECK(outcome.connect_time >= std::chrono::milliseconds(500));
}

TEST_CASE("Https: a silent address is told as such when the time is up") {
  if (!enter_network()) return;
  HttpsWorld world({.time_limit = kShort});
  const HttpsOutcome outcome =
      world.ask({"node1.local", 443, "/ids", {silent_neighbour(101), address("198.51.100.1")}});
  CHECK(text_of(outcome) ==
        "connect, timed out: no connection within 1 s: "
        "198.51.100.1:443: No route to host; 192.0.2.101:443: no answer");
  CHECK(outcome.total_time >= kShort);
}

}  // namespace
}  // namespace liqo::probe
