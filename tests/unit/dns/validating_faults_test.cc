// Servers that are silent or refuse, and the ends of questions and of the transport.

#include <poll.h>

#include "resolver/loop/work.h"
#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"
#include "tests/unit/dns/validating_world.h"

namespace liqo::dns {
namespace {

using namespace std::chrono_literals;
using test::DnsAnswer;
using test::DnsRequest;
using test::DnsResponse;
using test::LoopbackDnsServer;

DnsAnswer say_nothing(const DnsRequest& /*request*/) { return {}; }

std::string octets_of(std::string_view text) {
  return std::string(1, static_cast<char>(text.size())).append(text);
}

DnsAnswer say_hello(const DnsRequest& request) {
  return DnsResponse(request).authoritative().answer(kTypeTxt, octets_of("hello"));
}

TEST_CASE("Validating transport: a silent server is a failure, in time, that names it") {
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, say_nothing);
  world.options.servers = {server.address()};
  world.options.query_time = 500ms;
  const BootTime began = BootClock::now();
  const Reply reply = world.ask("a.example");
  REQUIRE_FALSE(reply.message.has_value());
  CHECK(reply.message.error().code == Errc::kTimedOut);
  CHECK(reply.message.error().detail ==
        to_string(server.address()) + ": no validated answer in time");
  CHECK_FALSE(reply.dnssec.has_value());
  CHECK(BootClock::now() - began >= 500ms);
  CHECK(server.udp_requests() > 0);
}

TEST_CASE("Validating transport: libunbound itself gives a silent server up before our time") {
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, say_nothing);
  world.options.servers = {server.address()};
  const Reply reply = world.ask("a.example");
  REQUIRE_FALSE(reply.message.has_value());
  CHECK(reply.message.error().detail ==
        to_string(server.address()) + ": no answer that could be used");
}

TEST_CASE("Validating transport: a server that comes back is heard") {
  ValidatingWorld world;
  bool silent = true;
  LoopbackDnsServer server(world.loop, [&](const DnsRequest& request) {
    return silent ? say_nothing(request) : say_hello(request);
  });
  world.options.servers = {server.address()};
  // Until libunbound holds it for dead.
  while (server.udp_requests() < 8) CHECK_FALSE(world.ask("a.example").message.has_value());
  silent = false;
  const BootTime back = BootClock::now();
  while (txt_of(world.ask("a.example")) != "hello") {
    REQUIRE(BootClock::now() - back < 12s);
    test::run_for(world.loop, 100ms);
  }
  INFO("and then every question is answered");
  for (int i = 0; i < 20; ++i) CHECK(txt_of(world.ask("a.example")) == "hello");
}

TEST_CASE("Validating transport: where one server is silent the other is asked") {
  ValidatingWorld world;
  LoopbackDnsServer silent(world.loop, say_nothing);
  LoopbackDnsServer good(world.loop, say_hello);
  world.options.servers = {silent.address(), good.address()};
  for (int i = 0; i < 5; ++i) {
    const Reply reply = world.ask("a" + std::to_string(i) + ".example");
    CHECK(txt_of(reply) == "hello");
    CHECK_FALSE(reply.server.has_value());
  }
}

TEST_CASE("Validating transport: refusals, SERVFAIL and referrals are failures") {
  const unsigned rcode = GENERATE(2U, 5U, 4U, 0U);
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, [rcode](const DnsRequest& request) -> DnsAnswer {
    if (rcode != 0) return DnsResponse(request).rcode(rcode);
    constexpr std::uint16_t kTypeNs = 2;
    return DnsResponse(request).authority(kTypeNs, std::string_view("\2ns\0", 4));
  });
  world.options.servers = {server.address()};
  const Reply reply = world.ask("a.example");
  CAPTURE(status_of(reply));
  REQUIRE_FALSE(reply.message.has_value());
  CHECK_FALSE(reply.dnssec.has_value());
}

