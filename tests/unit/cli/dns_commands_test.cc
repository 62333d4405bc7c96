#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

Json looked(const std::vector<Json>& clusters) {
  return {{"clusters", clusters}, {"complete", true}, {"error", nullptr}};
}

FakeAgent::Script answering(Json parameters) {
  return [parameters = std::move(parameters)](FakeConnection& connection, int) {
    connection.call();
    connection.reply(parameters);
  };
}

}  // namespace

TEST_CASE("Browse: prints what is in a domain as list does") {
  Json call;
  const Json answer = looked({make_cluster("milan-1", "milan"), make_cluster("rome-1", "rome")});
  const FakeAgent agent([&](FakeConnection& connection, int) {
    call = connection.call();
    connection.reply(looked({make_cluster("milan-1", "milan")}), true);
    connection.reply(looked({make_cluster("rome-1", "rome")}));
  });
  const Ran table = run_cli(agent, {"browse", "example.com"});
  CHECK(table.status == Exit::kDone);
  CHECK(table.out.starts_with("NAME    ID "));
  CHECK(table.out.find("rome-1") != std::string::npos);
  CHECK(table.error.empty());
  CHECK(call["method"] == "io.liqo.Discovery.Browse");
  CHECK(call["parameters"] == Json{{"domain", "example.com"}});
  CHECK(call["more"] == true);
  CHECK(run_cli(agent, {"browse", "example.com", "-o", "name"}).out == "milan-1\nrome-1\n");
  CHECK(Json::parse(run_cli(agent, {"browse", "example.com", "-o", "json"}).out) == answer);
}

TEST_CASE("Browse: a domain without clusters is no failure, and said only to people") {
  const FakeAgent agent(answering(looked({})));
  const Ran table = run_cli(agent, {"browse", "exa\x1bmple.com"});
  CHECK(table.status == Exit::kDone);
  CHECK(table.out.empty());
  CHECK(table.error == "liqo-discovery: no clusters found in exa\\x1bmple.com\n");
  CHECK(run_cli(agent, {"browse", "example.com", "-o", "name"}).error.empty());
}

TEST_CASE("Browse: a domain that could not be listed is status 1, with the reason") {
  const FakeAgent agent(answering({{"clusters", {make_cluster("milan-1", "milan")}},
                                   {"complete", false},
                                   {"error", "192.0.2.53 is\x1b silent"}}));
  const Ran ran = run_cli(agent, {"browse", "example.com", "-o", "name"});
  CHECK(ran.status == Exit::kFailed);
  CHECK(ran.out == "milan-1\n");
  CHECK(ran.error ==
        "liqo-discovery: example.com could not be listed: 192.0.2.53 is\\x1b silent\n");
  const FakeAgent mute(answering(Json::object()));
  CHECK(run_cli(mute, {"browse", "example.com"}).error ==
        "liqo-discovery: example.com could not be listed\n");
}

TEST_CASE("Browse: what is no domain is wrong usage, and so is none") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    connection.error("io.liqo.Discovery.InvalidArgument",
                     {{"parameter", "domain"}, {"reason", "expected a domain"}});
  });
  const Ran wrong = run_cli(agent, {"browse", "a..b"});
  CHECK(wrong.status == Exit::kUsage);
  CHECK(wrong.error == "liqo-discovery: the agent does not accept domain: expected a domain\n");
  CHECK(run_cli(agent, {"browse"}).status == Exit::kUsage);
  CHECK(run_cli(agent, {"browse", "a.example", "b.example"}).status == Exit::kUsage);
}

TEST_CASE("Export: without a cluster it is this host's own, of Status") {
  Json call;
  const FakeAgent agent([&](FakeConnection& connection, int) {
    call = connection.call();
    connection.reply({{"cluster",
                       {{"id", "home-1"},
                        {"endpoints", {{"auth", {{"port", 443}, {"host", "203.0.113.7"}}}}}}}});
  });
  const Ran ran =
      run_cli(agent, {"export", "--format", "zone", "--domain", "example.com.", "--ttl=30"});
  CHECK(ran.status == Exit::kDone);
  CHECK(call["method"] == "io.liqo.Discovery.Status");
  CHECK(ran.out.find("auth.home-1.example.com.            30 IN A    203.0.113.7\n") !=
        std::string::npos);
}

TEST_CASE("Export: several clusters, each in its own block") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    for (Json call = connection.call(); connection.alive(); call = connection.call()) {
      const std::string name = call["parameters"]["cluster"];
      connection.reply({{"cluster", make_cluster(name + "-1", name)}});
    }
  });
  const Ran ran = run_cli(agent, {"export", "--format=zone", "milan", "rome"});
  CHECK(ran.status == Exit::kDone);
  CHECK(ran.out.starts_with("; milan, milan-1\n_liqo_auth._tcp "));
  CHECK(ran.out.find("\n\n; rome, rome-1\n") != std::string::npos);
}

TEST_CASE("Export: what cannot be published fails, and what can be is printed all the same") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    for (int i = 0; i < 2; ++i) {
      connection.call();
      Json cluster = make_cluster("c-" + std::to_string(i), "");
      if (i == 0) cluster["endpoints"] = Json::object();
      connection.reply({{"cluster", cluster}});
    }
  });
  const Ran ran = run_cli(agent, {"export", "--format", "zone", "a", "b"});
  CHECK(ran.status == Exit::kFailed);
  CHECK(ran.out.starts_with("; c-1\n"));
  CHECK(ran.error.starts_with("liqo-discovery: nothing of c-0 can be published"));
}

TEST_CASE("Export: a host without a cluster of its own has nothing to export") {
  const FakeAgent agent(answering({{"cluster", nullptr}}));
  const Ran none = run_cli(agent, {"export", "--format", "zone"});
  CHECK(none.status == Exit::kFailed);
  CHECK(none.error ==
        "liqo-discovery: no cluster of this host is configured; name one that is known\n");
}

TEST_CASE("Export: wrong usage is told before anybody is asked") {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"export"},
                                             {"export", "--format", "zone", "--ttl", "-1"},
                                             {"export", "--format", "zone", "--ttl", "2147483648"},
                                             {"export", "--format", "zone", "--ttl", "1x"},
                                             {"export", "--format", "zone", "--domain", "."},
                                             {"export", "--format", "zone", "--domain", "a..b"}}) {
    std::vector<std::string> words = {"--socket", "/nowhere"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const Ran ran = run_cli(words);
    CAPTURE(ran.error);
    CHECK(ran.status == Exit::kUsage);
    CHECK(ran.out.empty());
  }
}
