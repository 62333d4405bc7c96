#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/unit/dns/ares_world.h"

namespace liqo::dns {
namespace {

constexpr std::uint16_t kTypeNaptr = 35;

/// Over UDP as it is, or over TCP after a truncated datagram.
LoopbackDnsServer::Handler give(std::function<std::string(const DnsRequest&)> octets, bool by_tcp) {
  return [=](const DnsRequest& request) {
    if (by_tcp && !request.tcp) return DnsAnswer(DnsResponse(request).truncated());
    return DnsAnswer(octets(request));
  };
}

/// The message with one additional record more, of an owner that is no host: what DNS-SD servers
/// send along with a PTR.
std::string with_service(const DnsRequest& request) {
  std::string octets =
      DnsResponse(request).opt(false).answer(kTypeA, {"\xC0\x00\x02\x01", 4}).octets();
  octets[11] = 1;
  octets += "\x0BMy clust\xC3\xA9r\xC0\x0C";
  return octets.append("\x00\x10\x00\x01\x00\x00\x00\x3C\x00\x02\x01t", 12);  // TXT "t"
}

std::string with_bad_records(const DnsRequest& request) {
  return DnsResponse(request)
      .answer(kTypeA, {"\xC0\x00\x02\x01", 4})
      .answer(kTypeA, "abc")
      .answer(kTypeTxt, "\x09short")
      .answer(kTypeNaptr, "x")
      .octets();
}

TEST_CASE("Ares: a record that c-ares could not read or write costs none of the others") {
  for (const bool by_tcp : {false, true}) {
    INFO(by_tcp);
    AresWorld bad;
    const LoopbackDnsServer& server = bad.serve(give(with_bad_records, by_tcp));
    const Reply reply = bad.ask();
    CHECK(text_of(reply) == "192.0.2.1");
    REQUIRE(reply.message.has_value());
    CHECK(reply.message->answers.size() == 4);
    CHECK(reply.message->answers.back().rdata == "x");
    CHECK(server.requests().size() == (by_tcp ? 2 : 1));

    AresWorld odd;
    odd.serve(give(with_service, by_tcp));
    const Reply all = odd.ask();
    CHECK(text_of(all) == "192.0.2.1");
    REQUIRE(all.message.has_value());
    REQUIRE(all.message->additionals.size() == 1);
    CHECK(all.message->additionals.front().rdata == "\x01t");
  }
}

TEST_CASE("Ares: octets come back as they were sent, those behind the message left out") {
  AresWorld world;
  world.serve([](const DnsRequest& request) {
    return DnsAnswer(DnsResponse(request).answer(kTypeA, {"\xC0\x00\x02\x01", 4}).octets() +
                     "more");
  });
  const Reply reply = world.ask();
  CHECK(text_of(reply) == "192.0.2.1");
  CHECK(reply.message->answers.size() == 1);
}

}  // namespace
}  // namespace liqo::dns
