#include <memory>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/dns/ares_world.h"

namespace liqo::dns {
namespace {

using Query = std::unique_ptr<Transport::Query>;

constexpr Duration kQuiet = std::chrono::milliseconds(400);

TEST_CASE("Ares: a query destroyed before its answer is never told") {
  AresWorld world;
  world.serve(give_address);
  auto query = world.transport().ask(question(), [](const Reply&) { FAIL("nobody asks"); });
  query.reset();
  query = world.transport().ask(question(), [](const Reply&) { FAIL("nobody asks"); });
  world.loop.turn();
  query.reset();
  test::run_for(world.loop, kQuiet);
}

TEST_CASE("Ares: a query destroyed while its server is silent is never told") {
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(say_nothing);
  auto query = world.transport().ask(question(), [](const Reply&) { FAIL("nobody asks"); });
  REQUIRE(test::run_until(world.loop, [&] { return server.requests().size() == 1; }));
  query.reset();
  test::run_for(world.loop, kQuiet);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Ares: a query without servers destroyed at once is never told") {
  AresWorld world;
  auto query = world.transport().ask(question(), [](const Reply&) { FAIL("nobody asks"); });
  query.reset();
  test::run_for(world.loop, std::chrono::milliseconds(20));
}

TEST_CASE("Ares: a query may be destroyed in its own callback") {
  AresWorld world;
  world.serve(give_address);
  Query query;
  std::string captured(100, 'x');
  std::size_t read = 0;
  query = world.transport().ask(question(), [&query, &read, captured](const Reply& reply) {
    query.reset();
    read = captured.size();
    CHECK(text_of(reply) == "192.0.2.1");
  });
  CHECK(test::run_until(world.loop, [&] { return read == 100; }));
}

TEST_CASE("Ares: in a callback other queries may be destroyed, and further ones asked") {
  AresWorld world;
  world.options.attempt_time = std::chrono::seconds(5);
  world.serve(give_address);
  std::vector<Query> queries(50);
  std::vector<Query> further;
  int told = 0;
  int told_further = 0;
  for (Query& query : queries) {
    query = world.transport().ask(question(), [&](const Reply&) {
      ++told;
      queries.clear();
      further.push_back(world.transport().ask(question(), [&](const Reply& reply) {
        CHECK(text_of(reply) == "192.0.2.1");
        ++told_further;
      }));
    });
  }
  CHECK(test::run_until(world.loop, [&] { return told_further == 1; }));
  test::run_for(world.loop, std::chrono::milliseconds(50));
  CHECK(told == 1);
  CHECK(told_further == 1);
}

TEST_CASE("Ares: a failure that is known at once lets the loop go on between questions") {
  AresWorld world;
  std::vector<Query> queries;
  int turns = 0;
  Transport::Done again = [&](const Reply& reply) {
    CHECK(text_of(reply) == "no DNS server is known");
    if (++turns < 10) queries.push_back(world.transport().ask(question(), again));
  };
  queries.push_back(world.transport().ask(question(), again));
  world.loop.turn();
  world.loop.turn();
  CHECK(turns <= 3);
  CHECK(test::run_until(world.loop, [&] { return turns == 10; }));
}

TEST_CASE("Ares: the transport may go with questions pending, and before their queries") {
  AresWorld world;
  const LoopbackDnsServer& silent = world.serve(say_nothing);
  std::vector<Query> queries;
  for (int i = 0; i < 20; ++i) {
    queries.push_back(world.transport().ask(question(), [](const Reply&) { FAIL("too late"); }));
  }
  SECTION("at once") {}
  SECTION("while servers are silent") {
    REQUIRE(test::run_until(world.loop, [&] { return silent.requests().size() >= 20; }));
  }
  SECTION("after attempts were given up") {
    REQUIRE(test::run_until(world.loop, [&] { return silent.requests().size() >= 30; }));
  }
  world.close();
  test::run_for(world.loop, std::chrono::milliseconds(50));
  queries.clear();
}

TEST_CASE("Ares: the transport may go with a failure yet to be told") {
  AresWorld world;
  const auto query = world.transport().ask(question(), [](const Reply&) { FAIL("too late"); });
  world.close();
  test::run_for(world.loop, std::chrono::milliseconds(20));
}

/// Every way a question can end, thousands of times, with queries destroyed at random.
TEST_CASE("Ares: every question is told exactly once, and none that was destroyed") {
  constexpr std::size_t kQuestions = 2'000;
  constexpr std::size_t kAtOnce = 100;
  AresWorld world;
  world.options.attempt_time = std::chrono::milliseconds(40);
  world.options.ports_change_on_loopback = GENERATE(false, true);
  world.options.queries_per_channel = 16;
  std::uint32_t dice = 1;
  const auto roll = [&dice](std::uint32_t sides) {
    dice = dice * 1'664'525U + 1'013'904'223U;
    return (dice >> 16) % sides;
  };
  const auto capricious = [&](const DnsRequest& request) -> DnsAnswer {
    switch (roll(12)) {
      case 0:
        return {};
      case 1:
        return DnsResponse(request).rcode(roll(24));
      case 2:
        return DnsResponse(request).truncated();
      case 3: {
        DnsAnswer answer = give_address(request);
        answer.then = static_cast<DnsAnswer::Then>(roll(4));
        answer.cut = roll(60);
        return answer;
      }
      case 4:
        return std::string(roll(40), '\xC0');
      default:
        return give_address(request);
    }
  };
  world.serve(capricious);
  world.serve(capricious);
  world.serve(capricious, {.udp = true, .tcp = false});

  struct Asked {
    Query query;
    int told = 0;
    bool destroyed = false;
  };
  std::vector<Asked> all(kQuestions);
  std::size_t next = 0;
  std::size_t over = 0;
  std::function<void()> ask_more = [&] {
    while (next < kQuestions && next - over < kAtOnce) {
      Asked& asked = all[next++];
      asked.query = world.transport().ask(question(), [&, which = &asked](const Reply&) {
        ++which->told;
        ++over;
        if (roll(2) == 0) which->query.reset();
        ask_more();
      });
      Asked& victim = all[roll(static_cast<std::uint32_t>(next))];
      if (roll(10) == 0 && victim.told == 0 && !victim.destroyed) {
        victim.destroyed = true;
        victim.query.reset();
        ++over;
      }
    }
  };
  ask_more();
  CHECK(test::run_until(
      world.loop, [&] { return over == kQuestions; }, std::chrono::seconds(60)));
  test::run_for(world.loop, kQuiet);
  std::size_t wrong = 0;
  for (const Asked& asked : all) wrong += asked.told == (asked.destroyed ? 0 : 1) ? 0 : 1;
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace liqo::dns
