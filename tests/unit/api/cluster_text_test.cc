#include "agent/api/cluster_text.h"

#include "agent/json/text.h"
#include "tests/support/catch.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::string_literals;

Json text_of(const Cluster& cluster) {
  std::string text;
  api::append_cluster(text, cluster, "liqo.internal");
  return Json::parse(text);
}

Cluster milan() {
  Peer peer{.id = "8b4b6c5e", .txt = txt({{"id", "8b4b6c5e"}})};
  Cluster cluster;
  cluster.id = peer.id;
  cluster.name = cluster.held_name = "milan";
  cluster.version = "v0.10.3";
  cluster.site = "on-premise";
  cluster.identity = Identity::kConfirmed;
  cluster.fingerprint = "sha256:5f70bf18";
  cluster.first_seen = WallTime(std::chrono::seconds(1'795'424'400));
  cluster.last_seen = cluster.first_seen + 5min;
  cluster.endpoints[index_of(Service::kAuth)] = Endpoint{name("node1.local"),
                                                         30740,
                                                         {ip("10.0.0.1"), ip("fe80::1%eth0")},
                                                         "https://10.0.0.1:30740",
                                                         Source::kLan};
  cluster.endpoints[index_of(Service::kGateway)] =
      Endpoint{name("node1.local"), 5871, {ip("10.0.0.1")}, "", Source::kLan};
  SightingEntry entry;
  entry.sighting = std::make_shared<Sighting>(peer.sighting());
  entry.evidence = {EvidenceMethod::kMdns, cluster.last_seen};
  cluster.sightings = {entry};
  return cluster;
}

TEST_CASE("Cluster text: is the contract's") {
  const Json expected = Json::parse(R"({
    "id": "8b4b6c5e", "name": "milan", "version": "v0.10.3",
    "site": "on-premise", "state": "fresh",
    "identity": "confirmed", "fingerprint": "sha256:5f70bf18",
    "firstSeen": "2026-11-23T09:00:00Z", "lastSeen": "2026-11-23T09:05:00Z",
    "endpoints": {
      "auth": {"host": "node1.local", "port": 30740, "protocol": "tcp",
               "addresses": ["10.0.0.1", "fe80::1%eth0"], "url": "https://10.0.0.1:30740",
               "source": "lan"},
      "gateway": {"host": "node1.local", "port": 5871, "protocol": "udp",
                  "addresses": ["10.0.0.1"], "source": "lan"}},
    "hostnames": ["milan.liqo.internal", "8b4b6c5e.liqo.internal"],
    "sightings": [
      {"source": "lan", "service": "_liqo_auth._tcp", "domain": "local", "instance": "8b4b6c5e",
       "interface": "eth0", "family": "ipv4", "host": "node1.local", "port": 30740,
       "addresses": ["10.0.0.1"], "txt": [{"key": "id", "value": "8b4b6c5e"}],
       "ttl": null, "expires": null, "state": "fresh", "dnssec": null,
       "evidence": {"method": "mdns", "time": "2026-11-23T09:05:00Z"}}]})");
  CHECK(text_of(milan()).dump(1) == expected.dump(1));  // the order of fields included
}

TEST_CASE("Cluster text: what DNS tells") {
  Cluster cluster = milan();
  Sighting sighting = *cluster.sightings[0].sighting;
  sighting.key.source = Source::kDns;
  sighting.interface_name = "";
  sighting.ttl = 300;
  sighting.dnssec = Dnssec::kBogus;
  cluster.sightings[0].sighting = std::make_shared<Sighting>(sighting);
  cluster.sightings[0].expires = cluster.last_seen;
  const Json seen = text_of(cluster)["sightings"][0];
  CHECK(seen["source"] == "dns");
  CHECK(seen["family"].is_null());
  CHECK(seen["interface"].is_null());
  CHECK(seen["ttl"] == 300);
  CHECK(seen["expires"] == "2026-11-23T09:05:00Z");
  CHECK(seen["dnssec"] == "bogus");
}

TEST_CASE("Cluster text: who answered at its auth endpoint") {
  Cluster cluster = milan();
  const IdsAnswer answer{"turin", "a\x1b", "sha256:aa", cluster.first_seen, Identity::kMismatch};
  cluster.sightings[0].ids = std::make_shared<const IdsAnswer>(answer);
  const Json ids = text_of(cluster)["sightings"][0]["ids"];
  CHECK(ids["identity"] == "mismatch");
  CHECK(ids["id"] == "turin");
  CHECK(ids["name"] == "a\\027");
  CHECK(ids["fingerprint"] == "sha256:aa");
  CHECK(ids["time"].is_string());
}

TEST_CASE("Cluster text: without a suffix a cluster has no host names") {
  std::string text;
  api::append_cluster(text, milan(), "");
  CHECK(Json::parse(text)["hostnames"] == Json::array());
}

TEST_CASE("Cluster text: any octets of the network's come out as text") {
  Cluster cluster = milan();
  cluster.name = "a\xff\x1b[31m";
  cluster.version = cluster.site = "";
  Sighting sighting = *cluster.sightings[0].sighting;
  sighting.key.instance = "\x01\xfe.#2";
  sighting.txt = TxtRecord({{"flag", std::nullopt},
                            {"empty", ""},
                            {"bin", "\xff\x00\x01"s},
                            {"\xfe", "v"},
                            {"esc", "\x1b[31m\x7f\xc2\x9b\"\\\n\0z"s}});
  cluster.sightings[0].sighting = std::make_shared<Sighting>(sighting);
  std::string raw;
  api::append_cluster(raw, cluster, "liqo.internal");
  for (const char c : raw) CHECK((c >= 0x20 && c != 0x7f));
  CHECK(raw.find("\xc2\x9b") == std::string::npos);

  const Json text = Json::parse(raw);
  CHECK(text["name"] == "a\\255\\027[31m");
  CHECK(text["version"].is_null());
  CHECK(text["site"].is_null());
  const Json& told = text["sightings"][0]["txt"];
  CHECK(told[0] == Json{{"key", "flag"}});
  CHECK(told[1] == Json{{"key", "empty"}, {"value", ""}});
  CHECK(told[2] == Json{{"key", "bin"}, {"base64", "/wAB"}});
  CHECK(told[3]["key"] == "\\254");
  CHECK(told[4]["value"] == "\x1b[31m\x7f\xc2\x9b\"\\\n\0z"s);
}

TEST_CASE("Cluster text: is made once for each value of a cluster") {
  api::ClusterTexts texts(1 << 20);
  const auto cluster = std::make_shared<const Cluster>(milan());
  const auto first = texts.text(cluster, "a.internal");
  CHECK(texts.text(cluster, "a.internal") == first);
  CHECK(texts.octets() == first->size());
  CHECK(texts.text(cluster, "b.internal") != first);
  const auto changed = std::make_shared<const Cluster>(milan());
  CHECK(texts.text(changed, "b.internal") != first);
  CHECK(texts.octets() == first->size());
  texts.forget(cluster->id);
  CHECK(texts.octets() == 0);
}

TEST_CASE("Cluster text: what does not fit is told, not kept") {
  api::ClusterTexts texts(10);
  const auto cluster = std::make_shared<const Cluster>(milan());
  CHECK_FALSE(texts.text(cluster, "a.internal")->empty());
  CHECK(texts.octets() == 0);
  CHECK(texts.empty());
}

TEST_CASE("JSON text: UTF-8 is judged as RFC 3629 has it") {
  for (const char* good :
       {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\x9f\xbf"}) {
    CHECK(is_utf8(good));
  }
  for (const char* bad : {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("JSON text: base64 of RFC 4648 section 10") {
  CHECK(to_base64("").empty());
  CHECK(to_base64("f") == "Zg==");
  CHECK(to_base64("fo") == "Zm8=");
  CHECK(to_base64("foobar") == "Zm9vYmFy");
}

}  // namespace
}  // namespace liqo::test
