#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::json;
using namespace std::string_literals;

TEST_CASE("Control: for root, the agent's user, and its group; nobody else") {
  House house;
  house.see({.id = "a"});
  const auto outcome = [&](uid_t uid, gid_t gid, std::vector<gid_t> groups) {
    return house.client_of(uid, gid, std::move(groups))
        ->error_of(method("Report"), {{"cluster", "a"}});
  };
  CHECK(outcome(0, 0, {}).empty());
  CHECK(outcome(1000, 4000, {}).empty());
  CHECK(outcome(77, 1000, {}).empty());
  CHECK(outcome(77, 4000, {3, 1000}).empty());
  CHECK(outcome(77, 4000, {3, 4}) == method("PermissionDenied"));
  CHECK(house.client_of(77)->error_of(method("Refresh")) == method("PermissionDenied"));
  CHECK(house.actions.size() == 4);
}

TEST_CASE("Control: refresh and report begin their action and answer at once") {
  House house;
  house.see({.id = "aaaa-1", .txt = txt({{"name", "milan"}})});
  auto client = house.client();
  CHECK(client->ask(method("Refresh")).is_object());
  CHECK(client->ask(method("Refresh"), {{"cluster", "milan"}}).is_object());
  CHECK(client->ask(method("Report"), {{"cluster", "aaaa"}}) == Json::object());
  CHECK(house.actions == std::vector<std::string>{"refresh", "refresh aaaa-1", "report aaaa-1"});
  CHECK(client->error_of(method("Report"), {{"cluster", "rome"}}) == method("NoSuchCluster"));
  CHECK(client->error_of(method("Report")) == "org.varlink.service.InvalidParameter");
  CHECK(client->error_of(method("Refresh"), {{"wait", 3}}) ==
        "org.varlink.service.InvalidParameter");
}

TEST_CASE("Control: with wait a report tells what became of the cluster") {
  House house;
  const Peer peer{.id = "a"};
  house.see(peer);
  auto client = house.client();
  client->call(method("Report"), {{"cluster", "a"}, {"wait", true}});
  run_for(house.loop, 20ms);
  client->pump();
  CHECK(client->received_octets() == 0);

  SECTION("it answered") {
    house.registry->evidence(peer.key(), EvidenceMethod::kQuery, read_clocks());
    house.flush();
    CHECK(client->receive()["parameters"]["outcome"] == "fresh");
  }
  SECTION("it was silent") {
    house.pass(RegistryOptions().suspect_limit);
    CHECK(client->receive()["parameters"]["outcome"] == "gone");
  }
}

const Peer kDnsPeer{.id = "a", .source = Source::kDns, .domain = "example.com"};

/// Reports cluster "a", which these see, and has the DNS servers answer that name it, if they do.
std::unique_ptr<VarlinkClient> report(House& house, const std::vector<Peer>& peers,
                                      bool dns_answers) {
  for (const Peer& peer : peers) house.see(peer);
  auto client = house.client();
  run_for(house.loop, 5ms);  // what comes now is later than what was seen
  client->call(method("Report"), {{"cluster", "a"}, {"wait", true}});
  run_until(house.loop, [&] { return !house.actions.empty(); });
  if (!dns_answers) return client;
  house.registry->seen(kDnsPeer.sighting(), EvidenceMethod::kDns, read_clocks());
  house.flush();
  run_for(house.loop, 20ms);
  client->pump();
  return client;
}

TEST_CASE("Control: DNS servers that are silent prove nothing, and remove nothing") {
  House house;
  auto client = report(house, {kDnsPeer}, false);
  house.pass(RegistryOptions().suspect_limit);
  CHECK(client->receive()["parameters"] == Json{{"outcome", "suspect"}});
  CHECK(house.registry->clusters().contains("a"));
}

