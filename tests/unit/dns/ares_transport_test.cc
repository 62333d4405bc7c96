#include "resolver/dns/ares_transport.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "resolver/dns/ares_lane.h"
#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/dns/ares_world.h"

namespace liqo::dns {
namespace {

/// As many TXT records as fill a message of 64 KiB.
DnsResponse long_answer(const DnsRequest& request) {
  DnsResponse response(request);
  for (int i = 0; i < 300; ++i) response.answer(kTypeTxt, '\xC8' + std::string(200, 'x'));
  return response;
}

DnsAnswer long_over_tcp(const DnsRequest& request) {
  if (request.tcp) return long_answer(request);
  return DnsResponse(request).truncated();
}

TEST_CASE("Ares: a question is answered, with the whole message and who sent it") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(give_address);
  const Reply reply = world.ask();
  CHECK(text_of(reply) == "192.0.2.1");
  CHECK(reply.message->header.response);
  CHECK(reply.message->questions.front() == question());
  CHECK(reply.server == server.address());
  CHECK_FALSE(reply.dnssec.has_value());
  CHECK(reply.why_bogus.empty());
}

TEST_CASE("Ares: a question goes out with RD, EDNS of 1232 octets and nothing else") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(give_address);
  world.ask();
  REQUIRE(server.requests().size() == 1);
  const wire::Message& asked = server.requests().front().message;
  CHECK(asked.header == wire::Header{.id = asked.header.id, .recursion_desired = true});
  REQUIRE(asked.additionals.size() == 1);
  CHECK(asked.additionals.front().type == wire::kTypeOpt);
  CHECK(asked.additionals.front().record_class == wire::kEdnsUdpSize);
  CHECK(asked.additionals.front().ttl == 0);
  CHECK((kNewAres || asked.additionals.front().rdata.empty()));  // a cookie (RFC 7873)
}

TEST_CASE("Ares: NXDOMAIN and an empty answer are answers") {
  AresWorld world;
  unsigned rcode = 3;
  world.serve(
      [&](const DnsRequest& request) { return DnsResponse(request).recursive().rcode(rcode); });
  const Reply denied = world.ask();
  REQUIRE(denied.message.has_value());
  CHECK(denied.message->header.rcode == 3);
  rcode = 0;
  const Reply empty = world.ask();
  REQUIRE(empty.message.has_value());
  CHECK(empty.message->answers.empty());
}

TEST_CASE("Ares: the question's case comes back as the server likes it") {
  AresWorld world;
  world.serve([](const DnsRequest& request) {
    return DnsResponse(request).recursive().question(question("WWW.example.COM"));
  });
  CHECK(world.ask().message.has_value());
}

TEST_CASE("Ares: a name of any octets is asked for as it is") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(give_address);
  CHECK(text_of(world.ask(question("."))) == "192.0.2.1");
  for (const char* name :
       {"a\\000b.example", "\\.\\\\\\\".example", "\\255\\128.example", "\303\251.example"}) {
    INFO(name);
    const Reply reply = world.ask(question(name));
    if (kNewAres) {
      CHECK(text_of(reply) == "c-ares: Misformatted domain name");
      continue;
    }
    CHECK(text_of(reply) == "192.0.2.1");
    CHECK(server.requests().back().question().name == question(name).name);
  }
}

TEST_CASE("Ares: what has more than 512 octets needs no TCP, thanks to EDNS") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve([](const DnsRequest& request) {
    DnsResponse response(request);
    for (int i = 0; i < 5; ++i) response.answer(kTypeTxt, '\xC8' + std::string(200, 'x'));
    return response;
  });
  const Reply reply = world.ask();
  REQUIRE(reply.message.has_value());
  CHECK(reply.message->answers.size() == 5);
  CHECK(server.tcp_requests() == 0);
}

TEST_CASE("Ares: a truncated answer is had over TCP, up to 64 KiB") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(long_over_tcp);
  const Reply reply = world.ask();
  REQUIRE(reply.message.has_value());
  CHECK(reply.message->answers.size() == 300);
  CHECK_FALSE(reply.message->header.truncated);
  CHECK(server.udp_requests() == 1);
  CHECK(server.tcp_requests() == 1);
}

TEST_CASE("Ares: many truncated answers share a connection") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(long_over_tcp);
  world.options.attempt_time = std::chrono::seconds(5);
  std::vector<std::unique_ptr<Transport::Query>> queries;
  std::size_t answered = 0;
  for (int i = 0; i < 20; ++i) {
    queries.push_back(world.transport().ask(question(), [&](const Reply& reply) {
      CHECK(reply.message.has_value());
      ++answered;
    }));
  }
  REQUIRE(test::run_until(world.loop, [&] { return answered == queries.size(); }));
  CHECK(server.tcp_requests() == 20);
  std::set<std::uint16_t> connections;
  for (const DnsRequest& request : server.requests()) {
    if (request.tcp) connections.insert(request.port);
  }
  CHECK(connections.size() == 1);
}