TEST_CASE("Validating transport: what is not signed comes without additional records") {
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, [](const DnsRequest& request) {
    return DnsAnswer(DnsResponse(request).answer(kTypeTxt, octets_of("hello")).octets());
  });
  world.options.servers = {server.address()};
  const Reply reply = world.ask("a.example");
  CHECK(txt_of(reply) == "hello");
  CHECK(reply.message->additionals.empty());
}

TEST_CASE("Validating transport: a forgotten question is not told, and its place is used again") {
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, say_hello);
  world.options.servers = {server.address()};
  world.options.max_queries = 1;
  bool told = false;
  auto under_way =
      world.transport().ask(question_for("a.example"), [&](const Reply&) { told = true; });
  auto waiting =
      world.transport().ask(question_for("b.example"), [&](const Reply&) { told = true; });
  under_way.reset();
  waiting.reset();
  CHECK(txt_of(world.ask("c.example")) == "hello");
  CHECK_FALSE(told);
}

TEST_CASE("Validating transport: who is told may ask again, and forget others") {
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, say_hello);
  world.options.servers = {server.address()};
  std::unique_ptr<Transport::Query> first;
  std::unique_ptr<Transport::Query> second;
  std::unique_ptr<Transport::Query> third;
  int told = 0;
  const auto tell = [&](const Reply& reply) {
    CHECK(reply.message.has_value());
    ++told;
    first.reset();
    second.reset();
    third = world.transport().ask(question_for("c.example"), [&](const Reply&) { told += 10; });
  };
  first = world.transport().ask(question_for("a.example"), tell);
  second = world.transport().ask(question_for("b.example"), tell);
  CHECK(test::run_until(world.loop, [&] { return told == 11; }));
}

TEST_CASE("Validating transport: questions may outlive it") {
  ValidatingWorld world;
  LoopbackDnsServer server(world.loop, say_nothing);
  world.options.servers = {server.address()};
  world.options.max_queries = 1;
  const auto never = [](const Reply&) { FAIL("the transport is gone"); };
  const auto under_way = world.transport().ask(question_for("a.example"), never);
  const auto waiting = world.transport().ask(question_for("b.example"), never);
  world.close();
  test::run_for(world.loop, 50ms);
}

TEST_CASE("Validating transport: it ends at once, whatever libunbound waits for") {
  ValidatingOptions options;
  BootTime began;
  {
    loop::Loop loop;
    LoopbackDnsServer server(loop, say_nothing);
    options.servers = {server.address()};
    auto transport = create_validating_transport(loop, options);
    REQUIRE(transport.has_value());
    std::vector<std::unique_ptr<Transport::Query>> queries;
    for (int i = 0; i < 500; ++i) {
      queries.push_back(
          (*transport)->ask(question_for("a" + std::to_string(i) + ".example"), [](const Reply&) {
          }));
    }
    REQUIRE(test::run_until(loop, [&] { return server.udp_requests() >= 64; }));
    began = BootClock::now();
    transport->reset();
    CHECK(BootClock::now() - began < 50ms);
  }
  INFO("the loop waits for libunbound's thread");
  CHECK(BootClock::now() - began < 1s);
}

TEST_CASE("Validating transport: it ends at once though nobody took its answers") {
  ValidatingWorld world;
  std::string records;
  for (int i = 0; i < 64; ++i) records += "a" + std::to_string(i) + " TXT hello\n";
  world.zones.add_signed("example", records);
  world.trust("example");
  world.serve();
  std::vector<std::unique_ptr<Transport::Query>> queries;
  for (int i = 0; i < 64; ++i) {
    queries.push_back(world.transport().ask(question_for("a" + std::to_string(i) + ".example"),
                                            [](const Reply&) {}));
  }
  // The loop does not run: the answers pile up.
  pollfd none{-1, 0, 0};
  ::poll(&none, 1, 200);
  world.close();
  const BootTime began = BootClock::now();
  bool done = false;
  loop::Work behind(
      world.loop, [] {}, [&] { done = true; });
  CHECK(test::run_until(world.loop, [&] { return done; }));
  CHECK(BootClock::now() - began < 500ms);
}

}  // namespace
}  // namespace liqo::dns
