#include <algorithm>
#include <thread>

#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::chrono_literals;

namespace {

const std::string kMilan = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f";

/// Answers every call with one reply.
FakeAgent::Script answering(Json parameters) {
  return [parameters = std::move(parameters)](FakeConnection& connection, int) {
    connection.call();
    connection.reply(parameters);
  };
}

FakeAgent::Script failing(std::string error, Json parameters) {
  return [=](FakeConnection& connection, int) {
    connection.call();
    connection.error(error, parameters);
  };
}

/// Answers the question that goes before a wait.
void known(FakeConnection& connection) {
  connection.call();
  connection.reply(Json::object());
}

bool one_line(const std::string& text) {
  return !text.empty() && std::count(text.begin(), text.end(), '\n') == 1 && text.back() == '\n';
}

}  // namespace

TEST_CASE("Commands: list prints a table, names, or the whole answer") {
  const Json answer = {
      {"clusters", {make_cluster(kMilan, "milan"), make_cluster("berlin-1", "Berlin", "suspect")}},
      {"complete", true}};
  const FakeAgent agent(answering(answer));
  const Ran table = run_cli(agent, {"list"});
  CHECK(table.status == Exit::kDone);
  CHECK(table.out.starts_with("NAME     ID  "));
  CHECK(table.out.find("Berlin") < table.out.find("milan"));
  CHECK(table.out.find("10.0.0.1:30740") != std::string::npos);
  CHECK(run_cli(agent, {"list", "-o", "name"}).out == kMilan + "\nberlin-1\n");
  CHECK(Json::parse(run_cli(agent, {"list", "-o", "json"}).out) == answer);
  CHECK(run_cli(agent, {"list", "-o", "yaml"}).out.starts_with("clusters:\n- id: \"8b4b6c5e"));
  CHECK(run_cli(agent, {"list", "-o", "wide"}).out.find("fe80::1%eth0") != std::string::npos);
}

