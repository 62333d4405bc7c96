#include "tests/unit/cli/export_peer.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

Peer known_by(std::string version, bool auth = true) {
  Peer peer;
  peer.id = "c1";
  peer.version = std::move(version);
  if (auth) peer.auth_urls = {"https://10.0.0.1:443"};
  return peer;
}

OwnSide own_version(std::string_view text) {
  OwnSide own;
  own.version = *LiqoVersion::parse(text);
  return own;
}

Target target_for(const Peer& peer, const OwnSide& own = {}) {
  const auto made = target_of(peer, std::nullopt, own);
  REQUIRE(made.has_value());
  return *made;
}

Json with_gateway(const Json& gateway) {
  Json cluster = milan_json();
  cluster["endpoints"]["gateway"] = gateway;
  return cluster;
}

}  // namespace

TEST_CASE("Peer: what an export needs of a cluster") {
  Json cluster = milan_json();
  cluster["endpoints"]["api"] = {{"host", "api.example.com"}, {"port", 6443}};
  const Peer milan = peer(cluster);
  CHECK(milan.id == kMilanId);
  CHECK(milan.title() == "milan (" + kMilanId + ")");
  CHECK(milan.auth_urls ==
        std::vector<std::string>{"https://10.0.0.1:30740", "https://node1.local:30740"});
  CHECK(milan.api_urls == std::vector<std::string>{"https://api.example.com:6443"});
  CHECK_FALSE(milan.gateway.has_value());
  CHECK(peer(make_cluster("c-1", "")).title() == "c-1");
  CHECK(peer(make_cluster("c-1", "a\x1b\nb")).title() == "a\\x1b\\x0ab (c-1)");
}

TEST_CASE("Peer: one that may be somebody else is refused, with what to do") {
  Json cluster = milan_json();
  cluster["identity"] = "mismatch";
  CHECK(reason(peer_of(cluster)) ==
        "milan (" + kMilanId +
            ") is not exported: its authentication server says that it is another cluster");
  cluster["identity"] = "changed";
  CHECK(reason(peer_of(cluster)).find("`liqo-discovery trust " + kMilanId + "`") !=
        std::string::npos);
  cluster["identity"] = "confirmed";
  CHECK(peer_of(cluster).has_value());
}

TEST_CASE("Peer: answers that are none") {
  for (const Json& odd : {Json(), Json(7), Json::object(), Json{{"id", "a b"}}, Json{{"id", 7}}}) {
    CHECK(peer_of(odd).error().code == Errc::kMalformed);
  }
  const Peer bare = peer({{"id", "c1"}, {"name", 7}, {"version", {1}}, {"endpoints", "x"}});
  CHECK(bare.name.empty());
  CHECK(bare.auth_urls.empty());
}

TEST_CASE("Peer: the gateway's address, where it is not the node's own") {
  const auto gateway = [](const Json& endpoint) {
    const Peer made = peer(with_gateway(endpoint));
    REQUIRE(made.gateway.has_value());
    return made.gateway->address.value_or("-");
  };
  const Json addresses = {"2001:db8::7", "203.0.113.7", "10.0.0.7"};
  CHECK(
      gateway({{"port", 5871}, {"host", "n.local"}, {"source", "lan"}, {"addresses", addresses}}) ==
      "-");
  CHECK(gateway({{"port", 5871},
                 {"host", "gateway." + kMilanId + ".local"},
                 {"source", "lan"},
                 {"addresses", addresses}}) == "203.0.113.7");
  CHECK(
      gateway(
          {{"port", 1}, {"host", "gw.example.com"}, {"source", "dns"}, {"addresses", addresses}}) ==
      "203.0.113.7");
  CHECK(gateway({{"port", 1}, {"host", "gw.example.com"}, {"source", "dns"}}) == "gw.example.com");
  CHECK(gateway({{"port", 1}, {"host", "fd00::1"}, {"source", "manual"}}) == "-");
  CHECK(gateway({{"port", 1},
                 {"host", "gateway." + kMilanId + ".local"},
                 {"source", "lan"},
                 {"addresses", {"fd00::1"}}}) == "-");
  CHECK_FALSE(peer(with_gateway({{"port", 0}, {"source", "dns"}})).gateway.has_value());
}

TEST_CASE("Own side: of Status, whatever is missing") {
  const OwnSide own =
      own_side_of({{"id", "home-1"},
                   {"version", "v0.10.3"},
                   {"endpoints", {{"gateway", {{"port", 51840}, {"host", "1.2.3.4"}}}}}});
  CHECK(own.id == "home-1");
  CHECK(own.version->to_string() == "0.10.3");
  CHECK(own.gateway->address == "1.2.3.4");
  const OwnSide none = own_side_of(Json());
  CHECK(none.id.empty());
  CHECK_FALSE(none.version.has_value());
  CHECK_FALSE(none.gateway.has_value());
  CHECK_FALSE(own_side_of({{"version", "unknown"}}).version.has_value());
  CHECK_FALSE(own_side_of({{"endpoints", {{"gateway", {{"port", 51840}}}}}}).gateway->address);
}