TEST_CASE("Control: what DNS still names is fresh, and it is told whether anybody answered there") {
  api::Limits limits;
  SECTION("the authentication server did") {
    House house(limits);
    house.status.asking_server = true;
    auto client = report(house, {kDnsPeer}, true);
    CHECK(client->received_octets() == 0);
    house.registry->identified(kDnsPeer.sighting(), {"a", "", "sha256:aa", {}}, read_clocks());
    house.flush();
    CHECK(client->receive()["parameters"] == Json{{"outcome", "fresh"}, {"evidence", {"ids"}}});
  }
  SECTION("nobody did in the time that an authentication server has") {
    limits.server_time = 50ms;
    House house(limits);
    house.status.asking_server = true;
    auto client = report(house, {kDnsPeer}, true);
    CHECK(client->receive()["parameters"] == Json{{"outcome", "fresh"}, {"evidence", {"dns"}}});
  }
  SECTION("the authentication server refused, which is known at once") {
    House house(limits);
    house.status.asking_server = true;
    auto client = report(house, {kDnsPeer}, true);
    CHECK(client->received_octets() == 0);
    house.status.asking_server = false;
    house.server->sources_changed();
    CHECK(client->receive()["parameters"] == Json{{"outcome", "fresh"}, {"evidence", {"dns"}}});
  }
  SECTION("nobody is asked") {
    House house(limits);
    auto client = report(house, {kDnsPeer}, true);
    CHECK(client->receive()["parameters"] == Json{{"outcome", "fresh"}, {"evidence", {"dns"}}});
  }
}

TEST_CASE("Control: who answers and is not believed is told at once") {
  House house;
  const Peer peer{.id = "a", .source = Source::kManual};
  const auto answers = [&](const ClusterId& id, const std::string& fingerprint) {
    const Now now = read_clocks();
    house.registry->identified(peer.sighting(), {id, "", fingerprint, now.wall}, now);
    house.flush();
  };
  house.see(peer);
  answers("a", "sha256:aa");
  // Once more the same is no event.
  if (GENERATE(false, true)) answers("a", "sha256:bb");
  auto client = report(house, {}, false);
  CHECK(client->received_octets() == 0);
  answers("a", "sha256:bb");
  house.server->sources_changed();
  CHECK(client->receive()["parameters"] == Json{{"outcome", "suspect"}, {"identity", "changed"}});
}

TEST_CASE("Control: what the LAN still may answer is waited for, though DNS has") {
  api::Limits limits;
  limits.server_time = 1ms;
  House house(limits);
  const Peer lan{.id = "a"};
  auto client = report(house, {lan, kDnsPeer}, true);
  CHECK(client->received_octets() == 0);
  SECTION("it answers") {
    house.registry->evidence(lan.key(), EvidenceMethod::kQuery, read_clocks());
    house.flush();
    CHECK(client->receive()["parameters"] ==
          Json{{"outcome", "fresh"}, {"evidence", {"query", "dns"}}});
  }
  SECTION("it is silent, and Avahi's cache is no answer") {
    house.registry->seen(Peer{.id = "a", .interface = 4}.sighting(), EvidenceMethod::kCached,
                         read_clocks());
    house.flush();
    run_for(house.loop, 20ms);
    client->pump();
    CHECK(client->received_octets() == 0);
    house.pass(RegistryOptions().suspect_limit + 1s);
    CHECK(client->receive()["parameters"] == Json{{"outcome", "fresh"}, {"evidence", {"dns"}}});
  }
}

TEST_CASE("Control: an outcome that is not known in time is told as it is") {
  api::Limits limits;
  limits.outcome_time = 30ms;
  House house(limits);
  house.see({.id = "a"});
  auto client = house.client();
  CHECK(client->ask(method("Report"), {{"cluster", "a"}, {"wait", true}})["outcome"] == "suspect");
  house.status.all_synced = false;
  CHECK(client->ask(method("Refresh"), {{"wait", true}})["outcome"] == "suspect");
}

TEST_CASE("Control: a refresh of all ends when every source has looked again") {
  House house;
  house.status.all_synced = false;
  auto client = house.client();
  client->call(method("Refresh"), {{"wait", true}});
  run_for(house.loop, 20ms);
  house.status.all_synced = true;
  house.server->sources_changed();
  CHECK(client->receive()["parameters"]["outcome"] == "fresh");
}

/// A cluster whose auth endpoint showed two certificates, one after the other.
void see_changed(House& house, const Peer& peer) {
  house.see(peer);
  for (const char* fingerprint : {"sha256:aa", "sha256:bb"}) {
    house.registry->identified(peer.sighting(), {peer.id, "", fingerprint, {}}, read_clocks());
  }
  house.flush();
}

