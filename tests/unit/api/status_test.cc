#include "tests/support/catch.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::json;

api::AgentStatus a_busy_agent() {
  api::AgentStatus agent;
  agent.since = WallTime(std::chrono::seconds(1'795'424'400));
  agent.cluster =
      Advert{"milan-id",
             txt({{"id", "milan-id"}, {"name", "milan"}}),
             {{Service::kAuth, 443, ip("203.0.113.7")}, {Service::kApi, 6443, OwnHost()}}};
  api::SourceStatus lan;
  lan.state = "running";
  lan.backend = "embedded";
  lan.host_name = "node1.local";
  lan.synced = true;
  lan.helper_pid = 4711;
  lan.malformed = 3;
  lan.interfaces = {"eth0"};
  lan.published = {{"eth0", "milan-id #2", "established", ""}};
  api::SourceStatus dns;
  dns.source = Source::kDns;
  dns.state = "running";
  dns.instances = 4;
  api::DomainStatus good;
  good.name = "example.com";
  good.mode = "validate";
  good.synced = true;
  good.instances = 4;
  good.server = "[2001:db8::53]:5353";
  good.last_answer = agent.since;
  good.next_refresh = agent.since + 54s;
  good.dnssec = "secure";
  api::DomainStatus bad;
  bad.name = "b\\032d.example";
  bad.mode = "off";
  bad.enumerated = true;
  bad.over_limit = 2;
  bad.stale = 7;
  bad.error = "192.0.2.53 is silent";
  bad.error_time = agent.since + 1s;
  dns.domains = {good, bad};
  agent.sources = {lan, dns};
  agent.interfaces = {{"eth0", 2, true, true, "", {"10.0.0.2/24"}},
                      {"docker0", 3, true, false, "denied", {}}};
  agent.counts = {{"namesWritten", 12}};
  agent.limits = {{"maxInstances", 12'288}};
  agent.agent_rss_anon = 1024;
  agent.warnings = {{"a limit is reached", 0, {}},
                    {"a record could \"not\" be read", 3, agent.since}};
  return agent;
}

TEST_CASE("Status: shows the agent and what the API counts itself") {
  House house;
  house.status.told = a_busy_agent();
  house.see({.id = "a"});
  const Json status = house.client()->ask(method("Status"));
  CHECK(status["version"] == "1.2.3");
  CHECK(status["since"] == "2026-11-23T09:00:00Z");
  CHECK(status["cluster"]["name"] == "milan");
  CHECK(status["cluster"]["site"].is_null());
  CHECK(status["cluster"]["endpoints"]["auth"] == Json{{"port", 443}, {"host", "203.0.113.7"}});
  CHECK(status["cluster"]["endpoints"]["api"] == Json{{"port", 6443}});
  const Json& lan = status["sources"][0];
  CHECK(lan["source"] == "lan");
  CHECK(lan["helperPid"] == 4711);
  CHECK(lan["detail"].is_null());
  CHECK(lan["published"][0]["instance"] == "milan-id #2");
  CHECK(status["interfaces"][1]["reason"] == "denied");
  CHECK(status["counts"]["clusters"] == 1);
  CHECK(status["counts"]["connections"] == 1);
  CHECK(status["counts"]["namesWritten"] == 12);
  CHECK(status["limits"]["maxConnections"] == 256);
  CHECK(status["limits"]["maxInstances"] == 12'288);
  CHECK(status["memory"]["agentRssAnon"] == 1024);
  REQUIRE(status["warnings"].size() == 1);
  CHECK(status["warnings"][0]["count"] == 3);
}

TEST_CASE("Status: the domains that are browsed") {
  House house;
  house.status.told = a_busy_agent();
  const Json sources = house.client()->ask(method("Status"))["sources"];
  CHECK(sources[0]["domains"] == Json::array());
  CHECK(sources[1]["domains"][0] == Json::parse(R"({
    "name": "example.com", "mode": "validate", "enumerated": false, "synced": true,
    "instances": 4, "overLimit": 0, "stale": 0, "inFlight": 0, "server": "[2001:db8::53]:5353",
    "lastAnswer": "2026-11-23T09:00:00Z", "nextRefresh": "2026-11-23T09:00:54Z",
    "dnssec": "secure", "error": null, "errorTime": null})"));
  const Json& bad = sources[1]["domains"][1];
  CHECK(bad["enumerated"] == true);
  CHECK(bad["overLimit"] == 2);
  CHECK(bad["stale"] == 7);
  CHECK(bad["server"].is_null());
  CHECK(bad["dnssec"].is_null());
  CHECK(bad["error"] == "192.0.2.53 is silent");
  CHECK(bad["errorTime"] == "2026-11-23T09:00:01Z");
}

TEST_CASE("Status: without a cluster of our own it is null") {
  House house;
  CHECK(house.client()->ask(method("Status"))["cluster"].is_null());
  CHECK(house.client()->error_of(method("Status"), {{"x", 1}}) ==
        "org.varlink.service.InvalidParameter");
}

TEST_CASE("Metrics: the same figures in Prometheus' text format") {
  House house;
  house.status.told = a_busy_agent();
  house.see({.id = "a"});
  const std::string text = house.client()->ask(method("Metrics"))["text"];
  const auto has = [&](const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
  };
  CHECK(has("# TYPE liqo_discovery_clusters gauge"));
  CHECK(has("liqo_discovery_clusters 1"));
  CHECK(has("# TYPE liqo_discovery_connections_refused_total counter"));
  CHECK(has("liqo_discovery_connections_refused_total 0"));
  CHECK(has("liqo_discovery_source_malformed_total{source=\"lan\"} 3"));
  CHECK(has("liqo_discovery_source_up{source=\"lan\"} 1"));
  CHECK(has("liqo_discovery_source_instances{source=\"dns\"} 4"));
  CHECK(has("liqo_discovery_domain_instances{domain=\"example.com\"} 4"));
  CHECK(has("liqo_discovery_domain_failing{domain=\"b\\\\032d.example\"} 1"));
  CHECK(has("liqo_discovery_domain_stale{domain=\"b\\\\032d.example\"} 7"));
  CHECK(has("liqo_discovery_interface_used{interface=\"docker0\"} 0"));
  CHECK(has("liqo_discovery_start_time_seconds 1795424400"));
  CHECK(has("liqo_discovery_names_written 12"));
  CHECK(has("liqo_discovery_limit{name=\"maxConnections\"} 256"));
  CHECK(has("liqo_discovery_warnings_total{message=\"a record could \\\"not\\\" be read\"} 3"));
  CHECK(has("liqo_discovery_warnings_total{message=\"a limit is reached\"} 0"));
}

TEST_CASE("Metrics: each metric is told once, with its help and type before its samples") {
  House house;
  house.status.told = a_busy_agent();
  std::istringstream text(house.client()->ask(method("Metrics"))["text"].get<std::string>());
  std::set<std::string> seen;
  std::string current;
  for (std::string line; std::getline(text, line);) {
    INFO(line);
    if (line.starts_with("# HELP ")) {
      current = line.substr(7, line.find(' ', 7) - 7);
      CHECK(seen.insert(current).second);
    } else if (line.starts_with("# TYPE ")) {
      CHECK(line.starts_with("# TYPE " + current + " "));
    } else {
      CHECK(line.substr(0, line.find_first_of("{ ")) == current);
    }
  }
  CHECK(seen.size() > 20);
}

}  // namespace
}  // namespace liqo::test
