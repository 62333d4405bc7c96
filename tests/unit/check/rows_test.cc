#include "agent/check/rows.h"

#include "tests/support/catch.h"
#include "tests/unit/check/sides.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;
using check::Outcome;
using check::Row;

Pair clouds() { return Pair().ours("cloud", "198.51.100.1").theirs("cloud", "203.0.113.7"); }
Pair behind_nat() { return Pair().ours("on-premise").theirs("cloud", "203.0.113.7"); }

probe::HttpsOutcome answered(int status, std::string body = "") {
  probe::HttpsOutcome outcome;
  outcome.stage = probe::HttpsStage::kDone;
  outcome.status = status;
  outcome.body = std::move(body);
  outcome.fingerprint = "sha256:aa";
  outcome.address = ip("203.0.113.7");
  outcome.total_time = 12ms;
  return outcome;
}

probe::HttpsOutcome stopped(probe::HttpsStage stage) {
  probe::HttpsOutcome outcome;
  outcome.stage = stage;
  outcome.error = {Errc::kTimedOut, "no answer"};
  outcome.address = ip("203.0.113.7");
  return outcome;
}

Row auth(const Pair& pair, const probe::HttpsOutcome& outcome) {
  Row row = check::their_row(pair.sides(), pair.setting(), Service::kAuth);
  check::judge_auth(row, pair.sides(), pair.setting(), outcome);
  return row;
}

Row api(const probe::HttpsOutcome& outcome) {
  const Pair pair = clouds();
  Row row = check::their_row(pair.sides(), pair.setting(), Service::kApi);
  check::judge_api(row, pair.setting(), outcome);
  return row;
}

constexpr const char* kTurin = R"({"clusterId":"turin-id","clusterName":"turin"})";

}  // namespace

TEST_CASE("Rows: an authentication server that names the cluster is what is wanted") {
  const Row row = auth(clouds(), answered(200, kTurin));
  CHECK(row.outcome == Outcome::kOk);
  CHECK(row.advertised == "node.example.com:443 (203.0.113.7)");
  CHECK(row.exposure == "LoadBalancer or Ingress");
  CHECK(row.tried == "TCP, TLS, GET /ids at 203.0.113.7");
  CHECK(row.detail == "it names this cluster, turin");
  CHECK(row.time == 12ms);
  CHECK(row.advice.empty());
}

TEST_CASE("Rows: how far a connection came decides what to change") {
  const Row none = auth(clouds(), stopped(probe::HttpsStage::kConnect));
  CHECK(none.outcome == Outcome::kFailed);
  CHECK(none.detail == "no TCP connection: no answer");
  CHECK(none.advice == "they should expose it as a LoadBalancer or an Ingress");
  const Row tls = auth(clouds(), stopped(probe::HttpsStage::kTls));
  CHECK(tls.outcome == Outcome::kFailed);
  CHECK(tls.advice == "something else listens there, or an Ingress that does not pass TLS on");
  CHECK(auth(clouds(), stopped(probe::HttpsStage::kAnswer)).outcome == Outcome::kFailed);
}

TEST_CASE("Rows: an authentication server that is another's is not") {
  CHECK(auth(clouds(), answered(200, R"({"clusterId":"rome-id"})")).detail ==
        "it says that it is another cluster, rome-id");
  CHECK(auth(clouds(), answered(200, "<html>")).outcome == Outcome::kFailed);
  CHECK(auth(clouds(), answered(404, kTurin)).outcome == Outcome::kFailed);
  Pair known = clouds();
  known.fingerprints = {"sha256:bb"};
  const Row changed = auth(known, answered(200, kTurin));
  CHECK(changed.outcome == Outcome::kFailed);
  CHECK(changed.advice ==
        "compare it with the server's own, then: liqo-discovery trust turin-id "
        "--fingerprint=sha256:aa");
}

