#include "agent/check/run.h"

#include <map>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/check/sides.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;

class FakeHttps final : public probe::Https {
 public:
  Question get(probe::HttpsRequest request, Done done) override {
    auto question = std::make_shared<int>(0);
    const std::string path = request.path;
    asked[path] = {std::move(request), std::move(done), question};
    return question;
  }
  struct Asked {
    probe::HttpsRequest request;
    Done done;
    std::weak_ptr<void> question;
  };
  std::map<std::string, Asked> asked;
};

struct Check {
  explicit Check(const Pair& pair)
      : run(check::Run::create(
            loop, https, pair.own, pair.network, std::make_shared<const Cluster>(pair.cluster), {},
            {[this](const check::Row& row) { rows.push_back(row); },
             [this](const check::Verdict& its_verdict) { verdict = its_verdict; }})) {}

  void answer(const std::string& path, int status, const std::string& body = "") {
    probe::HttpsOutcome outcome;
    outcome.stage = probe::HttpsStage::kDone;
    outcome.status = status;
    outcome.body = body;
    https.asked.at(path).done(outcome);
  }
  [[nodiscard]] bool has(std::string_view requirement) const {
    return std::any_of(rows.begin(), rows.end(), [requirement](const check::Row& row) {
      return row.requirement == requirement && row.direction != check::Direction::kOurs;
    });
  }

  loop::Loop loop;
  FakeHttps https;
  std::vector<check::Row> rows;
  std::optional<check::Verdict> verdict;
  std::unique_ptr<check::Run> run;
};

Pair pair_without_gateway() {
  Pair pair = Pair().ours("cloud", "198.51.100.1").theirs("cloud", "203.0.113.7");
  pair.cluster.endpoints[index_of(Service::kGateway)].reset();
  return pair;
}

}  // namespace

TEST_CASE("Check: every row is told once, as it is known, and the verdict last") {
  Check check(pair_without_gateway());
  CHECK(check.rows.empty());
  CHECK(check.run->setting().scenario == check::Scenario::kCloudToCloud);
  REQUIRE(run_until(check.loop, [&] { return check.rows.size() == 5; }));
  CHECK(check.https.asked.at("/ids").request.port == 443);
  CHECK(check.https.asked.at("/livez").request.port == 6443);
  CHECK(check.https.asked.at("/ids").request.addresses == std::vector{ip("203.0.113.7")});
  check.answer("/livez", 200, "ok");
  REQUIRE(run_until(check.loop, [&] { return check.has("api"); }));
  CHECK_FALSE(check.verdict);
  check.answer("/ids", 200, R"({"clusterId":"turin-id"})");
  REQUIRE(run_until(check.loop, [&] { return check.verdict.has_value(); }));
  CHECK(check.rows.size() == 8);
  CHECK(check.rows.back().requirement == "one-gateway");
  CHECK(check.verdict->holds);
}

TEST_CASE("Check: a gateway that is refused is told as such") {
  Pair pair = pair_without_gateway();
  Endpoint gateway;
  gateway.host = *DomainName::parse("localhost");
  gateway.port = 1;  // nobody listens there
  gateway.addresses = {ip("127.0.0.1")};
  pair.cluster.endpoints[index_of(Service::kGateway)] = gateway;
  Check check(pair);
  REQUIRE(run_until(check.loop, [&] { return check.has("gateway"); }));
  const auto row = std::find_if(check.rows.begin(), check.rows.end(), [](const check::Row& each) {
    return each.requirement == "gateway" && each.direction == check::Direction::kTheirs;
  });
  CHECK(row->outcome == check::Outcome::kFailed);
}

TEST_CASE("Check: a cluster with nothing to try is judged at once") {
  Pair pair;
  pair.ours("cloud", "198.51.100.1");
  Check check(pair);
  REQUIRE(run_until(check.loop, [&] { return check.verdict.has_value(); }));
  CHECK_FALSE(check.verdict->holds);
  CHECK(check.rows.size() == 8);
}

TEST_CASE("Check: may end at any time, its questions with it") {
  Check check(pair_without_gateway());
  run_until(check.loop, [&] { return !check.rows.empty(); });
  check.run.reset();
  for (const auto& [path, asked] : check.https.asked) CHECK(asked.question.expired());
}

}  // namespace liqo::test
