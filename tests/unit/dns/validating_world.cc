#include "tests/unit/dns/validating_world.h"

#include <algorithm>
#include <csignal>

#include "tests/support/catch.h"
#include "tests/support/until.h"

namespace liqo::dns {

wire::Question question_for(std::string_view name, std::uint16_t type) {
  auto parsed = DomainName::parse(name);
  REQUIRE(parsed.has_value());
  return {.name = std::move(*parsed), .type = type};
}

ValidatingWorld::ValidatingWorld()
    : ValidatingWorld({*IpAddress::parse("127.0.0.1"), test::free_port()}) {}

ValidatingWorld::ValidatingWorld(NameServer address) : zones(std::move(address)) {
  // As the agent does: libunbound writes to connections that may be closed.
  std::signal(SIGPIPE, SIG_IGN);
}

void ValidatingWorld::trust(const std::string& zone) {
  const auto anchors = read_trust_anchors(zones.key_file(zone));
  REQUIRE(anchors.has_value());
  options.trust_anchors.insert(options.trust_anchors.end(), anchors->begin(), anchors->end());
}

void ValidatingWorld::serve() {
  zones.start();
  options.servers = {zones.address()};
}

Transport& ValidatingWorld::transport() {
  if (transport_ == nullptr) {
    auto made = create_validating_transport(loop, options);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made.has_value());
    transport_ = std::move(*made);
  }
  return *transport_;
}

Reply ValidatingWorld::ask(std::string_view name, std::uint16_t type) {
  std::optional<Reply> told;
  const auto query = transport().ask(question_for(name, type), [&](Reply reply) {
    REQUIRE_FALSE(told.has_value());
    told = std::move(reply);
  });
  CHECK_FALSE(told.has_value());
  REQUIRE(test::run_until(
      loop, [&] { return told.has_value(); }, kQueryTime + std::chrono::seconds(5)));
  return std::move(*told);
}

std::string status_of(const Reply& reply) {
  if (reply.dnssec) return std::string(to_string(*reply.dnssec));
  return reply.message ? "nothing" : reply.message.error().detail;
}

std::string txt_of(const Reply& reply) {
  if (!reply.message || count_of(reply, kTypeTxt) != 1) return "";
  for (const wire::Record& record : reply.message->answers) {
    if (record.type == kTypeTxt) return record.rdata.substr(1);
  }
  return "";
}

std::size_t count_of(const Reply& reply, std::uint16_t type) {
  if (!reply.message) return 0;
  const auto& answers = reply.message->answers;
  return static_cast<std::size_t>(
      std::count_if(answers.begin(), answers.end(),
                    [type](const wire::Record& record) { return record.type == type; }));
}

}  // namespace liqo::dns
