#include "agent/identity_watcher.h"

#include <deque>

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

/// Answers when the test says so.
class FakeHttps final : public probe::Https {
 public:
  struct Asked {
    probe::HttpsRequest request;
    Done done;
    std::weak_ptr<void> question;
  };

  Question get(probe::HttpsRequest request, Done done) override {
    auto question = std::make_shared<int>(0);
    asked.push_back({std::move(request), std::move(done), question});
    return question;
  }

  /// To the oldest that is still wanted. False where there is none.
  bool answer(int status, const std::string& body, const std::string& fingerprint = "sha256:aa") {
    probe::HttpsOutcome outcome;
    outcome.stage = probe::HttpsStage::kDone;
    outcome.status = status;
    outcome.body = body;
    outcome.fingerprint = fingerprint;
    return tell(outcome);
  }
  bool refuse() {
    probe::HttpsOutcome outcome;
    outcome.error = {Errc::kRefused, "connection refused"};
    return tell(outcome);
  }
  bool tell(const probe::HttpsOutcome& outcome) {
    while (!asked.empty()) {
      const Asked next = std::move(asked.front());
      asked.pop_front();
      if (next.question.expired()) continue;
      next.done(outcome);
      return true;
    }
    return false;
  }

  std::deque<Asked> asked;
};

struct Agent {
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  RegistryDriver driver{loop, registry};
  FakeHttps https;
  IdentityWatcher watcher{loop, registry, driver, https};

  explicit Agent(bool ids = true) {
    watcher.configure({ids});
    const LocalNetwork network{{{ip("10.0.0.9"), 24, 2}}};
    registry.set_local_network(network, read_clocks());
    watcher.set_local_network(network);
  }
  void see(const Peer& peer) {
    driver.seen(peer.sighting(), EvidenceMethod::kMdns);
    run_until(loop, [&] { return registry.clusters().contains(peer.id); });
  }
  bool wait_asked() {
    return run_until(loop, [&] { return !https.asked.empty(); });
  }
  bool wait_identity(Identity identity, const ClusterId& id = "milan-id") {
    return run_until(loop, [&] {
      const auto found = registry.clusters().find(id);
      return found != registry.clusters().end() && found->second->identity == identity;
    });
  }
};

constexpr const char* kMilan = R"({"clusterId":"milan-id","clusterName":"milan"})";

}  // namespace

TEST_CASE("Identity watcher: a new auth endpoint is asked who it is") {
  Agent agent;
  agent.see({});
  REQUIRE(agent.wait_asked());
  const probe::HttpsRequest& request = agent.https.asked.front().request;
  CHECK(request.host == "node1.local");
  CHECK(request.port == 30740);
  CHECK(request.path == "/ids");
  CHECK(request.addresses == std::vector{ip("10.0.0.1")});
  agent.https.answer(200, kMilan);
  CHECK(agent.wait_identity(Identity::kConfirmed));
  CHECK(agent.registry.clusters().at("milan-id")->name == "milan");
  CHECK(agent.watcher.counters().asked == 1);
  CHECK(agent.watcher.counters().answered == 1);
  CHECK(agent.watcher.counters().waiting == 0);

  SECTION("and again when someone wants to know") {
    agent.watcher.ask("milan-id");
    REQUIRE_FALSE(agent.https.asked.empty());
    agent.https.answer(200, kMilan, "sha256:bb");
    CHECK(agent.wait_identity(Identity::kChanged));
  }
  SECTION("and when it is elsewhere") {
    agent.see({.addresses = {"10.0.0.2"}});
    CHECK(agent.wait_asked());
  }
}

TEST_CASE("Identity watcher: what is no answer leaves the claim as it is, and is asked again") {
  Agent agent;
  agent.see({});
  REQUIRE(agent.wait_asked());
  CHECK(agent.watcher.is_asking("milan-id"));
  int flushes = 0;
  agent.driver.set_flush_handler([&] { ++flushes; });
  std::string told;
  agent.watcher.set_outcome_handler(
      [&](const Sighting&, const Result<void>& outcome) { told = outcome.error().detail; });
  SECTION("refused") {
    agent.https.refuse();
    CHECK(told == "connection refused");
  }
  SECTION("not found") {
    agent.https.answer(404, kMilan);
    CHECK(told == "/ids was answered with HTTP status 404; expected 200");
  }
  CHECK(agent.registry.clusters().at("milan-id")->identity == Identity::kClaimed);
  CHECK(agent.watcher.counters().waiting == 1);
  CHECK(agent.watcher.counters().in_flight == 0);
  // Who waits for its outcome is woken by the flush, and finds that nobody is asked.
  CHECK_FALSE(agent.watcher.is_asking("milan-id"));
  CHECK(run_until(agent.loop, [&] { return flushes > 0; }));
}

