#include "agent/probe/udp.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <optional>

#include "resolver/dnssd/socket_address.h"
#include "resolver/loop/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/private_network.h"
#include "tests/support/until.h"
#include "tests/unit/probe/network.h"

namespace liqo::probe {
namespace {

constexpr Duration kLong = std::chrono::seconds(30);

/// A UDP socket on a port of its own.
class UdpServer {
 public:
  explicit UdpServer(const IpAddress& address)
      : fd_(::socket(SocketAddress(address, 0).family(), SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    const SocketAddress any(address, 0);
    REQUIRE(::bind(fd_.get(), any.get(), any.size()) == 0);
    socklen_t size = sizeof place_;
    REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&place_), &size) == 0);
  }

  [[nodiscard]] std::uint16_t port() const {
    return ntohs(reinterpret_cast<const sockaddr_in&>(place_).sin_port);
  }
  /// What came, where anything did; answered with `answer`, where there is one, by `answering`.
  std::optional<std::string> receive(const std::optional<std::string>& answer,
                                     const UdpServer& answering) {
    std::array<char, 2048> buffer;
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto* sender = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = ::recvfrom(fd_.get(), buffer.data(), buffer.size(), 0, sender, &size);
    if (got < 0) return std::nullopt;
    if (answer) ::sendto(answering.fd_.get(), answer->data(), answer->size(), 0, sender, size);
    return std::string(buffer.data(), static_cast<std::size_t>(got));
  }
  std::optional<std::string> receive(const std::optional<std::string>& answer = std::nullopt) {
    return receive(answer, *this);
  }

 private:
  loop::UniqueFd fd_;
  sockaddr_storage place_{};
};

struct Told {
  UdpOutcome outcome;
  Duration elapsed;
};

/// Probes, calls `each_turn`, and waits for the end of it.
Told probe(
    const IpAddress& address, std::uint16_t port, const std::function<void()>& each_turn = [] {}) {
  loop::Loop loop;
  std::optional<Told> told;
  std::unique_ptr<UdpProbe> probe;
  probe = UdpProbe::create(loop, address, port, [&](UdpOutcome outcome, Duration elapsed) {
    REQUIRE_FALSE(told.has_value());
    probe.reset();
    told = Told{outcome, elapsed};
  });
  CHECK_FALSE(told.has_value());
  REQUIRE(test::run_until(
      loop,
      [&] {
        each_turn();
        return told.has_value();
      },
      kLong));
  return *told;
}

std::uint16_t closed_port(const IpAddress& address) { return UdpServer(address).port(); }

TEST_CASE("Udp: nobody listens") {
  for (const char* text : {"127.0.0.1", "::1"}) {
    const IpAddress at = address(text);
    const Told told = probe(at, closed_port(at));
    CHECK(told.outcome == UdpOutcome::kRefused);
    CHECK(told.elapsed < UdpProbe::kWait);
  }
}

TEST_CASE("Udp: silence, after two handshake initiations that no peer accepts") {
  UdpServer server(address("127.0.0.1"));
  std::vector<std::string> came;
  const Told told = probe(address("127.0.0.1"), server.port(), [&] {
    if (const auto datagram = server.receive()) came.push_back(*datagram);
  });
  CHECK(told.outcome == UdpOutcome::kSilent);
  CHECK(told.elapsed >= 2 * UdpProbe::kWait);
  REQUIRE(came.size() == 2);
  for (const std::string& datagram : came) {
    CHECK(datagram.size() == 148);
    CHECK(datagram.starts_with(std::string("\1\0\0\0", 4)));
    CHECK(datagram.substr(116) != std::string(32, '\0'));  // the MACs
  }
}

TEST_CASE("Udp: an answer, even an empty one") {
  for (const std::string answer : {"", "no WireGuard"}) {
    UdpServer server(address("127.0.0.1"));
    const Told told =
        probe(address("127.0.0.1"), server.port(), [&] { (void)server.receive(answer); });
    CHECK(told.outcome == UdpOutcome::kAnswered);
  }
}

TEST_CASE("Udp: an answer from another port is none") {
  UdpServer server(address("127.0.0.1"));
  const UdpServer other(address("127.0.0.1"));
  std::size_t answers = 0;
  const Told told = probe(address("127.0.0.1"), server.port(), [&] {
    if (server.receive("a", other)) ++answers;
  });
  CHECK(told.outcome == UdpOutcome::kSilent);
  CHECK(answers == 2);
}

TEST_CASE("Udp: no route, no neighbour, no zone") {
  if (!enter_network()) return;
  const auto outcome = [](const IpAddress& at) { return probe(at, 51840).outcome; };
  CHECK(outcome(address("198.51.100.1")) == UdpOutcome::kUnreachable);
  CHECK(outcome(address("2001:db8:1::1")) == UdpOutcome::kUnreachable);
  CHECK(outcome(address("203.0.113.1")) == UdpOutcome::kUnreachable);
  CHECK(outcome(address("192.0.2.98")) == UdpOutcome::kUnreachable);
  CHECK(outcome(address("2001:db8::98")) == UdpOutcome::kUnreachable);
  CHECK(outcome(address("fe80::53")) == UdpOutcome::kUnreachable);
  CHECK(outcome(address("fe80::53", "link0")) == UdpOutcome::kRefused);
  CHECK(outcome(silent_neighbour(101)) == UdpOutcome::kSilent);
}

TEST_CASE("Udp: given up at any time, it tells nothing") {
  loop::Loop loop;
  const auto told = [](UdpOutcome /*outcome*/, Duration /*elapsed*/) { FAIL("told"); };
  const IpAddress at = address("127.0.0.1");
  UdpProbe::create(loop, at, closed_port(at), told).reset();  // the refusal is there already
  const UdpServer server(at);
  auto probe = UdpProbe::create(loop, at, server.port(), told);
  loop.turn();
  probe.reset();
  test::run_for(loop, std::chrono::milliseconds(50));
}

}  // namespace
}  // namespace liqo::probe