TEST_CASE("Rows: an API server may be silent to strangers, and nothing else may answer for it") {
  CHECK(api(answered(200, "ok")).outcome == Outcome::kOk);
  CHECK(api(answered(200, "<html>welcome")).outcome == Outcome::kFailed);
  CHECK(api(answered(401)).outcome == Outcome::kOk);
  CHECK(api(answered(403)).outcome == Outcome::kOk);
  CHECK(api(answered(404)).outcome == Outcome::kFailed);
  CHECK(api(answered(500)).outcome == Outcome::kFailed);
  CHECK(api(stopped(probe::HttpsStage::kConnect)).advice ==
        "they should expose it as what the cloud provider gives it");
}

TEST_CASE("Rows: a gateway's silence is no proof of anything") {
  const Pair pair = behind_nat();
  const auto judged = [&pair](probe::UdpOutcome outcome) {
    Row row = check::their_row(pair.sides(), pair.setting(), Service::kGateway);
    check::judge_gateway(row, pair.setting(), ip("203.0.113.7"), outcome, 1s);
    return row;
  };
  CHECK(judged(probe::UdpOutcome::kSilent).outcome == Outcome::kUnknown);
  CHECK(judged(probe::UdpOutcome::kSilent).advice.empty());
  const Row refused = judged(probe::UdpOutcome::kRefused);
  CHECK(refused.outcome == Outcome::kFailed);
  CHECK(refused.advice == "they should expose it as a LoadBalancer");
  Row hidden = check::their_row(pair.sides(), pair.setting(), Service::kGateway);
  check::judge_gateway(hidden, pair.setting(), ip("192.168.7.7"), probe::UdpOutcome::kSilent, 1s);
  CHECK(hidden.outcome == Outcome::kUnknown);
  CHECK_FALSE(hidden.advice.empty());
  CHECK(judged(probe::UdpOutcome::kUnreachable).outcome == Outcome::kFailed);
  CHECK(judged(probe::UdpOutcome::kAnswered).outcome == Outcome::kFailed);
}

TEST_CASE("Rows: what is not advertised cannot be tried") {
  Pair pair = clouds();
  pair.cluster.endpoints = {};
  const auto row = [&pair](Service service) {
    return check::their_row(pair.sides(), pair.setting(), service);
  };
  CHECK(row(Service::kAuth).outcome == Outcome::kFailed);
  CHECK(row(Service::kApi).outcome == Outcome::kUnknown);
  CHECK(row(Service::kGateway).detail ==
        "not advertised: Liqo 0.10 and older tell only the authentication server");
  pair.cluster.identity = Identity::kMismatch;
  CHECK(row(Service::kApi).outcome == Outcome::kFailed);
  CHECK(row(Service::kApi).detail == "not used: the identity of this cluster is mismatch");
  CHECK(row(Service::kApi).advice == "do not peer with it: another cluster is at its address");
  pair.cluster.identity = Identity::kChanged;
  CHECK(row(Service::kAuth).advice.ends_with("liqo-discovery trust turin-id"));
}

TEST_CASE("Rows: our own side, as far as it can be told") {
  const auto row = [](const Pair& pair, Service service) {
    return check::our_row(pair.sides(), pair.setting(), service);
  };
  CHECK(row(clouds(), Service::kAuth).outcome == Outcome::kUnknown);
  CHECK(row(clouds(), Service::kAuth).advertised == "198.51.100.1 port 30740");
  CHECK(row(clouds(), Service::kAuth).exposure == "NodePort");
  const Row hidden = row(behind_nat(), Service::kGateway);
  CHECK(hidden.outcome == Outcome::kFailed);
  CHECK(hidden.advice ==
        "expose it as a NodePort with port-forwarding on the NAT, and tell its "
        "public address in [cluster.gateway]");
  Pair missing = clouds();
  missing.own->endpoints.clear();
  CHECK(row(missing, Service::kAuth).outcome == Outcome::kFailed);
  CHECK(row(missing, Service::kApi).outcome == Outcome::kUnknown);
  CHECK(row(missing, Service::kApi).advice == "name it in [cluster.api]");
  missing.own.reset();
  CHECK(row(missing, Service::kAuth).outcome == Outcome::kUnknown);
  const Pair lan = Pair().ours("on-premise").theirs("on-premise", "10.0.0.1", true);
  CHECK(row(lan, Service::kAuth).outcome == Outcome::kUnknown);
  CHECK(row(lan, Service::kAuth).advertised == "this host:30740 (10.0.0.9)");
}

