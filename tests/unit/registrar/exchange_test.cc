#include "resolver/registrar/exchange.h"

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/octets.h"
#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"

namespace liqo::registrar {
namespace {

using liqo::test::DnsAnswer;
using liqo::test::DnsRequest;
using liqo::test::LoopbackDnsServer;

wire::TsigKey key() {
  return {*DomainName::parse("k1"), wire::TsigAlgorithm::kHmacSha256, "a secret"};
}

std::uint64_t now() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(read_clocks().wall.time_since_epoch())
          .count());
}

std::string update(std::size_t octets = 0) {
  wire::Update made{*DomainName::parse("example.com"), {}, {}};
  for (std::size_t at = 0; at < octets; at += 100) {
    made.changes.push_back(
        wire::add_record(made.zone, RecordType::kTxt, 60, "\x63" + std::string(99, 'x')));
  }
  return wire::build_update(made, wire::random_id());
}

/// The MAC of a request: it stands before the last six octets, which are all zero but the id.
std::string mac_of(const DnsRequest& request) {
  return request.octets.substr(request.octets.size() - 6 - 32, 32);
}

std::string header(const DnsRequest& request, unsigned rcode) {
  std::string octets = request.octets.substr(0, 2);
  wire::put16(octets, 0xA800U | rcode);
  octets.append(8, '\0');
  return octets;
}

std::string signed_answer(const DnsRequest& request, unsigned rcode) {
  return wire::sign(header(request, rcode), key(), now(), mac_of(request)).octets;
}

struct Exchanged {
  loop::Loop loop;
  std::unique_ptr<Exchange> exchange;
  std::optional<Result<Answer>> answer;

  void run(const dns::NameServer& server, std::string message, bool tcp = false) {
    exchange = Exchange::begin(loop, server, std::move(message), key(), tcp,
                               [this](Result<Answer> told) { answer = std::move(told); });
    CHECK_FALSE(answer);
    REQUIRE(liqo::test::run_until(loop, [this] { return answer.has_value(); }));
  }
};

TEST_CASE("Exchange: a signed answer is taken, over UDP and over TCP") {
  Exchanged world;
  LoopbackDnsServer server(
      world.loop, [](const DnsRequest& request) -> DnsAnswer { return signed_answer(request, 8); });
  const bool tcp = GENERATE(false, true);
  world.run(server.address(), update(), tcp);
  REQUIRE(world.answer->has_value());
  CHECK((*world.answer)->authentic);
  CHECK((*world.answer)->rcode == wire::Rcode::kNxRrset);
  CHECK(server.tcp_requests() == (tcp ? 1 : 0));
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Exchange: a large request goes over TCP") {
  Exchanged world;
  LoopbackDnsServer server(
      world.loop, [](const DnsRequest& request) -> DnsAnswer { return signed_answer(request, 0); });
  world.run(server.address(), update(2'000));
  CHECK(world.answer->has_value());
  CHECK(server.tcp_requests() == 1);
}

TEST_CASE("Exchange: what is too large for any message is not sent") {
  Exchanged world;
  LoopbackDnsServer server(
      world.loop, [](const DnsRequest& request) -> DnsAnswer { return signed_answer(request, 0); });
  const bool fits = GENERATE(true, false);
  world.run(server.address(), update(fits ? 50'000 : 66'000));
  CHECK(world.answer->has_value() == fits);
  CHECK(server.requests().size() == (fits ? 1 : 0));
}

TEST_CASE("Exchange: what claims success unsigned is not believed, and a refusal is") {
  Exchanged world;
  const unsigned rcode = GENERATE(0U, 8U, 5U, 9U);
  LoopbackDnsServer server(world.loop, [rcode](const DnsRequest& request) -> DnsAnswer {
    return header(request, rcode);
  });
  world.run(server.address(), update());
  const bool refuses = rcode == 5 || rcode == 9;
  CHECK(world.answer->has_value() == refuses);
  if (refuses) {
    CHECK_FALSE((*world.answer)->authentic);
  } else {
    CHECK(world.answer->error().detail.find("not signed") != std::string::npos);
  }
}

TEST_CASE("Exchange: forged answers before the real one do not count") {
  Exchanged world;
  LoopbackDnsServer server(world.loop, [](const DnsRequest& request) -> DnsAnswer {
    DnsAnswer answer;
    std::string other = signed_answer(request, 0);
    other[0] = static_cast<char>(other[0] ^ 1);
    answer.messages = {"x", other, header(request, 0), request.octets, signed_answer(request, 0)};
    return answer;
  });
  world.run(server.address(), update());
  REQUIRE(world.answer->has_value());
  CHECK((*world.answer)->authentic);
}

TEST_CASE("Exchange: a closed port and silence are failures that name the server") {
  Exchanged world;
  SECTION("closed") {
    LoopbackDnsServer::Options options;
    options.udp = false;
    LoopbackDnsServer server(
        world.loop, [](const DnsRequest&) { return DnsAnswer(); }, options);
    world.run(server.address(), update());
    CHECK(world.answer->error().code == Errc::kIo);
  }
  SECTION("silent") {
    LoopbackDnsServer server(world.loop, [](const DnsRequest&) { return DnsAnswer(); });
    world.run(server.address(), update());
    CHECK(world.answer->error().code == Errc::kTimedOut);
    CHECK(server.requests().size() == 1);
  }
  SECTION("half an answer over TCP") {
    LoopbackDnsServer server(world.loop, [](const DnsRequest& request) {
      DnsAnswer answer(signed_answer(request, 0));
      answer.cut = 20;
      answer.then = DnsAnswer::Then::kClose;
      return answer;
    });
    world.run(server.address(), update(), true);
    CHECK(world.answer->error().code == Errc::kIo);
  }
  CHECK(world.answer->error().detail.starts_with("127.0.0.1"));
}

TEST_CASE("Exchange: destroyed, it never calls") {
  Exchanged world;
  LoopbackDnsServer server(
      world.loop, [](const DnsRequest& request) -> DnsAnswer { return signed_answer(request, 0); });
  world.exchange = Exchange::begin(world.loop, server.address(), update(), key(), false,
                                   [](const Result<Answer>&) { FAIL("called"); });
  REQUIRE(liqo::test::run_until(world.loop, [&] {
    if (!server.requests().empty()) world.exchange.reset();
    return world.exchange == nullptr;
  }));
  world.loop.turn();
}

}  // namespace
}  // namespace liqo::registrar
