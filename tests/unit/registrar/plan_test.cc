#include "resolver/registrar/plan.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/unit/registrar/world.h"

namespace liqo::registrar {
namespace {

using namespace test;
using Kind = Plan::Kind;

constexpr std::uint64_t kNow = kStart;
const std::string kOwnHost = "auth.milan-1.example.com";

Terms terms(AgentTag agent = 1) { return {agent, 60, 3600}; }

Plan plan_for(const Entry& wanted, const Records& found, AgentTag agent = 1,
              std::uint64_t now = kNow, bool afresh = false) {
  return plan(auth_names(), &wanted, found, terms(agent), now, afresh);
}

Plan withdrawal(const Records& found, AgentTag agent = 1, std::uint64_t now = kNow) {
  return plan(auth_names(), nullptr, found, terms(agent), now, false);
}

/// What there is once these agents have registered, one after another.
Records after(std::initializer_list<std::pair<AgentTag, Entry>> agents, std::uint64_t now = kNow) {
  Records records;
  for (const auto& [agent, wanted] : agents) {
    const Plan step = plan_for(wanted, records, agent, now);
    REQUIRE(step.kind == Kind::kChange);
    records = step.after;
  }
  return records;
}

bool has(const std::vector<std::string>& set, const std::string& item) {
  return std::find(set.begin(), set.end(), item) != set.end();
}

TEST_CASE("Plan: where nothing is, the records come, and nothing else may be there by then") {
  const Plan made = plan_for(entry({"30740 203.0.113.7"}), {});
  REQUIRE(made.kind == Kind::kChange);
  CHECK(made.after.srv == std::vector{srv(30740, kOwnHost)});
  CHECK(made.after.a == std::vector{a("203.0.113.7")});
  CHECK(made.ours);
  CHECK(made.until == kNow + 3600);
  const auto told = items(made.after);
  REQUIRE(told.size() == 4);
  CHECK(told[0] == "txtvers=1");
  CHECK(told[1] == "id=milan-1");
  CHECK(told[2] == "until=1795741200");
  CHECK(told[3].starts_with("lease.00000001=1795741200,"));
  CHECK(made.update.prerequisites.size() == 3);  // no TXT, no SRV, no A
  CHECK(made.update.changes.size() == 4);        // PTR, TXT, SRV, A
  for (const auto& change : made.update.changes) CHECK(change.ttl == 60);
}

TEST_CASE("Plan: what is there as it should be is left alone until half of the lease") {
  const Entry wanted = entry({"30740 203.0.113.7"});
  const Records found = after({{1, wanted}});
  const Plan settled = plan_for(wanted, found, 1, kNow + 1799);
  CHECK(settled.kind == Kind::kSettled);
  CHECK(settled.look_again == kNow + 1800);
  const Plan renewal = plan_for(wanted, found, 1, kNow + 1800);
  REQUIRE(renewal.kind == Kind::kChange);
  CHECK(renewal.until == kNow + 1800 + 3600);
  CHECK(renewal.after.srv == found.srv);
  // TXT is replaced, PTR is added once more, and nothing else is touched.
  CHECK(renewal.update.changes.size() == 3);
}

TEST_CASE("Plan: another TTL has all written anew") {
  const Entry wanted = entry({"30740 203.0.113.7"});
  const Plan made = plan_for(wanted, after({{1, wanted}}), 1, kNow + 1, true);
  REQUIRE(made.kind == Kind::kChange);
  CHECK(made.update.changes.size() == 7);  // PTR; TXT, SRV, A, each deleted and added
}

TEST_CASE("Plan: agents of one cluster add their places, and take only those away") {
  const Entry first = entry({"30740 203.0.113.7"});
  const Entry second = entry({"30741 203.0.113.8", "443 lb.example.org"});
  const Records both = after({{1, first}, {2, second}});
  CHECK(both.srv.size() == 3);
  CHECK(both.a.size() == 2);
  const Plan without_first = withdrawal(both, 1);
  REQUIRE(without_first.kind == Kind::kChange);
  CHECK_FALSE(without_first.ours);
  CHECK(without_first.after.srv.size() == 2);
  CHECK_FALSE(has(without_first.after.srv, srv(30740, kOwnHost)));
  CHECK(without_first.after.a == std::vector{a("203.0.113.8")});
  const Plan without_both = withdrawal(without_first.after, 2);
  REQUIRE(without_both.kind == Kind::kChange);
  CHECK(without_both.after == Records{});
}

TEST_CASE("Plan: a place that two agents have stays with the second") {
  const Entry same = entry({"30740 203.0.113.7"});
  const Records both = after({{1, same}, {2, same}});
  CHECK(both.srv.size() == 1);
  const Plan made = withdrawal(both, 1);
  REQUIRE(made.kind == Kind::kChange);
  CHECK(made.after.srv == both.srv);
  CHECK(made.after.a == both.a);
}

TEST_CASE("Plan: who died is cleaned up after when its lease has ended, and not before") {
  const Entry dead = entry({"30740 203.0.113.7"});
  const Entry alive = entry({"30741 203.0.113.8"});
  Records found = after({{1, dead}});
  found = plan_for(alive, found, 2, kNow + 1000).after;
  const Plan waits = plan_for(alive, found, 2, kNow + 1001);
  CHECK(waits.kind == Kind::kSettled);
  CHECK(waits.look_again == kNow + 2800);  // its own renewal comes before
  const Plan still = plan_for(alive, found, 2, kNow + 2800);
  CHECK(has(still.after.a, a("203.0.113.7")));
  CHECK(plan_for(alive, still.after, 2, kNow + 2801).look_again == kNow + 3600);
  const Plan clean = plan_for(alive, still.after, 2, kNow + 3600);
  REQUIRE(clean.kind == Kind::kChange);
  CHECK(clean.after.a == std::vector{a("203.0.113.8")});
  CHECK(clean.after.srv == std::vector{srv(30741, kOwnHost)});
}

TEST_CASE("Plan: what is not ours is held") {
  const Entry wanted = entry({"30740 203.0.113.7"});
  const std::string other = srv(443, "other.example.com");
  Records found{.srv = {other}, .txt = {}, .a = {}, .aaaa = {}};
  SECTION("SRV without TXT") {}
  SECTION("another id") { found.txt = {txt({"id=rome-1", "until=4000000000"})}; }
  SECTION("no id") { found.txt = {txt({"until=4000000000"})}; }
  SECTION("our id, by hand") { found.txt = {txt({"id=milan-1"})}; }
  SECTION("two TXT records") {
    found.txt = {txt({"id=milan-1", "until=4000000000"}), txt({"id=milan-1"})};
  }
  SECTION("an address by hand") {
    found = Records{.srv = {}, .txt = {}, .a = {a("203.0.113.99")}, .aaaa = {}};
  }
  SECTION("an address by hand beside our own") {
    found = after({{1, wanted}});
    found.a.push_back(a("203.0.113.99"));
  }
  SECTION("more than agents make") {
    found = after({{1, wanted}});
    for (std::uint16_t port = 1; port <= 2'048; ++port) found.srv.push_back(srv(port, kOwnHost));
  }
  const Plan made = plan_for(wanted, found);
  CHECK(made.kind == Kind::kHeld);
  CHECK_FALSE(made.why.empty());
  CHECK(withdrawal(found, 7).kind != Kind::kChange);
}

TEST_CASE("Plan: what a cluster registers itself comes before what a bridge does") {
  const Entry itself = entry({"30740 203.0.113.7"});
  const Entry bridged = entry({"30740 10.0.0.7"}, "bridge-1");
  SECTION("a bridge leaves it alone") {
    CHECK(plan_for(bridged, after({{1, itself}}), 9).kind == Kind::kHeld);
  }
  SECTION("it takes over from a bridge") {
    const Plan made = plan_for(itself, after({{9, bridged}}), 1);
    REQUIRE(made.kind == Kind::kChange);
    CHECK(made.after.a == std::vector{a("203.0.113.7")});
    CHECK_FALSE(has(items(made.after), "via=bridge-1"));
  }
  SECTION("a bridge leaves another's alone") {
    CHECK(plan_for(entry({"30740 10.0.0.7"}, "bridge-2"), after({{9, bridged}}), 8).kind ==
          Kind::kHeld);
  }
  SECTION("until that has ended") {
    const Plan made =
        plan_for(entry({"30740 10.0.0.8"}, "bridge-2"), after({{9, bridged}}), 8, kNow + 3600);
    REQUIRE(made.kind == Kind::kChange);
    CHECK(made.after.a == std::vector{a("10.0.0.8")});
    CHECK(has(items(made.after), "via=bridge-2"));
  }
}

TEST_CASE("Plan: more agents than a cluster has are turned away") {
  Records found;
  for (AgentTag agent = 1; agent <= kMaxAgents; ++agent) {
    found = plan_for(entry({std::to_string(1000 + agent) + " lb.example.org"}), found, agent).after;
  }
  CHECK(plan_for(entry({"9 lb.example.org"}), found, 99).kind == Kind::kHeld);
  CHECK(plan_for(entry({"1001 lb.example.org"}), found, 1).kind == Kind::kSettled);
}

TEST_CASE("Lease: what cannot be read is no lease, and what was written is read") {
  TxtRecord text;
  text.add("id", "milan-1");
  text.add("until", "soon");
  text.add("lease.1", "5");
  text.add("lease.0000000g", "5");
  text.add("lease.00000001", "x,00000001");
  text.add("lease.00000002", "5,123");
  const InstanceText read = read_text(text);
  CHECK_FALSE(read.until);
  CHECK(read.leases.empty());
  CHECK(read.others.items().size() == 1);
  const Leases leases = {{0xABCDEF01, {kNow, {1, 0xFFFFFFFF}}}, {2, {kNow + 5, {}}}};
  const InstanceText again = read_text(write_text(read.others, "bridge-1", leases));
  CHECK(again.leases == leases);
  CHECK(again.until == kNow + 5);
  CHECK(again.via == "bridge-1");
  CHECK(again.id == "milan-1");
}

}  // namespace
}  // namespace liqo::registrar
