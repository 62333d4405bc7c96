#include "cli/age.h"
#include "cli/cluster_page.h"
#include "cli/cluster_table.h"
#include "cli/status_page.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::chrono_literals;

namespace {

const WallTime kNow = *parse_rfc3339("2026-11-23T09:10:00Z");

Json status_of_an_agent() {
  return Json::parse(R"({
    "version": "0.1.0", "pid": 812, "since": "2026-11-23T09:00:00Z", "cluster": null,
    "sources": [
      {"source": "lan", "enabled": true, "state": "failed", "backend": "embedded",
       "detail": "the bus\u001b is gone", "hostName": "node7.local", "synced": false,
       "helperRestarts": 1, "instances": 7, "pending": 2, "overLimit": 0, "malformed": 3,
       "interfaces": ["eth0"], "published": []},
      {"source": "dns", "enabled": false, "state": "disabled"}],
    "interfaces": [
      {"name": "eth0", "used": true, "addresses": ["10.0.0.9/24"]},
      {"name": "docker0", "used": false, "reason": "denied by docker*", "addresses": []}],
    "counts": {"clusters": 3, "connections": 2, "nameWrites": 1, "refuted": 0},
    "limits": {"clusters": 16384, "maxConnections": 256, "stallSeconds": 10},
    "memory": {"agentRssAnon": 4194304, "helperRssAnon": 0},
    "warnings": [{"message": "too many instances", "count": 3, "last": "2026-11-23T09:08:45Z"}]})");
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Status: what is wrong comes first") {
  const std::string page = status_page(status_of_an_agent(), Palette(false), kNow);
  CHECK(
      page.starts_with("Failed:       lan: the bus\\x1b is gone\n"
                       "Warning:      too many instances (3 times, last 1m15s ago)\n"));
}

TEST_CASE("Status: sources, interfaces and figures are told in words") {
  const std::string page = status_page(status_of_an_agent(), Palette(false), kNow);
  CAPTURE(page);
  CHECK(has(page, "liqo-discoveryd 0.1.0, pid 812"));
  CHECK(has(page, "10m, since 2026-11-23T09:00:00Z"));
  CHECK(has(page, "4.0 MiB, LAN helper -"));
  CHECK(has(page, "7 instances, 2 pending"));
  CHECK(has(page, "so far 1 helper restart, 3 malformed records"));
  CHECK(has(page, "dns      disabled"));
  CHECK(has(page, "no: denied by docker*"));
  CHECK(has(page, "others are only looked for"));
  CHECK(has(page, "clusters      3          16384\n"));
  CHECK(has(page, "connections   2          256\n"));
  CHECK(has(page, "name writes   1\n"));
  CHECK_FALSE(has(page, "refuted"));
}

TEST_CASE("Status: the domains, with what is wrong with each") {
  Json status = status_of_an_agent();
  CHECK_FALSE(has(status_page(status, Palette(false), kNow), "Domains"));
  status["sources"][1] = Json::parse(R"({"source": "dns", "enabled": true, "state": "running",
    "synced": true, "instances": 7, "domains": [
      {"name": "example.com", "mode": "validate", "dnssec": "secure", "synced": true,
       "instances": 4, "server": "192.0.2.53", "lastAnswer": "2026-11-23T09:09:54Z",
       "nextRefresh": "2026-11-23T09:10:48Z", "error": null},
      {"name": "example.org", "mode": "off", "dnssec": null, "synced": true, "enumerated": true,
       "instances": 3, "overLimit": 2, "stale": 1, "server": null, "lastAnswer": null,
       "nextRefresh": null, "error": "192.0.2.54 is\u001b silent",
       "errorTime": "2026-11-23T09:08:00Z"},
      {"name": "a.example", "mode": "ad", "synced": false, "instances": 0},
      {"name": "b.example", "mode": "ad", "synced": true, "error": "refused"},
      {"name": "c.example", "mode": "ad", "synced": true, "error": "refused",
       "lastAnswer": "2026-11-23T09:09:54Z"}]})");
  const std::string page = status_page(status, Palette(false), kNow);
  CAPTURE(page);
  CHECK(has(page, R"(
Domains
  DOMAIN                     DNSSEC             STATE                 INSTANCES       LAST ANSWER   SERVER       NEXT REFRESH
  example.com                validate: secure   fresh                 4               6s ago        192.0.2.53   in 48s
  example.org (enumerated)   off                stale: 1 record set   3, 2 left out   -             -            -
    192.0.2.54 is\x1b silent (2m ago)
)"));
  CHECK(has(page, "a.example                  ad                 first pass"));
  CHECK(has(page, "b.example                  ad                 failing"));
  CHECK(has(page, "c.example                  ad                 partly failing"));
}

