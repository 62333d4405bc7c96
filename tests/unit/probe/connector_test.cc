#include "agent/probe/connector.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <utility>

#include "resolver/dnssd/socket_address.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/probe/https_world.h"
#include "tests/unit/probe/network.h"

namespace liqo::probe {
namespace {

using Outcome = Result<Connector::Connected>;

void say_nothing(HttpsConnection& connection) { connection.wait_for_end(); }

/// What a connector came to.
struct Told {
  IpAddress address;
  Error error;
  Duration after{};
};

Told connect(const std::vector<IpAddress>& addresses, std::uint16_t port) {
  loop::Loop loop;
  std::optional<Told> told;
  const BootTime since = BootClock::now();
  const Connector connector(loop, addresses, port, [&](Outcome outcome) {
    REQUIRE_FALSE(told.has_value());
    told.emplace();
    told->after = BootClock::now() - since;
    if (outcome) told->address = outcome->address;
    if (!outcome) told->error = outcome.error();
  });
  CHECK_FALSE(told.has_value());
  REQUIRE(test::run_until(
      loop, [&] { return told.has_value(); }, kLong));
  return *told;
}

TEST_CASE("Connector: the first that takes the connection") {
  const HttpsServer server(say_nothing);
  const IpAddress refusing = address("127.0.0.2");
  CHECK(connect({server.address()}, server.port()).address == server.address());
  CHECK(connect({refusing, refusing, server.address()}, server.port()).address == server.address());
  CHECK(connect({server.address(), refusing}, server.port()).address == server.address());
}

TEST_CASE("Connector: who takes the connection and resets it at once has taken it") {
  const loop::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in own{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof own;
  REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&own), size) == 0);
  REQUIRE(::listen(listener.get(), 1) == 0);
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0);
  loop::Loop loop;
  std::optional<Outcome> told;
  const Connector connector(loop, {address("127.0.0.1")}, ntohs(own.sin_port),
                            [&](Outcome outcome) { told.emplace(std::move(outcome)); });
  // In the turn in which it is begun, before anything of it is told.
  loop::Timer reset(loop);
  reset.arm(Duration::zero(), [&] {
    const loop::UniqueFd taken(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    REQUIRE(::setsockopt(taken.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  });
  REQUIRE(test::run_until(
      loop, [&] { return told.has_value(); }, kLong));
  CHECK(told->has_value());
}

TEST_CASE("Connector: what became of each address, a few by name") {
  const std::uint16_t port = HttpsServer(say_nothing).port();
  const std::string text = ":" + std::to_string(port) + ": Connection refused";
  const IpAddress one = address("127.0.0.1");
  const Told two = connect({one, address("::1")}, port);
  CHECK(two.error.code == Errc::kRefused);
  CHECK(two.error.detail == "127.0.0.1" + text + "; [::1]" + text);
  const Told many = connect({one, one, one, one, one, one}, port);
  CHECK(many.error.detail.ends_with("; 127.0.0.1" + text + "; and 2 more"));
  const Told none = connect({}, port);
  CHECK(none.error.code == Errc::kUnavailable);
  CHECK(none.error.detail == "no address");
}

TEST_CASE("Connector: the families by turns, the first address's first") {
  if (!enter_network()) return;
  const Told told = connect({address("198.51.100.1"), address("198.51.100.2"),
                             address("2001:db8:1::1"), address("2001:db8:1::2")},
                            1);
  CHECK(told.error.code == Errc::kUnavailable);
  CHECK(told.error.detail ==
        "198.51.100.1:1: No route to host; [2001:db8:1::1]:1: No route to host; "
        "198.51.100.2:1: No route to host; [2001:db8:1::2]:1: No route to host");
}

TEST_CASE("Connector: silent addresses are given up where there are many") {
  if (!enter_network()) return;
  const HttpsServer server(say_nothing, address("192.0.2.53"));
  std::vector<IpAddress> addresses;
  for (unsigned host = 101; host < 107; ++host) addresses.push_back(silent_neighbour(host));
  addresses.push_back(server.address());
  const Told told = connect(addresses, server.port());
  CHECK(told.address == server.address());
  CHECK(told.after >= 6 * Connector::kAttemptDelay);
}

TEST_CASE("Connector: it tells how far it is, and once given up nothing") {
  if (!enter_network()) return;
  loop::Loop loop;
  std::vector<IpAddress> addresses;
  for (unsigned host = 101; host < 107; ++host) addresses.push_back(silent_neighbour(host));
  auto connector = std::make_unique<Connector>(loop, addresses, 1,
                                               [](const Outcome& /*outcome*/) { FAIL("told"); });
  CHECK(connector->account() == "no address");
  REQUIRE(test::run_until(loop, [&] { return connector->account().ends_with("; and 2 more"); }));
  CHECK(
      connector->account().starts_with("192.0.2.101:1: Connection timed out; "
                                       "192.0.2.102:1: Connection timed out; "
                                       "192.0.2.103:1: no answer; "));
  connector.reset();
}

}  // namespace
}  // namespace liqo::probe