TEST_CASE("Ares: a dripping TCP answer is read to its end where time allows") {
  AresWorld world;
  world.options.attempt_time = std::chrono::seconds(5);
  world.serve([](const DnsRequest& request) {
    if (!request.tcp) return DnsAnswer(DnsResponse(request).truncated());
    DnsAnswer answer = give_address(request);
    answer.drip = std::chrono::milliseconds(1);
    return answer;
  });
  CHECK(text_of(world.ask()) == "192.0.2.1");
}

TEST_CASE("Ares: however many answers have come, a turn of the loop acts upon a few") {
  constexpr std::size_t kServers = 8;
  constexpr std::size_t kQuestions = 30;  // of each; what a server answers in one turn
  loop::Loop loop;
  std::vector<std::unique_ptr<LoopbackDnsServer>> servers;
  std::vector<std::unique_ptr<Transport>> transports;
  std::vector<std::unique_ptr<Transport::Query>> queries;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < kServers; ++i) {
    servers.push_back(std::make_unique<LoopbackDnsServer>(loop, give_address));
    AresOptions options;
    options.servers = {servers.back()->address()};
    transports.push_back(create_ares_transport(loop, options));
    for (std::size_t n = 0; n < kQuestions; ++n) {
      queries.push_back(transports.back()->ask(question(), [&](const Reply&) { ++answered; }));
    }
  }
  std::size_t seen = 0;
  std::size_t most = 0;
  REQUIRE(test::run_until(loop, [&] {  // once a turn
    most = std::max(most, answered - std::exchange(seen, answered));
    return answered == kServers * kQuestions;
  }));
  CHECK(most < loop::ReadQuota::kPerTurn + kServers);
}

TEST_CASE("Ares: every id is another one") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(give_address);
  world.ask_many(200);
  std::set<std::uint16_t> ids;
  for (const DnsRequest& request : server.requests()) ids.insert(request.message.header.id);
  CHECK(server.requests().size() == 200);
  CHECK(ids.size() > 190);  // two in 65,536 may agree
}

TEST_CASE("Ares: source ports change after so many questions, and several are used at once") {
  AresWorld world;
  world.options.ports_change_on_loopback = true;
  world.options.queries_per_channel = 8;
  world.options.channels_per_server = 4;
  world.options.attempt_time = std::chrono::seconds(5);
  const LoopbackDnsServer& server = world.serve(give_address);
  world.ask_many(160);
  const auto seen = ports_of(server);
  CHECK(seen.size() >= 19);  // 20 channels; the kernel may give a port again
  for (const auto& [port, count] : seen) CHECK(count <= 16);
  world.ask_many(4);
  CHECK(ports_of(server).size() >= 22);
}

TEST_CASE("Ares: a server on loopback is asked from one port while questions are pending") {
  AresWorld world;
  world.options.queries_per_channel = 8;
  world.options.attempt_time = std::chrono::seconds(5);
  const LoopbackDnsServer& server = world.serve(give_address);
  world.ask_many(100);
  CHECK(ports_of(server).size() == 1);
}

TEST_CASE("Ares: AD is asked for and believed on loopback, where it is wanted") {
  AresWorld world;
  bool authentic = true;
  world.options.want_ad = true;
  const LoopbackDnsServer& server = world.serve([&](const DnsRequest& request) {
    return DnsResponse(request).recursive().authentic(authentic);
  });
  CHECK(world.ask().dnssec == Dnssec::kSecure);
  CHECK(server.requests().front().message.header.authentic_data);
  authentic = false;
  CHECK(world.ask().dnssec == Dnssec::kInsecure);
}

TEST_CASE("Ares: AD that nobody wanted says nothing") {
  AresWorld world;
  world.serve([](const DnsRequest& request) { return DnsResponse(request).authentic(); });
  CHECK_FALSE(world.ask().dnssec.has_value());
}

TEST_CASE("Ares: the environment and resolv.conf change nothing") {
  ::setenv("RES_OPTIONS", "timeout:1 attempts:9 rotate ndots:9 edns0 use-vc", 1);
  ::setenv("LOCALDOMAIN", "elsewhere.example", 1);
  ::setenv("HOSTALIASES", "/etc/hosts", 1);
  AresWorld world;
  world.options.attempt_time = std::chrono::milliseconds(60);
  const LoopbackDnsServer& server = world.serve(say_nothing);
  CHECK(error_of(world.ask(question("www"))) == "no answer in time");
  for (const char* name : {"RES_OPTIONS", "LOCALDOMAIN", "HOSTALIASES"}) ::unsetenv(name);
  CHECK(server.requests().size() == 3);
  for (const DnsRequest& request : server.requests()) {
    CHECK_FALSE(request.tcp);
    CHECK(request.question().name == question("www").name);
  }
}

TEST_CASE("Ares: without servers every question fails, from the loop") {
  AresWorld world;
  const Reply reply = world.ask();
  CHECK(reply.message.error().code == Errc::kUnavailable);
  CHECK(text_of(reply) == "no DNS server is known");
  CHECK_FALSE(reply.server.has_value());
}

}  // namespace
}  // namespace liqo::dns