TEST_CASE("Status: what is kept in zones, and what to change where it is not") {
  Json status = status_of_an_agent();
  status["registrations"] = Json::array();
  CHECK_FALSE(has(status_page(status, Palette(false), kNow), "In zones"));
  status["registrations"] = Json::parse(R"([
    {"zone": "example.com", "service": "_liqo_auth._tcp", "cluster": "milan-1", "shared": false,
     "state": "done", "server": "192.0.2.53", "until": "2026-11-23T09:10:48Z", "error": null,
     "advice": null},
    {"zone": "example.com", "service": "_liqo_api._tcp", "cluster": "rome-1", "shared": true,
     "state": "refused", "server": null, "until": null, "error": "REFUSED\u001b",
     "advice": "let the key in"}])");
  const std::string page = status_page(status, Palette(false), kNow);
  CAPTURE(page);
  CHECK(has(page, R"(
In zones
  REGISTERED      ZONE          STATE     SERVER       LEASE ENDS
  auth            example.com   done      192.0.2.53   in 48s
  api of rome-1   example.com   refused   -            -
    REFUSED\x1b
    let the key in
)"));
  CHECK(has(status_page(status, Palette(true), kNow), "\x1b[1;31mrefused"));
}

TEST_CASE("Cluster page: what DNS told, with its TTL and what DNSSEC says of it") {
  Json cluster = make_cluster("milan-1", "milan");
  Json& sighting = cluster["sightings"][0];
  sighting["source"] = "dns";
  sighting["domain"] = "example.com";
  sighting["interface"] = sighting["family"] = nullptr;
  sighting["ttl"] = 60;
  sighting["expires"] = "2026-11-23T09:10:42Z";
  sighting["dnssec"] = "bogus";
  const std::string page = cluster_page(cluster, Palette(false), kNow);
  CAPTURE(page);
  CHECK(has(page, "dns      _liqo_auth._tcp.example.com   -         node1.local:30740   fresh"));
  CHECK(has(page, "bogus\n"));
  CHECK(has(page, "ttl        60 s, expires in 42s\n"));
  CHECK(has(cluster_page(cluster, Palette(true), kNow), "\x1b[1;31mbogus"));
  CHECK(has(cluster_page(cluster, Palette(false), kNow + 10min), "60 s, expired 9m18s ago\n"));
  CHECK_FALSE(has(cluster_page(make_cluster("a", "a"), Palette(false), kNow), "ttl"));
}

TEST_CASE("Cluster page: the certificates that are not accepted are told, each once") {
  Json cluster = make_cluster("milan-1", "milan");
  CHECK_FALSE(has(cluster_page(cluster, Palette(false), kNow), "Shows now"));
  cluster["fingerprint"] = "sha256:aa";
  Json& sightings = cluster["sightings"];
  sightings[0]["ids"] = {{"id", "milan-1"}, {"fingerprint", "sha256:bb"}, {"identity", "changed"}};
  sightings.push_back(Json(sightings[0]));
  const std::string page = cluster_page(cluster, Palette(false), kNow);
  CAPTURE(page);
  CHECK(has(page, "\nFingerprint:  sha256:aa\nShows now:    sha256:bb\nVersion:"));
}

TEST_CASE("Status: nothing wrong is said too") {
  Json status = status_of_an_agent();
  status["warnings"] = Json::array();
  status["sources"][0]["state"] = "running";
  CHECK(status_page(status, Palette(false), kNow).starts_with("Warnings:     none\n"));
}

TEST_CASE("Status: what this host tells of itself") {
  Json status = status_of_an_agent();
  status["cluster"] = Json::parse(R"({"id": "a-1", "name": "home", "endpoints":
    {"auth": {"port": 30740}, "api": {"port": 6443, "host": "api.example.com"}}})");
  status["sources"][0]["state"] = "connecting";
  CHECK(has(status_page(status, Palette(false), kNow), "nothing yet"));
  status["sources"][0]["state"] = "running";
  CHECK(has(status_page(status, Palette(false), kNow), "nothing: `advertise` is off"));
  status["sources"][0]["published"] = Json::parse(
      R"([{"interface": "eth0", "instance": "a-1", "state": "established", "detail": null}])");
  const std::string page = status_page(status, Palette(false), kNow);
  CHECK(has(page,
            "Endpoints:    auth this host, port 30740\n"
            "              api api.example.com, port 6443\n"));
  CHECK(has(page, "a-1          eth0        established"));
}

TEST_CASE("Cluster table: one row a cluster, what is missing is a dash") {
  Json cluster = make_cluster("a-1", "");
  cluster["endpoints"]["auth"]["addresses"] = {"fd00::1"};
  cluster["sightings"].push_back({{"source", "dns"}});
  Table table(cluster_columns(Detail::kNormal, 9));
  table.add(cluster_row(cluster, Detail::kNormal, kNow));
  CHECK(table.lines(Palette(false))[1] ==
        "-      a-1   fresh     claimed     [fd00::1]:30740   -     -         lan,dns   10m");
}

TEST_CASE("Cluster table: names of people's first, the unnamed last") {
  const Json upper = make_cluster("2", "Berlin");
  const Json lower = make_cluster("1", "milan");
  const Json unnamed = make_cluster("0", "");
  CHECK(sort_key(upper) < sort_key(lower));
  CHECK(sort_key(lower) < sort_key(unnamed));
}

TEST_CASE("Cluster table: ids are cut where they still tell rows apart") {
  CHECK(telling_width({}) == 9);
  CHECK(telling_width({"8b4b6c5e-aaaa", "0c82d7f0-bbbb"}) == 9);
  CHECK(telling_width({"8b4b6c5e-aaaa", "8b4b6c5e-aabb"}) == 13);
  CHECK(telling_width({"cluster-name", "cluster-name-2"}) == 14);
}