TEST_CASE("Commands: list tells the agent what to list and how long to wait") {
  Json call;
  const FakeAgent agent([&call](FakeConnection& connection, int) {
    call = connection.call();
    connection.reply({{"clusters", Json::array()}, {"complete", true}});
  });
  const Ran ran = run_cli(agent, {"list", "--source", "lan,manual", "--wait=2.5"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.out.empty());
  CHECK(ran.error == "liqo-discovery: no clusters are known\n");
  CHECK(call["more"] == true);
  CHECK(call["parameters"]["sources"] == Json{"lan", "manual"});
  CHECK(call["parameters"]["wait"] == 2.5);
}

TEST_CASE("Commands: a --wait that ran out is status 5, and what is known is printed") {
  const FakeAgent agent(
      answering({{"clusters", {make_cluster(kMilan, "milan")}}, {"complete", false}}));
  const Ran ran = run_cli(agent, {"list", "--wait=0.1", "-o", "name"});
  CHECK(ran.status == Exit::kWaitRanOut);
  CHECK(ran.out == kMilan + "\n");
  CHECK(one_line(ran.error));
  CHECK(run_cli(agent, {"list", "-o", "name"}).status == Exit::kDone);  // nobody waited
}

TEST_CASE("Commands: show prints every sighting, or the cluster as it is") {
  const Json cluster = make_cluster(kMilan, "milan");
  const FakeAgent agent(answering({{"cluster", cluster}}));
  const Ran page = run_cli(agent, {"show", "milan"});
  CHECK(page.status == Exit::kDone);
  for (const char* text : {"Name:         milan\n", "https://10.0.0.1:30740", "mdns ",
                           "_liqo_auth._tcp.local", "eth0 ipv4", "id=8b4b6c5e"}) {
    CAPTURE(page.out, text);
    CHECK(page.out.find(text) != std::string::npos);
  }
  CHECK(Json::parse(run_cli(agent, {"show", "milan", "-o", "json"}).out) == cluster);
  CHECK(run_cli(agent, {"show", "milan", "-o", "name"}).out == kMilan + "\n");
}

TEST_CASE("Commands: no such cluster, or several, is status 3 and names them") {
  const FakeAgent none(failing("io.liqo.Discovery.NoSuchCluster", {{"cluster", "mi\x1bn"}}));
  const Ran missing = run_cli(none, {"show", "mi\x1bn"});
  CHECK(missing.status == Exit::kNoSuchCluster);
  CHECK(missing.error == "liqo-discovery: no such cluster: mi\\x1bn\n");

  const FakeAgent several(failing("io.liqo.Discovery.AmbiguousName",
                                  {{"cluster", "mi"}, {"matches", {"mi-1", "mi-2"}}}));
  const Ran ambiguous = run_cli(several, {"report", "mi"});
  CHECK(ambiguous.status == Exit::kNoSuchCluster);
  CHECK(ambiguous.error == "liqo-discovery: several clusters match mi: mi-1, mi-2\n");
}

TEST_CASE("Commands: an agent that cannot be reached is status 4, with its socket and the cure") {
  const Ran ran = run_cli({"--socket", "/nowhere/agent", "status"});
  CHECK(ran.status == Exit::kUnreachable);
  CHECK(ran.error ==
        "liqo-discovery: cannot reach the agent at /nowhere/agent: No such file or directory; "
        "start it with `systemctl start liqo-discovery` or `liqo-discoveryd`\n");
}

TEST_CASE("Commands: an agent that hangs, or hangs up, is status 4") {
  const FakeAgent hung([](FakeConnection& connection, int) { connection.hang(); });
  const Ran silent = run_cli(hung, {"list"}, 50ms);
  CHECK(silent.status == Exit::kUnreachable);
  CHECK(silent.error.find("does not answer") != std::string::npos);

  const FakeAgent rude([](FakeConnection& connection, int) { connection.call(); });
  const Ran closed = run_cli(rude, {"metrics"});
  CHECK(closed.status == Exit::kUnreachable);
  CHECK(closed.error.find("closed the connection") != std::string::npos);
}

TEST_CASE("Commands: everything else that goes wrong is status 1 and one line") {
  const FakeAgent denied(failing("io.liqo.Discovery.PermissionDenied", {{"method", "Refresh"}}));
  const FakeAgent limited(failing("io.liqo.Discovery.LimitReached",
                                  {{"limit", "maxWholeList"}, {"reason", "above 8 MiB"}}));
  const FakeAgent old(failing("org.varlink.service.MethodNotFound", {{"method", "Report"}}));
  const FakeAgent odd(failing("com.example.Odd", {{"message", "a\nb"}}));
  const auto garbage = [](std::string octets) {
    return [octets = std::move(octets)](FakeConnection& connection, int) {
      connection.call();
      connection.raw(octets + std::string(1, '\0'));
    };
  };
  const FakeAgent noise(garbage("\x01\x02 garbage"));
  const FakeAgent array(garbage("[1,2]"));
  const FakeAgent deep(garbage(std::string(1000, '[')));
  for (const FakeAgent* agent : {&denied, &limited, &old, &odd, &noise, &array, &deep}) {
    const Ran ran = run_cli(*agent, {"refresh"});
    CAPTURE(ran.error);
    CHECK(ran.status == Exit::kFailed);
    CHECK(one_line(ran.error));
    CHECK(ran.out.empty());
  }
  const FakeAgent wrong(failing("io.liqo.Discovery.InvalidArgument",
                                {{"parameter", "cluster"}, {"reason", "empty"}}));
  const Ran usage = run_cli(wrong, {"show", ""});
  CHECK(usage.status == Exit::kUsage);
  CHECK(usage.error == "liqo-discovery: the agent does not accept cluster: empty\n");
}

TEST_CASE("Commands: report returns at once, and with --wait tells the outcome") {
  Json call;
  const FakeAgent agent([&call](FakeConnection& connection, int number) {
    if (number > 0) known(connection);
    call = connection.call();
    connection.reply(number == 0 ? Json::object() : Json{{"outcome", "gone"}});
  });
  const Ran quick = run_cli(agent, {"report", "milan"});
  CHECK(quick.status == Exit::kDone);
  CHECK(quick.out == "milan is suspect and is being checked\n");
  CHECK_FALSE(call["parameters"].contains("wait"));
  const Ran waited = run_cli(agent, {"report", "--wait", "milan"});
  CHECK(waited.status == Exit::kDone);
  CHECK(waited.out == "milan does not answer: it is gone\n");
  CHECK(call["parameters"]["wait"] == true);
  CHECK(Json::parse(run_cli(agent, {"report", "milan", "--wait", "-o", "json"}).out) ==
        Json{{"outcome", "gone"}});
}

TEST_CASE("Commands: an outcome says whether the cluster answered, or DNS alone still names it") {
  const auto told = [](const char* command, const Json& evidence) {
    const FakeAgent agent([&evidence](FakeConnection& connection, int) {
      known(connection);
      connection.call();
      connection.reply({{"outcome", "fresh"}, {"evidence", evidence}});
    });
    const Ran ran = run_cli(agent, {command, "milan", "--wait"});
    CHECK(ran.status == Exit::kDone);
    return ran.out;
  };
  for (const char* command : {"report", "refresh"}) {
    for (const Json& evidence : {Json{"mdns"}, Json{"query", "dns"}, Json{"ids"}, Json{"tcp"}}) {
      CHECK(told(command, evidence) == "milan answers: it is fresh\n");
    }
    CHECK(told(command, Json::array({"dns"})) ==
          "DNS still names milan; none of its endpoints has answered\n");
  }
}

TEST_CASE("Commands: an outcome says that who answered is not believed") {
  const auto told = [](const std::string& outcome, const std::string& identity) {
    const FakeAgent agent([&](FakeConnection& connection, int) {
      known(connection);
      connection.call();
      connection.reply({{"outcome", outcome}, {"identity", identity}});
    });
    const Ran ran = run_cli(agent, {"report", "milan", "--wait"});
    CHECK(ran.status == Exit::kFailed);
    CHECK(ran.out.empty());
    return ran.error;
  };
  for (const char* outcome : {"fresh", "suspect"}) {
    CHECK(told(outcome, "changed").find("another certificate") != std::string::npos);
    CHECK(told(outcome, "mismatch").find("says that it is another") != std::string::npos);
  }
}

TEST_CASE("Commands: trust says which certificate is accepted, or why none is") {
  Json cluster = make_cluster("8b4b6c5e", "milan", "fresh");
  cluster["identity"] = "confirmed";
  cluster["fingerprint"] = "sha256:bb";
  Json call;
  const FakeAgent agent([&](FakeConnection& connection, int) {
    call = connection.call();
    connection.reply({{"cluster", cluster}});
  });
  const Ran ran = run_cli(agent, {"trust", "milan"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.out == "8b4b6c5e is confirmed under sha256:bb\n");
  CHECK(call["method"] == "io.liqo.Discovery.Trust");
  CHECK(call["parameters"] == Json{{"cluster", "milan"}});
  CHECK(Json::parse(run_cli(agent, {"trust", "milan", "-o", "json"}).out) == cluster);
  CHECK(run_cli(agent, {"trust", "milan", "--fingerprint=sha256:bb"}).status == Exit::kDone);
  CHECK(call["parameters"] == Json{{"cluster", "milan"}, {"fingerprint", "sha256:bb"}});
  std::string spelled;
  for (int i = 0; i < 32; ++i) spelled += i == 0 ? "BB" : ":BB";
  for (const std::string& way : {spelled, "sha256 Fingerprint=" + spelled, std::string(64, 'b')}) {
    run_cli(agent, {"trust", "milan", "--fingerprint=" + way});
    CHECK(call["parameters"]["fingerprint"] == "sha256:" + std::string(64, 'b'));
  }
  const FakeAgent full(failing("io.liqo.Discovery.StorageFailed", {{"reason", "no space"}}));
  const Ran failed = run_cli(full, {"trust", "milan"});
  CHECK(failed.status == Exit::kFailed);
  CHECK(failed.error == "liqo-discovery: the agent could not keep it: no space\n");
}

/// Answers Check as an agent does, with this verdict.
FakeAgent::Script checking(bool holds) {
  return [holds](FakeConnection& connection, int) {
    connection.call();
    connection.reply({{"scenario", {{"name", "same-lan"}, {"reason", "on a link"}}}}, true);
    connection.reply({{"row",
                       {{"requirement", "auth"},
                        {"direction", "to-them"},
                        {"outcome", "failed"},
                        {"advertised", "node\u202e1.local:30740"},
                        {"exposure", "NodePort"},
                        {"tried", "TCP"},
                        {"milliseconds", 12},
                        {"detail", "refused"},
                        {"advice", "expose it as a NodePort"}}}},
                     true);
    connection.reply({{"verdict", {{"holds", holds}, {"summary", "the verdict"}}}});
  };
}

TEST_CASE("Commands: check shows each row, and what it comes to") {
  const FakeAgent ready(checking(true));
  const Ran ran = run_cli(ready, {"check", "milan"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.error.empty());
  CHECK(ran.out ==
        "Scenario: same-lan\n"
        "        because     on a link\n"
        "\n"
        "failed  their authentication server  refused\n"
        "        advertised  node\\u202e1.local:30740: NodePort\n"
        "        tried       TCP, 12 ms\n"
        "        to do       expose it as a NodePort\n"
        "\n"
        "the verdict\n");
  const FakeAgent not_ready(checking(false));
  const Ran failed = run_cli(not_ready, {"check", "milan"});
  CHECK(failed.status == Exit::kFailed);
  CHECK(failed.error == "liqo-discovery: the verdict\n");
  CHECK(failed.out.find("the verdict") == std::string::npos);
}

TEST_CASE("Commands: check as JSON is an object a line, fit for a terminal") {
  const FakeAgent agent(checking(false));
  const Ran ran = run_cli(agent, {"check", "milan", "-o", "json"});
  CHECK(ran.status == Exit::kFailed);
  CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 3);
  CHECK(ran.out.find("\u202e") == std::string::npos);
  CHECK(Json::parse(run_cli(agent, {"check", "milan", "-o", "json"})
                        .out.substr(0, ran.out.find('\n')))["scenario"]["name"] == "same-lan");
}

TEST_CASE("Commands: an outcome that is not settled in time is status 5, and is not made up") {
  Json asked;
  const FakeAgent slow([&asked](FakeConnection& connection, int) {
    asked = connection.call();  // before the reply, upon which the test reads it
    connection.reply(Json::object());
    connection.hang();
  });
  const auto begun = BootClock::now();
  const Ran early = run_cli(slow, {"refresh", "milan", "--wait=0"});
  CHECK(BootClock::now() - begun >= 100ms);  // what is answered at once is still heard
  CHECK(early.status == Exit::kWaitRanOut);
  CHECK(early.out == "milan is being looked for again\n");
  CHECK(one_line(early.error));
  CHECK(asked["method"] == "io.liqo.Discovery.Get");
  CHECK(run_cli(slow, {"report", "milan", "--wait=0", "-o", "json"}).out == "{}\n");
  CHECK(run_cli(slow, {"refresh", "--wait=0"}).out == "every source looks again\n");
  CHECK(asked["method"] == "io.liqo.Discovery.Status");
  const FakeAgent open([](FakeConnection& connection, int) {
    known(connection);
    connection.call();
    connection.reply({{"outcome", "suspect"}});
  });
  CHECK(run_cli(open, {"report", "milan", "--wait"}).status == Exit::kWaitRanOut);
}

TEST_CASE("Commands: a short --wait hides neither an unknown cluster nor an agent that hangs") {
  const FakeAgent none([](FakeConnection& connection, int) {
    connection.call();
    std::this_thread::sleep_for(30ms);  // longer than the user waits
    connection.error("io.liqo.Discovery.NoSuchCluster", {{"cluster", "milan"}});
  });
  const FakeAgent hung([](FakeConnection& connection, int) { connection.hang(); });
  for (const char* command : {"report", "refresh"}) {
    const Ran unknown = run_cli(none, {command, "milan", "--wait=0"});
    CHECK(unknown.status == Exit::kNoSuchCluster);
    CHECK(unknown.error == "liqo-discovery: no such cluster: milan\n");
    const Ran silent = run_cli(hung, {command, "milan", "--wait=0"}, 50ms);
    CHECK(silent.status == Exit::kUnreachable);
    CHECK(silent.error.find("does not answer") != std::string::npos);
    CHECK(unknown.out + silent.out == "");
  }
}

TEST_CASE("Commands: metrics are printed as they are") {
  const FakeAgent agent(answering({{"text", "# HELP a b\na 1\n"}}));
  CHECK(run_cli(agent, {"metrics"}).out == "# HELP a b\na 1\n");
}

TEST_CASE("Commands: answers without their fields crash nobody") {
  const FakeAgent agent([](FakeConnection& connection, int number) {
    connection.call();
    switch (number % 3) {
      case 0:
        return connection.reply(Json::object());
      case 1:
        return connection.reply({{"clusters", {1, "x", nullptr}},
                                 {"cluster", 7},
                                 {"sources", {1}},
                                 {"interfaces", "x"},
                                 {"text", 1}});
      default:
        return connection.raw(std::string("{\"parameters\":[1]}\0", 19));
    }
  });
  for (const char* command : {"list", "show", "status", "metrics", "refresh"}) {
    for (const char* format : {"table", "json", "yaml"}) {
      std::vector<std::string> arguments = {command};
      if (arguments[0] == "show") arguments.emplace_back("milan");
      if (arguments[0] != "metrics") arguments.insert(arguments.end(), {"-o", format});
      for (int i = 0; i < 3; ++i) CHECK(run_cli(agent, arguments).status == Exit::kDone);
    }
  }
}
