#include "cli/export/zone.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::string_literals;

namespace {

IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }

ZoneCluster milan() {
  ZoneCluster cluster;
  cluster.id = "milan-1";
  cluster.name = "milan";
  cluster.version = "v0.10.3";
  cluster.site = "cloud";
  cluster.endpoints[index_of(Service::kAuth)] =
      ZoneEndpoint{30740, std::vector{ip("203.0.113.7"), ip("2001:db8::7")}};
  cluster.endpoints[index_of(Service::kApi)] =
      ZoneEndpoint{6443, *DomainName::parse("api.example.org")};
  return cluster;
}

ZoneCluster with_auth(std::vector<IpAddress> addresses) {
  ZoneCluster cluster;
  cluster.id = "c1";
  cluster.endpoints[index_of(Service::kAuth)] = ZoneEndpoint{443, std::move(addresses)};
  return cluster;
}

std::string text_of(const ZoneCluster& cluster, const ZoneOptions& options = {}) {
  const auto text = zone_text(cluster, options);
  INFO((text ? "" : text.error().detail));
  REQUIRE(text.has_value());
  return *text;
}

Json own_status(const Json& endpoints) {
  return {{"cluster", {{"id", "home-1"}, {"name", nullptr}, {"endpoints", endpoints}}},
          {"interfaces",
           {{{"name", "lo"}, {"used", false}, {"addresses", {"127.0.0.1/8", "::1/128"}}},
            {{"name", "eth0"},
             {"used", true},
             {"addresses", {"192.168.1.2/24", "2001:db8::2/64", "fe80::2/64"}}},
            {{"name", "docker0"}, {"used", false}, {"addresses", {"172.17.0.1/16"}}}}}};
}

}  // namespace

TEST_CASE("Zone: the records of a cluster, relative to the zone they are pasted into") {
  CHECK(text_of(milan()) ==
        R"(; milan, milan-1
_liqo_auth._tcp         60 IN PTR  milan-1._liqo_auth._tcp
milan-1._liqo_auth._tcp 60 IN SRV  0 0 30740 auth.milan-1
milan-1._liqo_auth._tcp 60 IN TXT  "txtvers=1" "id=milan-1" "name=milan" "version=v0.10.3" "site=cloud"
auth.milan-1            60 IN A    203.0.113.7
auth.milan-1            60 IN AAAA 2001:db8::7
_liqo_api._tcp          60 IN PTR  milan-1._liqo_api._tcp
milan-1._liqo_api._tcp  60 IN SRV  0 0 6443 api.example.org.
milan-1._liqo_api._tcp  60 IN TXT  "txtvers=1" "id=milan-1" "name=milan" "version=v0.10.3" "site=cloud"
)");
}

TEST_CASE("Zone: with a domain names are whole, and mean the same wherever they are pasted") {
  ZoneOptions options;
  options.domain = *DomainName::parse("example.com");
  options.ttl = 300;
  CHECK(text_of(with_auth({ip("203.0.113.7")}), options) ==
        R"(; c1
_liqo_auth._tcp.example.com.    300 IN PTR  c1._liqo_auth._tcp.example.com.
c1._liqo_auth._tcp.example.com. 300 IN SRV  0 0 443 auth.c1.example.com.
c1._liqo_auth._tcp.example.com. 300 IN TXT  "txtvers=1" "id=c1"
auth.c1.example.com.            300 IN A    203.0.113.7
)");
}

