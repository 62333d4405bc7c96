#include "resolver/dns/failing_transport.h"

#include <vector>

#include "tests/support/catch.h"
#include "tests/support/until.h"

namespace liqo::dns {
namespace {

const wire::Question kQuestion{.name = *DomainName::parse("a.example"), .type = 16};

struct World {
  std::unique_ptr<Transport::Query> ask() {
    return transport.ask(kQuestion, [this](const Reply& reply) {
      CHECK_FALSE(reply.message.has_value());
      told.push_back(reply.message.error().detail);
    });
  }

  loop::Loop loop;
  FailingTransport transport{loop, {Errc::kIo, "no anchor"}};
  std::vector<std::string> told;
};

}  // namespace

TEST_CASE("Failing transport: says why, once, and never inside ask()") {
  World world;
  const auto first = world.ask();
  const auto second = world.ask();
  CHECK(world.told.empty());
  REQUIRE(test::run_until(world.loop, [&] { return world.told.size() == 2; }));
  test::run_for(world.loop, std::chrono::milliseconds(5));
  CHECK(world.told == std::vector<std::string>{"no anchor", "no anchor"});
}

TEST_CASE("Failing transport: a question that is forgotten is not told") {
  World world;
  auto forgotten = world.ask();
  const auto kept = world.ask();
  forgotten.reset();
  REQUIRE(test::run_until(world.loop, [&] { return !world.told.empty(); }));
  test::run_for(world.loop, std::chrono::milliseconds(5));
  CHECK(world.told.size() == 1);
}

TEST_CASE("Failing transport: who is told may ask again and forget others") {
  World world;
  std::unique_ptr<Transport::Query> first;
  std::unique_ptr<Transport::Query> second;
  std::unique_ptr<Transport::Query> again;
  first = world.transport.ask(kQuestion, [&](const Reply&) {
    first.reset();
    second.reset();
    again = world.ask();
  });
  second = world.transport.ask(kQuestion, [](const Reply&) { FAIL("it was forgotten"); });
  REQUIRE(test::run_until(world.loop, [&] { return !world.told.empty(); }));
  CHECK(world.told.size() == 1);
}

}  // namespace liqo::dns
