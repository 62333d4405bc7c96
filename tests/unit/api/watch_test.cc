#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::json;

/// Watches, and writes down what it is told: "1 added snapshot milan-id", "2 sync".
class Watcher {
 public:
  explicit Watcher(House& house, Json parameters = Json::object()) : client_(house.client()) {
    client_->call(method("Watch"), std::move(parameters), /*more=*/true);
  }

  /// Everything up to the next event of this kind.
  std::vector<std::string> until(const std::string& event) {
    for (;;) {
      for (std::size_t i = 0; i < pending_.size(); ++i) {
        if (pending_[i].find(event) == std::string::npos) continue;
        const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        std::vector<std::string> told(pending_.begin(), end);
        pending_.erase(pending_.begin(), end);
        return told;
      }
      const Json reply = client_->receive();
      if (reply.is_null()) throw std::runtime_error("never told: " + event);
      CHECK(reply["continues"] == true);
      CHECK(reply["parameters"]["events"].size() <= 256);
      for (const Json& told : reply["parameters"]["events"]) pending_.push_back(line(told));
    }
  }
  VarlinkClient& client() { return *client_; }

 private:
  static std::string line(const Json& event) {
    std::string text = event["seq"].dump() + " " + event["event"].get<std::string>();
    if (event.contains("reason")) text += " " + event["reason"].get<std::string>();
    if (event.contains("cluster")) text += " " + event["cluster"]["id"].get<std::string>();
    return text;
  }

  std::unique_ptr<VarlinkClient> client_;
  std::vector<std::string> pending_;
};

using Lines = std::vector<std::string>;

TEST_CASE("Watch: a snapshot, sync, then every change") {
  House house;
  house.see({.id = "a"});
  house.see({.id = "b"});
  Watcher watcher(house);
  CHECK(watcher.until("sync") == Lines{"1 added snapshot a", "2 added snapshot b", "3 sync"});
  house.see({.id = "c"});
  CHECK(watcher.until("c") == Lines{"4 added discovered c"});
  house.see({.id = "c", .port = 1});
  CHECK(watcher.until("c") == Lines{"5 changed updated c"});
  house.report("a");
  CHECK(watcher.until("a") == Lines{"6 changed suspect a"});
  house.lose({.id = "c"});
  CHECK(watcher.until("removed") == Lines{"7 removed withdrawn-or-expired c"});
}

TEST_CASE("Watch: has to be called with `more`") {
  House house;
  CHECK(house.client()->error_of(method("Watch")) == "org.varlink.service.ExpectedMore");
}

TEST_CASE("Watch: a snapshot of many comes in pieces, and each cluster once") {
  House house;
  house.see_many(700);
  Watcher watcher(house);
  const Lines told = watcher.until("sync");
  REQUIRE(told.size() == 701);
  CHECK(told.front() == "1 added snapshot c00000");
  CHECK(told[699] == "700 added snapshot c00699");
}

TEST_CASE("Watch: what changes while the snapshot is told is told once, and in the end right") {
  House house;
  house.see_many(1500, std::string(200, 'x'));  // more than the socket takes at once
  Watcher watcher(house);
  // The snapshot is stuck in the middle.
  REQUIRE(run_until(house.loop, [&] {
    watcher.client().pump();
    return watcher.client().received_octets() > 0;
  }));
  house.see({.id = "c00000", .port = 1});  // told already
  house.see({.id = "c01499", .port = 1});  // not yet
  house.lose({.id = "c01498"});
  house.see({.id = "zzz"});
  const Lines snapshot = watcher.until("sync");
  CHECK(snapshot.size() == 1501);  // one fewer, one more, and the sync
  CHECK(snapshot[snapshot.size() - 2] == "1500 added snapshot zzz");
  CHECK(watcher.until("c00000") == Lines{"1502 changed updated c00000"});
  house.see({.id = "end"});
  CHECK(watcher.until("end") == Lines{"1503 added discovered end"});
}