TEST_CASE("Trust: answers with the cluster once its certificate is kept") {
  House house;
  see_changed(house, {.id = "a"});
  auto client = house.client();
  client->call(method("Trust"), {{"cluster", "a"}});
  run_until(house.loop, [&] { return house.kept != nullptr; });
  run_for(house.loop, 20ms);
  client->pump();
  CHECK(client->received_octets() == 0);
  SECTION("it is") {
    house.kept({});
    const Json cluster = client->receive()["parameters"]["cluster"];
    CHECK(cluster["identity"] == "confirmed");
    CHECK(cluster["fingerprint"] == "sha256:bb");
    CHECK(client->ask(method("Trust"), {{"cluster", "a"}})["cluster"]["identity"] == "confirmed");
  }
  SECTION("it cannot be") {
    house.kept(Error{Errc::kIo, "no space"});
    const Json reply = client->receive();
    CHECK(reply["error"] == method("StorageFailed"));
    CHECK(reply["parameters"]["reason"] == "no space");
  }
  SECTION("the client left meanwhile") {
    client.reset();
    run_for(house.loop, 20ms);
    house.kept({});
  }
}

TEST_CASE("Trust: accepts the certificate that is named and no other") {
  House house;
  see_changed(house, {.id = "a"});
  auto client = house.client();
  client->call(method("Trust"), {{"cluster", "a"}, {"fingerprint", "sha256:cc"}});
  const Json refused = client->receive();
  CHECK(refused["error"] == method("InvalidArgument"));
  CHECK(refused["parameters"]["parameter"] == "fingerprint");
  CHECK(client->ask(method("Trust"),
                    {{"cluster", "a"}, {"fingerprint", "sha256:aa"}})["cluster"]["identity"] ==
        "changed");
  client->call(method("Trust"), {{"cluster", "a"}, {"fingerprint", "sha256:bb"}});
  run_until(house.loop, [&] { return house.kept != nullptr; });
  house.kept({});
  CHECK(client->receive()["parameters"]["cluster"]["fingerprint"] == "sha256:bb");
}

TEST_CASE("Trust: needs a certificate to accept, a cluster, and the right to it") {
  House house;
  house.see({.id = "a"});
  auto client = house.client();
  CHECK(client->error_of(method("Trust"), {{"cluster", "a"}}) == method("InvalidArgument"));
  CHECK(client->error_of(method("Trust"), {{"cluster", "b"}}) == method("NoSuchCluster"));
  CHECK(client->error_of(method("Trust")) == "org.varlink.service.InvalidParameter");
  CHECK(house.client_of(77)->error_of(method("Trust"), {{"cluster", "a"}}) ==
        method("PermissionDenied"));
  CHECK(house.actions.empty());
}

Peer by_hand(const std::string& id) {
  Peer peer{.id = id, .interface = 0, .source = Source::kManual, .domain = "."};
  peer.record = "https://auth.example.com:443";
  return peer;
}

TEST_CASE("Add: answers with the cluster, and with what is not well") {
  House house;
  auto client = house.client();
  client->call(method("Add"), {{"url", "https://auth.example.com"}, {"name", "milan"}});
  REQUIRE(run_until(house.loop, [&] { return house.added != nullptr; }));
  CHECK(house.actions == std::vector<std::string>{"add https://auth.example.com milan"});
  SECTION("it answered") {
    house.see({.id = "other"});
    house.see(by_hand("milan-id"));
    house.added(api::Added{"https://auth.example.com:443", ""});
    const Json reply = client->receive()["parameters"];
    CHECK(reply["cluster"]["id"] == "milan-id");
    CHECK(reply["url"] == "https://auth.example.com:443");
    CHECK(reply["problem"].is_null());
  }
  SECTION("it has no address") {
    house.added(api::Added{"https://auth.example.com:443", "no such name"});
    const Json reply = client->receive()["parameters"];
    CHECK(reply["cluster"].is_null());
    CHECK(reply["problem"] == "no such name");
  }
  SECTION("it cannot be kept") {
    house.added(Error{Errc::kIo, "no space"});
    CHECK(client->receive()["error"] == method("StorageFailed"));
  }
}

