#include "tests/unit/dns/ares_world.h"

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/support/until.h"

namespace liqo::dns {

wire::Question question(std::string_view name, std::uint16_t type) {
  auto parsed = DomainName::parse(name);
  REQUIRE(parsed.has_value());
  return {.name = std::move(*parsed), .type = type};
}

DnsAnswer give_address(const DnsRequest& request) {
  return DnsResponse(request).answer(kTypeA, {"\xC0\x00\x02\x01", 4});
}

DnsAnswer say_nothing(const DnsRequest& /*request*/) { return {}; }

LoopbackDnsServer::Handler give_rcode(unsigned rcode) {
  return [rcode](const DnsRequest& request) { return DnsResponse(request).rcode(rcode); };
}

LoopbackDnsServer& AresWorld::serve(LoopbackDnsServer::Handler handler,
                                    LoopbackDnsServer::Options served) {
  servers_.push_back(std::make_unique<LoopbackDnsServer>(loop, std::move(handler), served));
  options.servers.push_back(servers_.back()->address());
  return *servers_.back();
}

Transport& AresWorld::transport() {
  if (transport_ == nullptr) transport_ = create_ares_transport(loop, options);
  return *transport_;
}

Reply AresWorld::ask(const wire::Question& asked) {
  std::optional<Reply> told;
  const auto query = transport().ask(asked, [&](Reply reply) {
    REQUIRE_FALSE(told.has_value());
    told = std::move(reply);
  });
  CHECK_FALSE(told.has_value());
  REQUIRE(test::run_until(
      loop, [&] { return told.has_value(); }, kQueryTime + std::chrono::seconds(5)));
  return std::move(*told);
}

void AresWorld::ask_many(std::size_t count) {
  std::vector<std::unique_ptr<Transport::Query>> queries;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < count; ++i) {
    queries.push_back(transport().ask(question(), [&](const Reply& reply) {
      CHECK(text_of(reply) == "192.0.2.1");
      ++answered;
    }));
  }
  REQUIRE(test::run_until(loop, [&] { return answered == count; }));
}

std::map<std::uint16_t, std::size_t> ports_of(const LoopbackDnsServer& server) {
  std::map<std::uint16_t, std::size_t> seen;
  for (const DnsRequest& request : server.requests()) ++seen[request.port];
  return seen;
}

std::string text_of(const Reply& reply) {
  if (!reply.message) return reply.message.error().detail;
  if (reply.message->answers.empty()) return "no answers";
  const auto address = IpAddress::from_octets(as_octets(reply.message->answers.front().rdata));
  return address ? address->to_string() : "no address";
}

std::string error_of(const Reply& reply) {
  if (reply.message) return "";
  REQUIRE(reply.server.has_value());
  const std::string prefix = to_string(*reply.server) + ": ";
  const std::string detail = reply.message.error().detail;
  REQUIRE(detail.starts_with(prefix));
  return detail.substr(prefix.size());
}

}  // namespace liqo::dns