TEST_CASE("Watch: only what the sources asked for see") {
  House house;
  const Peer lan{.id = "both"};
  const Peer dns{.id = "both", .source = Source::kDns, .domain = "example.com"};
  house.see(lan);
  house.see({.id = "other"});
  Watcher watcher(house, {{"sources", {"dns"}}});
  CHECK(watcher.until("sync") == Lines{"1 sync"});
  house.see(dns);
  CHECK(watcher.until("both") == Lines{"2 added discovered both"});
  house.see({.id = "other", .port = 1});
  house.lose(dns);
  CHECK(watcher.until("both") == Lines{"3 removed withdrawn-or-expired both"});
  house.lose(lan);
  house.see({.id = "end", .source = Source::kDns, .domain = "example.com"});
  CHECK(watcher.until("end") == Lines{"4 added discovered end"});
}

TEST_CASE("Watch: who never reads starts over, once, with a new snapshot") {
  api::Limits limits;
  limits.watch_queue = 64 * 1024;
  limits.stall_time = 50ms;
  House house(limits);
  house.see({.id = "a"});
  Watcher watcher(house);
  watcher.until("sync");
  for (int i = 0; i < 2000; ++i) {  // far more than the socket and the queue hold together
    house.see({.id = "a", .port = static_cast<std::uint16_t>(1000 + i)});
    house.loop.turn();
  }
  run_for(house.loop, 100ms);  // longer than any other client may stall
  CHECK(house.server->counts().resyncs == 1);
  const Lines before = watcher.until("resync");
  CHECK(before.size() < 2000);
  const Lines after = watcher.until("sync");
  REQUIRE(after.size() == 2);
  CHECK(after[0].find("added snapshot a") != std::string::npos);
  house.see({.id = "b"});
  CHECK(watcher.until("b").size() == 1);
}

TEST_CASE("Watch: a change larger than the queue is told all the same") {
  api::Limits limits;
  limits.watch_queue = 16;
  House house(limits);
  Watcher watcher(house);
  watcher.until("sync");
  house.see({.id = "a"});
  CHECK(watcher.until("a") == Lines{"2 added discovered a"});
}

TEST_CASE("Watch: a new suffix tells everything anew") {
  House house;
  house.see({.id = "a"});
  Watcher watcher(house);
  watcher.until("sync");
  house.suffix = "clusters.internal";
  house.server->suffix_changed();
  CHECK(watcher.until(" sync") == Lines{"3 resync", "4 added snapshot a", "5 sync"});
}

TEST_CASE("Watch: who is gone is noticed without an event, half-closed or not") {
  House house;
  Watcher whole(house);
  whole.until("sync");
  Watcher half(house);
  half.until("sync");
  half.client().shut_down_sending();
  run_for(house.loop, 20ms);
  CHECK(house.server->counts().watchers == 2);
  house.see({.id = "a"});
  CHECK(half.until("a") == Lines{"2 added discovered a"});
  half.client().leave();
  whole.client().leave();
  CHECK(run_until(house.loop, [&] { return house.server->counts().connections == 0; }));
}

TEST_CASE("Watch: a call behind it would never be answered, and ends it") {
  House house;
  Watcher watcher(house);
  watcher.until("sync");
  watcher.client().call(method("Status"));
  CHECK(watcher.client().wait_for_hang_up());
  auto both = house.client();
  both->send(R"({"method":"io.liqo.Discovery.Watch","more":true})" + std::string(1, '\0') +
             R"({"method":"io.liqo.Discovery.Status"})" + std::string(1, '\0'));
  CHECK(both->wait_for_hang_up());
}

TEST_CASE("Watch: one change reaches two hundred watchers") {
  api::Limits limits;
  limits.max_connections_per_user = 256;
  House house(limits);
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < 200; ++i) watchers.push_back(std::make_unique<Watcher>(house));
  for (auto& watcher : watchers) watcher->until("sync");
  house.see({.id = "a"});
  for (auto& watcher : watchers) CHECK(watcher->until("a") == Lines{"2 added discovered a"});
}

}  // namespace
}  // namespace liqo::test