TEST_CASE("Rows: one gateway of the two is enough") {
  const auto both = [](Outcome theirs, Outcome ours) {
    const Row row =
        check::one_gateway_row({.requirement = "gateway", .outcome = theirs},
                               {.requirement = "gateway", .outcome = ours}, behind_nat().setting());
    return row.outcome;
  };
  CHECK(both(Outcome::kFailed, Outcome::kFailed) == Outcome::kFailed);
  CHECK(both(Outcome::kFailed, Outcome::kUnknown) == Outcome::kUnknown);
  CHECK(both(Outcome::kUnknown, Outcome::kFailed) == Outcome::kUnknown);
  CHECK(both(Outcome::kUnknown, Outcome::kUnknown) == Outcome::kUnknown);
  const Row advised = check::one_gateway_row(
      {.requirement = "gateway", .outcome = Outcome::kFailed},
      {.requirement = "gateway", .outcome = Outcome::kFailed}, behind_nat().setting());
  CHECK(advised.advice == "they should expose it as a LoadBalancer");
}

TEST_CASE("Rows: versions of one minor peer") {
  const auto [ours, theirs, outcome] = GENERATE(table<std::string, std::string, Outcome>({
      {"v0.10.3", "v0.10.0", Outcome::kOk},
      {"0.10.3", "v0.10.3", Outcome::kOk},
      {"v0.10.3", "v0.9.4", Outcome::kFailed},
      {"v1.0.0", "v0.10.3", Outcome::kFailed},
      {"v1.0.0", "v1.0.0-rc.3", Outcome::kOk},
      {"", "v0.10.3", Outcome::kUnknown},
      {"v0.10.3", "", Outcome::kUnknown},
      {"v0.10.3", "latest", Outcome::kUnknown},
      {"v0.10.3", "v0", Outcome::kUnknown},
  }));
  Pair pair = clouds();
  pair.versions(ours, theirs);
  CHECK(check::version_row(pair.sides()).outcome == outcome);
  CHECK(check::version_row(pair.sides()).advice.empty() ==
        (outcome == Outcome::kOk || (outcome == Outcome::kUnknown && !ours.empty())));
}

TEST_CASE("Rows: the verdict is what stands against it") {
  const Row ok{.requirement = "auth", .outcome = Outcome::kOk};
  const Row silent{.requirement = "gateway"};
  const Row refused{.requirement = "gateway", .outcome = Outcome::kFailed};
  const Row dead{.requirement = "api", .outcome = Outcome::kFailed};
  CHECK(check::verdict_of({ok}).summary == "ready to peer");
  CHECK(check::verdict_of({ok, silent}).holds);
  CHECK(check::verdict_of({ok, refused}).holds);
  CHECK_FALSE(check::verdict_of({ok, dead}).holds);
  CHECK(check::verdict_of({ok, dead}).summary == "not ready to peer: api to-them");
}

TEST_CASE("Rows: what our own configuration leaves open") {
  Pair pair;
  pair.ours("cloud");
  const auto notes = check::own_notes(*pair.own, pair.network, true);
  REQUIRE(notes.size() == 4);
  CHECK(notes[2] ==
        "the network gateway is told with a private address, which no cluster across "
        "the Internet reaches ([cluster.gateway])");
  Pair good;
  good.ours("on-premise").versions("v0.10.3", "");
  CHECK(check::own_notes(*good.own, good.network, true).empty());
  good.own->endpoints.pop_back();
  CHECK(check::own_notes(*good.own, good.network, false) ==
        std::vector<std::string>{"nothing is told to the LAN: [lan] advertise is false",
                                 "no network gateway is configured ([cluster.gateway])"});
}

}  // namespace liqo::test