TEST_CASE("Add: refuses what is no URL or no name, too many, and strangers") {
  House house;
  auto client = house.client();
  const auto outcome = [&](const Json& parameters) {
    return client->error_of(method("Add"), parameters);
  };
  CHECK(outcome({{"url", "nonsense"}}) == method("InvalidArgument"));
  for (const auto& [url, limit] : {std::pair("full", "manualEntries"), {"busy", "manualChanges"}}) {
    client->call(method("Add"), {{"url", url}});
    const Json refused = client->receive();
    CHECK(refused["error"] == method("LimitReached"));
    CHECK(refused["parameters"]["limit"] == limit);
  }
  CHECK(outcome(Json::object()) == "org.varlink.service.InvalidParameter");
  for (const std::string& name : {""s, "a\nb"s, std::string(251, 'a')}) {
    CHECK(outcome({{"url", "https://a.example"}, {"name", name}}) == method("InvalidArgument"));
  }
  CHECK(house.client_of(77)->error_of(method("Add"), {{"url", "https://a.example"}}) ==
        method("PermissionDenied"));
  CHECK(house.actions.empty());
}

TEST_CASE("Remove: of a cluster, a URL or a name, once that is kept") {
  House house;
  house.see(by_hand("milan-id"));
  auto client = house.client();
  client->call(method("Remove"), {{"cluster", "milan"}});
  REQUIRE(run_until(house.loop, [&] { return house.kept != nullptr; }));
  house.kept({});
  CHECK(client->receive()["parameters"] == Json::object());
  client->call(method("Remove"), {{"cluster", "https://b.example"}});
  REQUIRE(run_until(house.loop, [&] { return house.actions.size() == 2; }));
  house.kept(Error{Errc::kIo, "read-only"});
  CHECK(client->receive()["error"] == method("StorageFailed"));
  CHECK(house.actions ==
        std::vector<std::string>{"remove milan milan-id", "remove https://b.example -"});
}

TEST_CASE("Remove: says who sees a cluster that was not added") {
  House house;
  house.removable = false;
  house.see({.id = "a"});
  auto client = house.client();
  client->call(method("Remove"), {{"cluster", "a"}});
  const Json reply = client->receive();
  CHECK(reply["error"] == method("InvalidArgument"));
  CHECK(reply["parameters"]["reason"] == "it was not added by hand; it is seen by lan");
  CHECK(client->error_of(method("Remove"), {{"cluster", "b"}}) == method("NoSuchCluster"));
}

TEST_CASE("Check: the scenario at once, each row as it is known, and the verdict last") {
  House house;
  house.see({.id = "a"});
  auto client = house.client();
  client->call(method("Check"), {{"cluster", "a"}}, /*more=*/true);
  Json reply = client->receive();
  CHECK(reply["continues"] == true);
  CHECK(reply["parameters"]["scenario"] ==
        Json{{"name", "same-lan"}, {"reason", "they are on a link"}});
  REQUIRE(house.checks.size() == 1);
  check::Row row{.requirement = "auth", .outcome = check::Outcome::kFailed};
  row.tried = "TCP";
  row.time = 12ms;
  house.checks[0]->handlers.row(row);
  reply = client->receive();
  CHECK(reply["continues"] == true);
  CHECK(reply["parameters"]["row"] == Json{{"requirement", "auth"},
                                           {"direction", "to-them"},
                                           {"outcome", "failed"},
                                           {"advertised", nullptr},
                                           {"exposure", nullptr},
                                           {"tried", "TCP"},
                                           {"milliseconds", 12},
                                           {"detail", nullptr},
                                           {"advice", nullptr}});
  house.checks[0]->handlers.verdict({false, "not ready"});
  reply = client->receive();
  CHECK_FALSE(reply.contains("continues"));
  CHECK(reply["parameters"]["verdict"] == Json{{"holds", false}, {"summary", "not ready"}});
  CHECK(run_until(house.loop, [&] { return house.checks.empty(); }));
}

TEST_CASE("Check: ends with its client, and no more than four at once") {
  House house;
  house.see({.id = "a"});
  std::vector<std::unique_ptr<VarlinkClient>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(house.client());
    clients.back()->call(method("Check"), {{"cluster", "a"}}, /*more=*/true);
    clients.back()->receive();
  }
  auto client = house.client();
  client->call(method("Check"), {{"cluster", "a"}}, /*more=*/true);
  CHECK(client->receive()["error"] == method("LimitReached"));
  clients.clear();
  CHECK(run_until(house.loop, [&] { return house.checks.empty(); }));
  CHECK(client->error_of(method("Check"), {{"cluster", "a"}}) ==
        "org.varlink.service.ExpectedMore");
  client->call(method("Check"), {{"cluster", "b"}}, /*more=*/true);
  CHECK(client->receive()["error"] == method("NoSuchCluster"));
}

}  // namespace
}  // namespace liqo::test