TEST_CASE("Zone: TXT is quoted, and octets that are not printable ASCII are escaped") {
  ZoneCluster cluster = with_auth({ip("203.0.113.7")});
  cluster.name = "a\"b\\c; d\x01\n\xc3\xa9\x7f"s;
  const std::string text = text_of(cluster);
  CHECK(text.find(R"("name=a\"b\\c; d\001\010\195\169\127")") != std::string::npos);
  CHECK(text.starts_with("; a\"b\\c; d\\x01\\x0a"));  // no line of its own
}

TEST_CASE("Zone: a TXT string holds 255 octets; what is longer is left out") {
  ZoneCluster cluster = with_auth({ip("203.0.113.7")});
  cluster.name = std::string(250, 'n');
  CHECK(text_of(cluster).find("\"name=nnn") != std::string::npos);
  cluster.name += 'n';
  CHECK(text_of(cluster).find("\"name=") == std::string::npos);
}

TEST_CASE("Zone: private addresses are noted, and those that mean nothing elsewhere left out") {
  const std::string text =
      text_of(with_auth({ip("10.0.0.1"), ip("fe80::1"), ip("127.0.0.1"), ip("fd00::1")}));
  CHECK(text.find("auth.c1            60 IN A    10.0.0.1  "
                  "; private: for those who share its network\n") != std::string::npos);
  CHECK(text.find("60 IN AAAA fd00::1  ; private: ") != std::string::npos);
  CHECK(text.find("\n; fe80::1 is left out: ") != std::string::npos);
  CHECK(text.find("\n; 127.0.0.1 is left out: ") != std::string::npos);
}

TEST_CASE("Zone: an endpoint that nobody could reach is left out, the others are not") {
  ZoneCluster cluster = milan();
  cluster.endpoints[index_of(Service::kAuth)]->target = std::vector{ip("fe80::1")};
  const std::string text = text_of(cluster);
  CHECK(text.find("_liqo_auth") == std::string::npos);
  CHECK(text.find("; auth is left out: it has no address that others can reach\n") !=
        std::string::npos);
  CHECK(text.find("_liqo_api._tcp") != std::string::npos);
  const auto nothing = zone_text(with_auth({}), {});
  REQUIRE_FALSE(nothing.has_value());
  CHECK(nothing.error().code == Errc::kNotFound);
  CHECK(nothing.error().detail.starts_with("nothing of c1 can be published"));
}

TEST_CASE("Zone: a domain below which the names would be too long is an error") {
  ZoneOptions options;
  options.domain = *DomainName::parse(std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                                      std::string(63, 'c') + "." + std::string(60, 'd'));
  const auto text = zone_text(milan(), options);
  REQUIRE_FALSE(text.has_value());
  CHECK(text.error().code == Errc::kInvalid);
}

TEST_CASE("Zone: a cluster that is known, by host name where DNS has it, else by its addresses") {
  Json cluster = make_cluster("milan-1", "milan");
  cluster["endpoints"]["api"] = {
      {"host", "api.example.org"}, {"port", 6443}, {"addresses", {"203.0.113.9"}}};
  cluster["endpoints"]["gateway"] = {{"host", "node1"}, {"port", 5871}, {"addresses", {"x", 7}}};
  const auto zone = zone_cluster(cluster);
  REQUIRE(zone.has_value());
  CHECK(zone->name == "milan");
  const auto& auth = *zone->endpoints[index_of(Service::kAuth)];
  CHECK(auth.port == 30740);
  CHECK(std::get<std::vector<IpAddress>>(auth.target) ==
        std::vector{ip("10.0.0.1"), ip("fe80::1")});
  CHECK(std::get<DomainName>(zone->endpoints[index_of(Service::kApi)]->target).to_string() ==
        "api.example.org");
  CHECK(std::get<std::vector<IpAddress>>(zone->endpoints[index_of(Service::kGateway)]->target)
            .empty());
}

TEST_CASE("Zone: this host's own cluster, with the addresses of the interfaces in use") {
  const auto zone =
      own_zone_cluster(own_status({{"auth", {{"port", 30740}}},
                                   {"api", {{"port", 6443}, {"host", "203.0.113.7"}}},
                                   {"gateway", {{"port", 5871}, {"host", "gw.example.com"}}}}));
  REQUIRE(zone.has_value());
  CHECK(zone->id == "home-1");
  CHECK(zone->name.empty());
  CHECK(std::get<std::vector<IpAddress>>(zone->endpoints[0]->target) ==
        std::vector{ip("192.168.1.2"), ip("2001:db8::2"), ip("fe80::2")});
  CHECK(std::get<std::vector<IpAddress>>(zone->endpoints[1]->target) ==
        std::vector{ip("203.0.113.7")});
  CHECK(std::get<DomainName>(zone->endpoints[2]->target).to_string() == "gw.example.com");
}

TEST_CASE("Zone: where the LAN is switched off any address of this host may be meant") {
  Json status = own_status({{"auth", {{"port", 30740}}}});
  status["interfaces"][1]["used"] = false;
  const auto zone = own_zone_cluster(status);
  REQUIRE(zone.has_value());
  CHECK(std::get<std::vector<IpAddress>>(zone->endpoints[0]->target).size() == 4);
}

TEST_CASE("Zone: answers that are none make no records") {
  CHECK(zone_cluster(Json()).error().code == Errc::kMalformed);
  CHECK(zone_cluster({{"id", "a b"}}).error().code == Errc::kMalformed);
  CHECK(own_zone_cluster(Json::object()).error().code == Errc::kRefused);
  const auto odd = zone_cluster(
      {{"id", "c1"},
       {"endpoints", {{"auth", 7}, {"api", {{"port", 70000}}}, {"gateway", {{"port", "x"}}}}}});
  REQUIRE(odd.has_value());
  CHECK_FALSE(zone_text(*odd, {}).has_value());
}
