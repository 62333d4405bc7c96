// The command: what it asks the agent, and how it ends.

#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

/// An agent of these clusters, and of this own one.
FakeAgent::Script knowing(std::vector<Json> clusters, Json own = nullptr) {
  return [clusters = std::move(clusters), own = std::move(own)](FakeConnection& connection, int) {
    for (Json call = connection.call(); connection.alive(); call = connection.call()) {
      const std::string method = call["method"];
      if (method.ends_with("List")) {
        connection.reply({{"clusters", clusters}, {"complete", true}});
      } else if (method.ends_with("Status")) {
        connection.reply({{"cluster", own}});
      } else {
        for (const Json& cluster : clusters) {
          if (cluster["name"] == call["parameters"]["cluster"]) {
            connection.reply({{"cluster", cluster}});
          }
        }
      }
    }
  };
}

Json without_endpoints(std::string_view id, std::string_view name) {
  Json cluster = make_cluster(id, name);
  cluster["endpoints"] = Json::object();
  return cluster;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("Export: a cluster that is named is to be peered with, its token first") {
  const FakeAgent agent(
      knowing({make_cluster("milan-1", "milan"), make_cluster("rome-1", "rome")}));
  const Ran ran = run_cli(agent, {"export", "rome", "--format", "foreigncluster"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.error.empty());
  const std::size_t secret = ran.out.find("kind: Secret\n");
  const std::size_t manifest =
      ran.out.find("\n---\n# for Liqo 0.10.3: rome (rome-1)\napiVersion: ");
  CHECK(secret < manifest);
  CHECK(manifest != std::string::npos);
  CHECK(ran.out.find("outgoingPeeringEnabled: \"Yes\"") != std::string::npos);
  CHECK(ran.out.find("milan") == std::string::npos);
}

TEST_CASE("Export: without a name all that are known, by name, and none is peered with") {
  const FakeAgent agent(knowing({make_cluster("a-1", "rome"), make_cluster("b-1", "milan")}));
  const Ran ran = run_cli(agent, {"export", "--format", "foreigncluster"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.out.find("name: milan\n") < ran.out.find("name: rome\n"));
  CHECK(count(ran.out, "\n---\n") == 3);
  CHECK(count(ran.out, "outgoingPeeringEnabled: Auto\n") == 2);
}

TEST_CASE("Export: --liqo decides, and this host's version where nobody tells one") {
  Json silent = make_cluster("milan-1", "milan");
  silent["version"] = nullptr;
  const FakeAgent agent(knowing({silent}, {{"id", "home-1"}, {"version", "v0.5.4"}}));
  CHECK(run_cli(agent, {"export", "--format", "foreigncluster"}).out.find("networkingEnabled: ") !=
        std::string::npos);
  CHECK(run_cli(agent, {"export", "--format", "foreigncluster", "--liqo=0.2"})
            .out.find("authUrl: ") != std::string::npos);
  CHECK(run_cli(agent, {"export", "--format", "liqoctl", "--liqo=1.0"})
            .out.find("--consumer-cluster-id home-1\n") != std::string::npos);
}

TEST_CASE("Export: what cannot be exported is told, and the others are printed") {
  Json forged = make_cluster("rome-1", "rome");
  forged["identity"] = "mismatch";
  const FakeAgent agent(
      knowing({without_endpoints("bari-1", "bari"), make_cluster("milan-1", "milan"), forged}));
  const Ran manifests = run_cli(agent, {"export", "--format", "foreigncluster"});
  CHECK(manifests.status == Exit::kFailed);
  CHECK(count(manifests.out, "kind: ForeignCluster\n") == 1);
  CHECK(
      manifests.error ==
      "liqo-discovery: bari (bari-1) is not exported: it has no authentication server that others "
      "can reach\n"
      "liqo-discovery: rome (rome-1) is not exported: its authentication server says that it is "
      "another cluster\n");
  const Ran hosts = run_cli(agent, {"export", "--format", "hosts", "bari", "milan"});
  CHECK(hosts.status == Exit::kFailed);
  CHECK(hosts.out.starts_with("# milan, milan-1\n"));
  CHECK(count(hosts.error, "\n") == 1);
  const Ran lines = run_cli(agent, {"export", "--format=liqoctl"});
  CHECK(lines.status == Exit::kFailed);
  CHECK(count(lines.out, "\nliqoctl ") == 1);
  CHECK(count(lines.error, "\n") == 2);
}

TEST_CASE("Export: versions that have no such form") {
  const FakeAgent agent(knowing({make_cluster("milan-1", "milan")}));
  const Ran manifest = run_cli(agent, {"export", "milan", "--format=foreigncluster", "--liqo=1.0"});
  CHECK(manifest.status == Exit::kFailed);
  CHECK(manifest.out.empty());
  CHECK(manifest.error ==
        "liqo-discovery: milan (milan-1) is not exported: Liqo 1.0 makes ForeignClusters itself, "
        "when it peers: use --format liqoctl\n");
  CHECK(run_cli(agent, {"export", "milan", "--format=liqoctl", "--liqo=0.2"}).status ==
        Exit::kFailed);
}

TEST_CASE("Export: hosts asks for nothing but clusters") {
  Json called = Json::array();
  const FakeAgent agent([&](FakeConnection& connection, int) {
    for (Json call = connection.call(); connection.alive(); call = connection.call()) {
      called.push_back(call["method"]);
      connection.reply({{"clusters", {make_cluster("milan-1", "milan")}}, {"complete", true}});
    }
  });
  const Ran ran = run_cli(agent, {"export", "--format", "hosts"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.out.find("\n10.0.0.1 milan.liqo.internal\n") != std::string::npos);
  CHECK(called == Json{"io.liqo.Discovery.List"});
}

TEST_CASE("Export: nobody to export is no failure, and is said") {
  const FakeAgent agent(knowing({}));
  for (const char* format : {"foreigncluster", "liqoctl", "hosts"}) {
    const Ran ran = run_cli(agent, {"export", "--format", format});
    CHECK(ran.status == Exit::kDone);
    CHECK(ran.out.empty());
    CHECK(ran.error == "liqo-discovery: no clusters are known\n");
  }
}

TEST_CASE("Export: a cluster that is not known is status 3, and nothing is printed") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    for (Json call = connection.call(); connection.alive(); call = connection.call()) {
      if (call["parameters"]["cluster"] == "milan") {
        connection.reply({{"cluster", make_cluster("milan-1", "milan")}});
      } else {
        connection.error("io.liqo.Discovery.NoSuchCluster", call["parameters"]);
      }
    }
  });
  const Ran ran = run_cli(agent, {"export", "milan", "nobody", "--format", "foreigncluster"});
  CHECK(ran.status == Exit::kNoSuchCluster);
  CHECK(ran.out.empty());
}

TEST_CASE("Export: answers without their fields crash nobody") {
  const FakeAgent agent([](FakeConnection& connection, int number) {
    for (Json call = connection.call(); connection.alive(); call = connection.call()) {
      connection.reply(number % 2 == 0
                           ? Json::object()
                           : Json{{"clusters", {1, "x", nullptr, {{"id", "a"}, {"endpoints", 7}}}},
                                  {"cluster", {1}},
                                  {"complete", "x"}});
    }
  });
  for (const char* format : {"foreigncluster", "liqoctl", "hosts", "zone"}) {
    for (int i = 0; i < 2; ++i) {
      CHECK(run_cli(agent, {"export", "--format", format}).out.empty());
      CHECK(run_cli(agent, {"export", "x", "--format", format}).status == Exit::kFailed);
    }
  }
}

TEST_CASE("Export: wrong usage is told before anybody is asked, with what was expected") {
  struct Wrong {
    std::vector<std::string> arguments;
    const char* why;
  };
  const std::vector<Wrong> cases = {
      {{"export"}, "export needs --format foreigncluster|liqoctl|hosts|zone"},
      {{"export", "--format", "helm"}, "expected foreigncluster|liqoctl|hosts|zone, not helm"},
      {{"export", "--format=hosts", "--liqo=0.10"}, "--liqo is not for --format hosts"},
      {{"export", "--format=zone", "--liqo=0.10"}, "--liqo is not for --format zone"},
      {{"export", "--format=foreigncluster", "--ttl=1"},
       "--ttl is not for --format foreigncluster"},
      {{"export", "--format=liqoctl", "--domain=a.b"}, "--domain is not for --format liqoctl"},
      {{"export", "--format=liqoctl", "--liqo=latest"},
       "--liqo: expected a version of Liqo such as 0.2, 0.10, v0.10.3 or 1.0, not latest"},
      {{"watch", "--format", "foreigncluster", "-o", "json"},
       "--format and --output do not go together"},
      {{"watch", "--liqo=0.10"}, "--liqo is for --format"},
      {{"watch", "--format", "hosts"}, "expected foreigncluster, not hosts"},
      {{"watch", "--format=foreigncluster", "--liqo=0.11"}, "--liqo: expected a version of Liqo"},
  };
  for (const Wrong& wrong : cases) {
    std::vector<std::string> words = {"--socket", "/nowhere"};
    words.insert(words.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Ran ran = run_cli(words);
    CAPTURE(ran.error, wrong.why);
    CHECK(ran.status == Exit::kUsage);
    CHECK(ran.out.empty());
    CHECK(count(ran.error, "\n") == 1);
    CHECK(ran.error.find(wrong.why) != std::string::npos);
  }
}
