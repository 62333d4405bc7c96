#include "resolver/dns/transports.h"

#include "resolver/dns/question_pool.h"
#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"
#include "tests/unit/state/directory.h"

namespace liqo::dns {
namespace {

const std::string kAnchor =
    "example. IN DS 1 13 2 ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB\n";
const std::string kOtherAnchor =
    "example. IN DS 2 13 2 CDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCD\n";

/// Nobody is asked there.
std::vector<NameServer> server(const std::string& address) {
  return {{*IpAddress::parse(address), 53}};
}

struct World {
  std::shared_ptr<Transport> get(DnssecMode mode, std::vector<NameServer> servers = {}) {
    return transports.get(
        {.name = *DomainName::parse("example"), .dnssec = mode, .servers = std::move(servers)},
        directory.file("anchor"));
  }
  std::string ask(Transport& transport) {
    std::string told;
    const auto query =
        transport.ask({.name = *DomainName::parse("a.example"), .type = 16},
                      [&](const Reply& reply) { told = reply.message.error().detail; });
    REQUIRE(test::run_until(loop, [&] { return !told.empty(); }));
    return told;
  }

  test::Directory directory;
  loop::Loop loop;
  Transports transports{loop};
};

}  // namespace

TEST_CASE("Transports: one for all that want the same") {
  World world;
  test::write_file(world.directory.file("anchor"), kAnchor);
  const auto plain = world.get(DnssecMode::kOff, server("127.0.0.1"));
  CHECK(world.get(DnssecMode::kOff, server("127.0.0.1")) == plain);
  CHECK(world.get(DnssecMode::kOff, server("127.0.0.2")) != plain);
  CHECK(world.get(DnssecMode::kAd, server("127.0.0.1")) != plain);
  const auto validating = world.get(DnssecMode::kValidate, server("127.0.0.1"));
  CHECK(validating != plain);
  CHECK(world.get(DnssecMode::kValidate, server("127.0.0.1")) == validating);
}

TEST_CASE("Transports: who names no servers follows those of resolv.conf") {
  World world;
  test::write_file(world.directory.file("anchor"), kAnchor);
  world.transports.set_system_servers(server("127.0.0.1"));
  const auto before = world.get(DnssecMode::kOff);
  CHECK(world.transports.system() == before);
  const auto own = world.get(DnssecMode::kOff, server("127.0.0.9"));
  const auto iterating = world.get(DnssecMode::kValidate);

  world.transports.set_system_servers(server("127.0.0.2"));
  CHECK(world.get(DnssecMode::kOff) != before);
  CHECK(world.get(DnssecMode::kOff, server("127.0.0.9")) == own);
  CHECK(world.get(DnssecMode::kValidate) == iterating);
}

TEST_CASE("Transports: what nobody uses goes, but that of resolv.conf") {
  World world;
  world.transports.set_system_servers(server("127.0.0.1"));
  const std::weak_ptr<Transport> system = world.transports.system();
  const std::weak_ptr<Transport> unused = world.get(DnssecMode::kOff, server("127.0.0.2"));
  const auto used = world.get(DnssecMode::kOff, server("127.0.0.3"));
  world.transports.drop_unused();
  CHECK_FALSE(system.expired());
  CHECK(unused.expired());
  CHECK(world.get(DnssecMode::kOff, server("127.0.0.3")) == used);

  INFO("after resolv.conf has changed it is one like others");
  world.transports.set_system_servers(server("127.0.0.4"));
  world.transports.drop_unused();
  CHECK(system.expired());
}

TEST_CASE("Transports: a trust anchor that cannot be read fails every question, until it can") {
  World world;
  const auto failing = world.get(DnssecMode::kValidate, server("127.0.0.1"));
  CHECK(world.ask(*failing) ==
        "trust anchor " + world.directory.file("anchor") + ": No such file or directory");
  world.transports.reread_trust_anchors();
  CHECK(world.get(DnssecMode::kValidate, server("127.0.0.1")) == failing);

  test::write_file(world.directory.file("anchor"), kAnchor);
  CHECK(world.get(DnssecMode::kValidate, server("127.0.0.1")) == failing);
  world.transports.reread_trust_anchors();
  CHECK(world.get(DnssecMode::kValidate, server("127.0.0.1")) != failing);
}

TEST_CASE("Transports: other trust anchors make another, and comments do not") {
  World world;
  test::write_file(world.directory.file("anchor"), kAnchor);
  const auto plain = world.get(DnssecMode::kOff, server("127.0.0.1"));
  const auto before = world.get(DnssecMode::kValidate, server("127.0.0.1"));

  test::write_file(world.directory.file("anchor"), "; the same\n" + kAnchor);
  world.transports.reread_trust_anchors();
  CHECK(world.get(DnssecMode::kValidate, server("127.0.0.1")) == before);

  test::write_file(world.directory.file("anchor"), kOtherAnchor);
  world.transports.reread_trust_anchors();
  CHECK(world.get(DnssecMode::kValidate, server("127.0.0.1")) != before);
  CHECK(world.get(DnssecMode::kOff, server("127.0.0.1")) == plain);
}

TEST_CASE("Transports: one whose anchors changed outlives the question that is its last user") {
  World world;
  const test::LoopbackDnsServer refusing(world.loop, [](const test::DnsRequest& request) {
    return test::DnsResponse(request).rcode(5);
  });
  SECTION("one that fails") {}
  SECTION("one that validates") { test::write_file(world.directory.file("anchor"), kAnchor); }
  const auto get = [&] { return world.get(DnssecMode::kValidate, {refusing.address()}); };
  QuestionPool pool;
  QuestionPool::Lane lane(pool, get());
  const std::weak_ptr<Transport> before = lane.target();
  bool told = false;
  std::unique_ptr<Transport::Query> query;
  query = lane.asks().ask({.name = *DomainName::parse("a.example"), .type = 16},
                          [&](const Reply& reply) {
                            CHECK_FALSE(reply.message.has_value());
                            query.reset();
                            CHECK(before.use_count() == 1);
                            told = true;
                          });

  test::write_file(world.directory.file("anchor"), kOtherAnchor);
  world.transports.reread_trust_anchors();
  lane.set_target(get());
  CHECK(before.lock() != lane.target());
  world.transports.drop_unused();
  REQUIRE(test::run_until(world.loop, [&] { return told; }));
  world.transports.drop_unused();
  CHECK(before.expired());
}

}  // namespace liqo::dns
