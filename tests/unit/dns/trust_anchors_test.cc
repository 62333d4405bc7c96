#include "resolver/dns/trust_anchors.h"

#include "tests/support/catch.h"

namespace liqo::dns {
namespace {

constexpr const char* kKey =
    "hZwzBIV8l9pDPW22TXVPmd25J+PZ3rwpt9mxObxkNMdIqkKWuBewY/6Z2ozIqFphQtU0+vJzzpyBguEk2dbT5w==";
constexpr const char* kSha256 = "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB";

std::string error_of(const std::string& text) {
  const auto anchors = parse_trust_anchors(text);
  return anchors ? "" : anchors.error().detail;
}

TEST_CASE("Trust anchors: keys as the tools write them") {
  const std::string record = "example. IN DNSKEY 257 3 13 " + std::string(kKey);
  const auto text = GENERATE_COPY(
      "example.\tIN\tDNSKEY\t257 3 13 " + std::string(kKey) + " ;{id = 22304 (ksk), size = 256b}\n",
      "; This is a key-signing key, keyid 1, for example.\n\nexample. IN DNSKEY 257 3 13 " +
          std::string(kKey),
      "; autotrust trust anchor file\n;;id: example. 1\nexample.\t86400\tIN\tDNSKEY\t257 3 13 " +
          std::string(kKey) + " ;;state=2 [  VALID  ] ;;count=0\n",
      "example IN 300 dnskey ( 257 3 13 ; ksk\n  " + std::string(kKey).substr(0, 40) + "\n  " +
          std::string(kKey).substr(40) + " )\r\n");
  const auto anchors = parse_trust_anchors(text);
  REQUIRE(anchors.has_value());
  REQUIRE(anchors->size() == 1);
  CHECK(anchors->front().zone == *DomainName::parse("example"));
  CHECK(anchors->front().record == record);
}

TEST_CASE("Trust anchors: digests, several zones, and what is neither") {
  const auto anchors = parse_trust_anchors(
      "$TTL 300\n"
      "a.example. IN DS 1 13 2 " +
      std::string(kSha256) + "\n" +
      "a.example. IN DS 1 13 1 ABAB\n"  // SHA-1
      "a.example. IN NS ns.a.example.\n"
      ". IN DS 20326 8 2 " +
      std::string(kSha256).substr(0, 30) + " " + std::string(kSha256).substr(30) + "\n");
  REQUIRE(anchors.has_value());
  REQUIRE(anchors->size() == 2);
  CHECK((*anchors)[0].record == "a.example. IN DS 1 13 2 " + std::string(kSha256));
  CHECK((*anchors)[1].zone.is_root());
  CHECK((*anchors)[1].record == ". IN DS 20326 8 2 " + std::string(kSha256));
}

TEST_CASE("Trust anchors: what cannot be one is refused, and where it is") {
  const std::string line = "\nexample. IN ";
  CHECK(error_of(line + "DNSKEY 257 3 13 %%%%") ==
        "line 2: not a DS or DNSKEY record in presentation form");
  CHECK(error_of(line + "DNSKEY 257 2 13 " + kKey).starts_with("line 2: "));
  CHECK(error_of(line + "DNSKEY 257 3 " + kKey).starts_with("line 2: "));
  CHECK(error_of(line + "DS 1 13 2 ABAB").starts_with("line 2: "));
  CHECK(error_of(line + "DS 65536 13 2 " + kSha256).starts_with("line 2: "));
  CHECK(error_of("a..b IN DNSKEY 257 3 13 " + std::string(kKey)).starts_with("line 1: not a DNS"));
  CHECK(error_of("  example. IN DNSKEY 257 3 13 " + std::string(kKey)) ==
        "line 1: expected an owner name in the first column");
}

TEST_CASE("Trust anchors: a file without a usable one is refused") {
  CHECK(error_of("") == "no DS or DNSKEY record in presentation form");
  CHECK(error_of("trust-anchors { . initial-key 257 3 8 \"AwEAAQ==\"; };").starts_with("no DS"));
  const std::string line = "example. IN DNSKEY ";
  for (const char* unused : {"257 3 5 ", "257 3 16 ", "256 3 253 ", "385 3 13 ", "1 3 13 "}) {
    CHECK(error_of(line + unused + kKey) == "no key of an algorithm that is surely validated");
  }
}

TEST_CASE("Trust anchors: any octets are read to their end") {
  for (const char* text :
       {"(", ")))", ";", " ;\n(\n", "a ( b ; c", "\n\n a", "a IN DS", "DS", "a DNSKEY 1 1 1 ="}) {
    CHECK_FALSE(parse_trust_anchors(text).has_value());
  }
  CHECK_FALSE(parse_trust_anchors(std::string("a\0b IN DS 1", 11)).has_value());
}

TEST_CASE("Trust anchors: the root's, as Debian has them") {
  const auto anchors = read_trust_anchors("/usr/share/dns/root.key");
  if (!anchors && anchors.error().code == Errc::kIo) {
    WARN("SKIPPED: dns-root-data is not installed");
    return;
  }
  REQUIRE(anchors.has_value());
  for (const TrustAnchor& anchor : *anchors) CHECK(anchor.zone.is_root());
}

TEST_CASE("Trust anchors: a file that cannot be read is named") {
  CHECK(read_trust_anchors("/nowhere").error().detail ==
        "trust anchor /nowhere: No such file or directory");
  CHECK(read_trust_anchors("/").error().detail == "trust anchor /: Is a directory");
  CHECK(read_trust_anchors("/dev/zero").error().detail ==
        "trust anchor /dev/zero: more than 65536 octets");
}

}  // namespace
}  // namespace liqo::dns