TEST_CASE("Identity watcher: one that goes while it is asked is forgotten") {
  Agent agent;
  agent.see({});
  REQUIRE(agent.wait_asked());
  agent.registry.unseen(Peer().key(), Gone::kRemoved, read_clocks());
  agent.registry.drop_source(Source::kLan, Gone::kRemoved, read_clocks());
  agent.driver.touched();
  CHECK(run_until(agent.loop, [&] { return agent.registry.clusters().empty(); }));
  CHECK_FALSE(agent.https.answer(200, kMilan));
}

TEST_CASE("Identity watcher: asks only where a source may send it, and only auth endpoints") {
  Agent agent;
  Peer peer;
  SECTION("another network") { peer.addresses = {"203.0.113.7"}; }
  SECTION("a bogus zone") {
    peer = dns_peer();
    peer.dnssec = Dnssec::kBogus;
  }
  SECTION("the API server") { peer.service = Service::kApi; }
  agent.see(peer);
  run_for(agent.loop, 400ms);
  CHECK(agent.watcher.counters().waiting == 0);
  CHECK(agent.https.asked.empty());
}

TEST_CASE("Identity watcher: asks nobody when it is told not to") {
  Agent agent(false);
  agent.see({});
  agent.watcher.ask("milan-id");
  CHECK(agent.watcher.counters().waiting == 0);
  SECTION("until it is told to") {
    agent.watcher.configure({true});
    CHECK(agent.wait_asked());
    agent.watcher.configure({false});
    CHECK_FALSE(agent.https.answer(200, kMilan));
  }
}

TEST_CASE("Identity watcher: at most six of one source are asked at once") {
  Agent agent;
  for (int i = 0; i < 20; ++i) agent.see({.id = "c" + std::to_string(i)});
  REQUIRE(run_until(agent.loop, [&] { return agent.watcher.counters().in_flight == 6; }));
  run_for(agent.loop, 300ms);
  CHECK(agent.https.asked.size() == 6);
  agent.https.refuse();
  CHECK(agent.watcher.counters().in_flight == 6);
  CHECK(agent.watcher.counters().asked == 7);
}

TEST_CASE("Identity watcher: all of them are asked again, however many they are") {
  Agent agent;
  const std::size_t many = IdentityWatcher::kBatch * 2 + 1;
  for (std::size_t i = 0; i < many; ++i) {
    const Peer peer{.id = "c" + std::to_string(i)};
    agent.registry.seen(peer.sighting(), EvidenceMethod::kMdns, read_clocks());
    agent.registry.identified(peer.sighting(), {peer.id, "", "sha256:aa", {}}, read_clocks());
  }
  agent.driver.touched();
  REQUIRE(run_until(agent.loop, [&] { return agent.registry.clusters().size() == many; }));
  CHECK(agent.watcher.counters().waiting == 0);
  agent.watcher.ask_all();
  CHECK(run_until(agent.loop, [&] { return agent.watcher.counters().waiting == many; }));
}

TEST_CASE("Identity watcher: an address of this host that comes later makes others askable") {
  Agent agent;
  agent.see({.addresses = {"192.168.7.1"}});
  CHECK(agent.watcher.counters().waiting == 0);
  agent.watcher.set_local_network({{{ip("192.168.7.9"), 24, 2}}});
  CHECK(agent.wait_asked());
}

TEST_CASE("Identity watcher: what was added by hand is proved by its answer") {
  Agent agent;
  Peer peer;
  peer.source = Source::kManual;
  peer.domain = ".";
  peer.interface = 0;
  peer.instance = "manual-1";
  peer.addresses = {"203.0.113.7"};
  Sighting sighting = peer.sighting();
  sighting.unnamed = true;
  agent.driver.seen(sighting, EvidenceMethod::kManual);
  REQUIRE(agent.wait_asked());
  agent.https.answer(200, kMilan);
  CHECK(agent.wait_identity(Identity::kConfirmed));
  CHECK_FALSE(agent.registry.clusters().contains("manual-1"));
  CHECK(agent.registry.clusters().at("milan-id")->state == State::kFresh);
}

}  // namespace liqo::test