TEST_CASE("Target: the version that is asked for, before the cluster's own") {
  const auto made = target_of(known_by("v0.9.1"), LiqoVersion{0, 2}, {});
  REQUIRE(made.has_value());
  CHECK(made->version.to_string() == "0.2");
  CHECK(made->release->first.to_string() == "0.2.0");
  CHECK(made->note.empty());
  CHECK(target_for(known_by("v0.9.1")).version.to_string() == "0.9.1");
}

TEST_CASE("Target: a version that peers with none of ours is noted") {
  CHECK(target_for(known_by("0.10.3"), own_version("0.10.1")).note.empty());
  CHECK(target_for(known_by("0.10.3"), own_version("0.9.1")).note ==
        "the cluster of this host runs Liqo 0.9.1: different minor versions do not peer");
}

TEST_CASE("Target: a version that is not told") {
  CHECK(target_for(known_by("")).version.to_string() == "0.10");
  CHECK(target_for(known_by("")).note.find("--liqo names another") != std::string::npos);
  CHECK(target_for(known_by(""), own_version("0.8.2")).version.to_string() == "0.8.2");
  // Who has an authentication server runs no 1.x.
  CHECK(target_for(known_by(""), own_version("1.0")).version.to_string() == "0.10");
  CHECK(target_for(known_by("", false), own_version("1.0")).version.to_string() == "1.0");
  CHECK(reason(target_of(known_by("", false), std::nullopt, {})) ==
        "c1 is not exported: its Liqo version is not known, nor has it an authentication server to "
        "tell it by: name one with --liqo");
}

TEST_CASE("Target: a version that cannot be read is the user's to tell") {
  for (const char* text : {"latest", "v1.0.0-rc.1", "0.11.0", "a\nb"}) {
    const std::string why = reason(target_of(known_by(text), std::nullopt, {}));
    CAPTURE(why);
    CHECK(why.find("is none that is known here: name one with --liqo") != std::string::npos);
    CHECK(why.find('\n') == std::string::npos);
    CHECK(target_of(known_by(text), LiqoVersion{1, 0}, {}).has_value());
  }
}

TEST_CASE("Object name: the cluster's, or its id where the version needs no name") {
  Json cluster = milan_json();
  CHECK(*object_name(peer(cluster), target("0.10")) == "milan");
  CHECK(*object_name(peer(cluster), target("0.2")) == "milan");
  cluster["name"] = "Milan $(reboot)\n";
  cluster["hostnames"] = {"Milan $(reboot)\n.liqo.internal"};
  Peer milan = peer(cluster);
  CHECK(*object_name(milan, target("0.2")) == kMilanId);
  CHECK(*object_name(milan, target("0.3.1")) == kMilanId);
  const std::string useless = reason(object_name(milan, target("0.3.2")));
  CHECK(useless ==
        "Milan $(reboot)\\x0a (" + kMilanId +
            ") is not exported: its name is of no use: Liqo 0.3.2 demands one of at most "
            "63 lower-case letters, digits and hyphens");
  milan.name.clear();
  CHECK(reason(object_name(milan, target("0.10"))) ==
        kMilanId +
            " is not exported: its name is not known, and Liqo 0.10 demands one of at most 63 "
            "lower-case letters, digits and hyphens");
}

TEST_CASE("Object name: one that another cluster holds is not taken over") {
  Json cluster = milan_json();
  for (const Json& names : {Json{kMilanId + ".liqo.internal"}, Json{"milan-2.liqo.internal", 7},
                            Json::array(), Json("milan.liqo.internal"), Json()}) {
    cluster["hostnames"] = names;
    CHECK(*object_name(peer(cluster), target("0.2")) == kMilanId);
    CHECK(reason(object_name(peer(cluster), target("0.10"))) ==
          "milan (" + kMilanId + ") is not exported: another cluster had its name before it");
  }
}

TEST_CASE("Auth URL of a peer: the first that the version takes") {
  Peer milan = peer(milan_json());
  milan.auth_urls = {"https://[fd00::1]:443", "https://liqo-auth:443", "https://10.0.0.1:443",
                     "https://10.0.0.2:443"};
  CHECK(*auth_url(milan, target("0.10")) == "https://10.0.0.1:443");
  CHECK(*auth_url(milan, target("0.2")) == "https://[fd00::1]:443");
  milan.auth_urls = {"https://[fd00::1]:443", "https://[fd00::2]:443", "https://[fd00::3]:443",
                     "https://liqo-auth:443"};
  const std::string none = reason(auth_url(milan, target("0.5")));
  CHECK(none.find("Liqo 0.5 takes no URL of its authentication server") != std::string::npos);
  CHECK(none.ends_with("https://[fd00::1]:443, https://[fd00::2]:443, https://[fd00::3]:443, ..."));
  milan.auth_urls.clear();
  CHECK(reason(auth_url(milan, target("0.2")))
            .ends_with("it has no authentication server that others can reach"));
}
