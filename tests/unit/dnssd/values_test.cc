#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/service.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/time.h"
#include "tests/support/catch.h"

namespace liqo {
namespace {

using namespace std::string_literals;

TEST_CASE("Label: what RFC 1123 calls one") {
  for (const std::string& label :
       {"a"s, "7"s, "c1"s, "a--b"s, "8b4b6c5e-1f0a"s, std::string(63, 'x')}) {
    INFO(label);
    CHECK(is_rfc1123_label(label));
  }
  for (const std::string& label : {""s, "A"s, "-a"s, "a-"s, "-"s, "a.b"s, "a_b"s, "a b"s, "a\0"s,
                                   "\xC3\xA9"s, "*"s, std::string(64, 'x')}) {
    INFO(label);
    CHECK_FALSE(is_rfc1123_label(label));
  }
}

std::optional<ClusterId> id_of(std::string_view instance,
                               const std::optional<std::string>& told = std::nullopt) {
  TxtRecord txt;
  if (told) txt.add("id", *told);
  return cluster_id_of(instance, txt);
}

TEST_CASE("ClusterId: the instance label, as Liqo sends it") {
  CHECK(id_of("8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f") == "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f");
  CHECK(id_of("MILAN") == "milan");
}

TEST_CASE("ClusterId: without what a name conflict left behind") {
  CHECK(id_of("c1 #2") == "c1");
  CHECK(id_of("C1 #17") == "c1");
  CHECK(id_of("c1 (2)") == "c1");
  for (const char* instance : {"c1 #", "c1 #x", "c1 2", "c1 ()", "c1 (x)", "c1#2", "c1 #2 ", " #2",
                               "c1 #2 #3", "c1  #2", "#2", "(2)"}) {
    INFO(instance);
    CHECK_FALSE(id_of(instance).has_value());
  }
}

TEST_CASE("ClusterId: id= decides where it is one") {
  CHECK(id_of("c1 #2", "c1") == "c1");
  CHECK(id_of("anything at all", "C1") == "c1");
  CHECK(id_of("\xFF\0"s, "c1") == "c1");
  CHECK(id_of("c1", "") == "c1");
  CHECK(id_of("c1", "not a label") == "c1");
  CHECK(id_of("c1", "c2 #2") == "c1");
  CHECK(id_of("c1", std::string(64, 'x')) == "c1");
}

TEST_CASE("ClusterId: an instance without any is no cluster") {
  CHECK_FALSE(id_of("").has_value());
  CHECK_FALSE(id_of("Liqo on node1").has_value());
  CHECK_FALSE(id_of("c1.example").has_value());
  CHECK_FALSE(id_of("\x1b[2J", "\x1b[2J").has_value());
  CHECK_FALSE(id_of(std::string(64, 'x')).has_value());
}

TEST_CASE("Service: types, endpoints and transports") {
  CHECK(service_type(Service::kAuth) == "_liqo_auth._tcp");
  CHECK(service_type(Service::kApi) == "_liqo_api._tcp");
  CHECK(service_type(Service::kGateway) == "_liqo_gateway._udp");
  CHECK(transport(Service::kGateway) == "udp");
  for (const Service service : kServices) {
    CHECK(service_from_type(service_type(service)) == service);
    CHECK(service_from_endpoint(endpoint_name(service)) == service);
  }
  CHECK_FALSE(service_from_type("_liqo._tcp").has_value());
  CHECK_FALSE(service_from_type("").has_value());
  CHECK_FALSE(service_from_endpoint("_liqo_auth._tcp").has_value());
}

TEST_CASE("SRV: rdata and back") {
  const std::string rdata = "\0\1\0\2\x78\x14\5node1\5local\0"s;
  const auto srv = parse_srv(as_octets(rdata));
  REQUIRE(srv.has_value());
  CHECK(srv->priority == 1);
  CHECK(srv->weight == 2);
  CHECK(srv->port == 30740);
  CHECK(srv->target.to_string() == "node1.local");
  CHECK(to_rdata(*srv) == rdata);
  CHECK(parse_srv(as_octets("\0\0\0\0\0\0\0"s))->target.is_root());
}

TEST_CASE("SRV: rdata that is none") {
  for (const std::string& rdata :
       {""s, "\0\0\0\0\0"s, "\0\0\0\0\0\0"s, "\0\0\0\0\0\0\1"s, "\0\0\0\0\0\0\1a"s,
        "\0\0\0\0\0\0\1a\0x"s, "\0\0\0\0\0\0\xC0\x0C"s}) {
    const auto srv = parse_srv(as_octets(rdata));
    REQUIRE_FALSE(srv.has_value());
    CHECK(srv.error().code == Errc::kMalformed);
  }
}

SightingKey key_of(std::string instance) {
  SightingKey key;
  key.domain = *DomainName::parse("local");
  key.instance = std::move(instance);
  return key;
}

TEST_CASE("SightingKey: ASCII case does not count, all else does") {
  SightingKey upper = key_of("C1");
  upper.domain = *DomainName::parse("LOCAL");
  CHECK(upper == key_of("c1"));
  CHECK_FALSE(upper < key_of("c1"));
  CHECK_FALSE(key_of("c1") < upper);
  CHECK_FALSE(key_of("c1") == key_of("c1 #2"));

  const SightingKey key = key_of("c1");
  const auto differs = [&key](auto change) {
    SightingKey other = key;
    change(other);
    return !(other == key) && (other < key) != (key < other);
  };
  CHECK(differs([](SightingKey& other) { other.source = Source::kDns; }));
  CHECK(differs([](SightingKey& other) { other.service = Service::kApi; }));
  CHECK(differs([](SightingKey& other) { other.family = Family::kIpv6; }));
  CHECK(differs([](SightingKey& other) { other.interface = 2; }));
  CHECK(differs([](SightingKey& other) { other.domain = *DomainName::parse("example.com"); }));
  CHECK(differs([](SightingKey& other) { other.instance = "c2"; }));
  CHECK(differs([](SightingKey& other) { other.instance = "c1\xFF"; }));
}

TEST_CASE("Sighting: words that users script against") {
  CHECK(to_string(Source::kLan) == "lan");
  CHECK(to_string(Source::kDns) == "dns");
  CHECK(to_string(Source::kManual) == "manual");
  CHECK(to_string(EvidenceMethod::kMdns) == "mdns");
  CHECK(to_string(EvidenceMethod::kQuery) == "query");
  CHECK(to_string(EvidenceMethod::kDns) == "dns");
  CHECK(to_string(EvidenceMethod::kIds) == "ids");
  CHECK(to_string(EvidenceMethod::kTcp) == "tcp");
  CHECK(to_string(Gone::kWithdrawnOrExpired) == "withdrawn-or-expired");
  CHECK(to_string(Gone::kLinkDown) == "link-down");
  CHECK(to_string(Gone::kNoAnswer) == "no-answer");
  CHECK(to_string(Gone::kNxdomain) == "nxdomain");
  CHECK(to_string(Gone::kExpired) == "expired");
  CHECK(to_string(Gone::kRemoved) == "removed");
  CHECK(to_string(Gone::kLimit) == "limit");
}

TEST_CASE("Time: RFC 3339 in UTC, to the second") {
  CHECK(to_rfc3339(WallTime{}) == "1970-01-01T00:00:00Z");
  CHECK(to_rfc3339(WallTime(std::chrono::milliseconds(1'795'424'700'999))) ==
        "2026-11-23T09:05:00Z");
  CHECK(to_rfc3339(WallTime(std::chrono::milliseconds(-1))) == "1969-12-31T23:59:59Z");
}

}  // namespace
}  // namespace liqo
