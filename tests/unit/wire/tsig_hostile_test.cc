#include "resolver/dnssd/rdata.h"
#include "resolver/wire/base64.h"
#include "resolver/wire/tsig.h"
#include "resolver/wire/update.h"
#include "tests/support/catch.h"
#include "tests/unit/wire/packets.h"

// Answers that are signed in unusual ways, and those that only look signed.

namespace liqo::wire {
namespace {

// All of these were made by another program, of Python's hmac module, for the request of
// tsig_test.cc: its MAC is kRequestMac.
constexpr std::string_view kRequestMac =
    "9822f9fe848f3b1f2655dc7ce75ac4f16108235d3116de4ab231c76c4f56e556";
/// Key and algorithm in upper case.
constexpr std::string_view kUpper =
    "1234a8000001000000000001076578616d706c6503636f6d0000060001094d494c414e2d4b45590000fa00ff00"
    "000000003d0b484d41432d5348413235360000006b08c801012c0020fe07c85129b8cb8f84b98baff1a628dfb9"
    "5c74487ad962dc6739592c25cd477e123400000000";
/// Half of the MAC (RFC 8945 section 5.2.2.1).
constexpr std::string_view kTruncated =
    "1234a8000001000000000001076578616d706c6503636f6d0000060001094d696c616e2d4b65790000fa00ff00"
    "000000002d0b686d61632d7368613235360000006b08c801012c0010fe07c85129b8cb8f84b98baff1a628df12"
    "3400000000";
constexpr std::string_view kBadSig =
    "1234a8090000000000000001094d696c616e2d4b65790000fa00ff00000000001d0b686d61632d736861323536"
    "00000000000000012c0000123400100000";
/// BADTIME whose other data are three octets.
constexpr std::string_view kOddTime =
    "1234a8090000000000000001094d696c616e2d4b65790000fa00ff0000000000400b686d61632d736861323536"
    "0000006b08c800012c00208e97ec45b660d7b86a303084785f0dd9b44acaf7d6076bba87a47b8835a330da1234"
    "0012000300006b";
/// NOTAUTH, without a question section.
constexpr std::string_view kNoQuestion =
    "1234a8090000000000000001094d696c616e2d4b65790000fa00ff00000000003d0b686d61632d736861323536"
    "0000006b08c801012c0020590371ff12f2afa604faa41e04401300fd5bbc9d50dbd6f411b913ce7c599afa1234"
    "00000000";
/// Signed at the last second that 48 bits can tell.
constexpr std::string_view kLastSecond =
    "1234a8000001000000000001076578616d706c6503636f6d0000060001094d696c616e2d4b65790000fa00ff00"
    "000000003d0b686d61632d73686132353600ffffffffffff012c0020f090d51304f678a4d5b4bdd26607b59844"
    "44dfb5cb0e1fd3f59eac0f3f4a0d06123400000000";

constexpr std::uint64_t kNow = 1'795'737'600;
constexpr std::uint16_t kTypeA = 1;

using Kind = TsigVerdict::Kind;

TsigKey key() {
  TsigKey made{name_of("Milan-Key"), TsigAlgorithm::kHmacSha256, {}};
  for (int octet = 0; octet < 32; ++octet) made.secret += static_cast<char>(octet);
  return made;
}

std::string request_mac() {
  const Octets raw = from_hex(kRequestMac);
  return {raw.begin(), raw.end()};
}

TsigVerdict verdict(std::string_view octets, std::uint64_t now = kNow) {
  return verify(as_octets(octets), key(), request_mac(), now);
}

std::string message(std::string_view hex) {
  const Octets raw = from_hex(hex);
  return {raw.begin(), raw.end()};
}

/// An answer without records, signed now.
std::string answer() {
  return sign(message("1234a8000000000000000000"), key(), kNow, request_mac()).octets;
}

/// With another record behind it, which the header counts.
std::string with_record(std::string octets) {
  octets[11] = static_cast<char>(octets[11] + 1);
  return octets + std::string(1, '\0') + message("00010001000000000004") + "\x01\x02\x03\x04";
}

TEST_CASE("TSIG: names of key and algorithm count in either case") {
  CHECK(verdict(message(kUpper)).kind == Kind::kAuthentic);
  TsigKey other = key();
  other.name = name_of("mILAN-kEY");
  CHECK(verify(from_hex(kUpper), other, request_mac(), kNow).kind == Kind::kAuthentic);
}

TEST_CASE("TSIG: half of a MAC is none") {
  CHECK(verdict(message(kTruncated)).kind == Kind::kWrong);
}

TEST_CASE("TSIG: BADSIG comes without a signature") {
  const TsigVerdict bad_sig = verdict(message(kBadSig));
  CHECK(bad_sig.kind == Kind::kUnsigned);
  CHECK(bad_sig.error == TsigError::kBadSig);
  CHECK_FALSE(bad_sig.server_time);
}

TEST_CASE("TSIG: a BADTIME that tells no time is authentic all the same") {
  const TsigVerdict odd = verdict(message(kOddTime));
  CHECK(odd.kind == Kind::kAuthentic);
  CHECK(odd.error == TsigError::kBadTime);
  CHECK_FALSE(odd.server_time);
}

TEST_CASE("TSIG: an answer may leave out the question") {
  CHECK(verdict(message(kNoQuestion)).kind == Kind::kAuthentic);
}

TEST_CASE("TSIG: the ends of time") {
  constexpr std::uint64_t kLast = (std::uint64_t{1} << 48) - 1;
  CHECK(verdict(message(kLastSecond)).kind == Kind::kWrong);
  CHECK(verdict(message(kLastSecond), kLast).kind == Kind::kAuthentic);
  CHECK(verdict(message(kLastSecond), kLast - 300).kind == Kind::kAuthentic);
  CHECK(verdict(message(kLastSecond), 0).kind == Kind::kWrong);
  CHECK(verdict(message(kLastSecond), UINT64_MAX).kind == Kind::kWrong);
}

TEST_CASE("TSIG: what stands behind a signature, or beside another, spoils it") {
  const std::string good = answer();
  REQUIRE(verdict(good).kind == Kind::kAuthentic);
  CHECK(verdict(with_record(good)).kind == Kind::kUnsigned);
  CHECK(verdict(good + "x").kind == Kind::kUnsigned);
  CHECK(verdict(sign(good, key(), kNow).octets).kind == Kind::kWrong);
  // Where it is counted as an answer.
  std::string moved = good;
  std::swap(moved[7], moved[11]);
  CHECK(verdict(moved).kind == Kind::kUnsigned);
}

TEST_CASE("TSIG: class and TTL are not signed, and have one value each") {
  const std::string good = answer();
  const std::size_t name_at = 12;
  const std::size_t type_at = name_at + key().name.wire().size();
  for (std::size_t at = type_at; at < type_at + 8; ++at) {
    for (const unsigned bit : {0x01U, 0x80U}) {
      std::string changed = good;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ bit);
      INFO("octet " << at << " bit " << bit);
      CHECK(verdict(changed).kind != Kind::kAuthentic);
    }
  }
}

TEST_CASE("TSIG: records of an answer are signed with it") {
  PacketBuilder packet(0, 1);
  packet.name("a.example.com").record(kTypeA, "\x01\x02\x03\x04");
  std::string octets(packet.packet().begin(), packet.packet().end());
  octets = sign(octets, key(), kNow, request_mac()).octets;
  CHECK(verdict(octets).kind == Kind::kAuthentic);
  octets[octets.find("\x01\x02\x03\x04")] = '\x05';
  CHECK(verdict(octets).kind == Kind::kWrong);
}

TEST_CASE("TSIG: an answer to nothing is not one to a request") {
  const std::string to_nothing = sign(message("1234a8000000000000000000"), key(), kNow).octets;
  CHECK(verdict(to_nothing).kind == Kind::kWrong);
  CHECK(verify(as_octets(to_nothing), key(), "", kNow).kind == Kind::kAuthentic);
}

TEST_CASE("TSIG: keys of any length sign") {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{1000}}) {
    TsigKey other = key();
    other.secret.assign(size, 'k');
    const auto octets =
        sign(message("1234a8000000000000000000"), other, kNow, request_mac()).octets;
    CHECK(verify(as_octets(octets), other, request_mac(), kNow).kind == Kind::kAuthentic);
    CHECK(verdict(octets).kind == Kind::kWrong);
  }
}

TEST_CASE("Base64: the vectors of RFC 4648 section 10") {
  CHECK(decode_base64("") == "");
  CHECK(decode_base64("Zg==") == "f");
  CHECK(decode_base64("Zm8=") == "fo");
  CHECK(decode_base64("Zm9v") == "foo");
  CHECK(decode_base64("Zm9vYg==") == "foob");
  CHECK(decode_base64("Zm9vYmE=") == "fooba");
  CHECK(decode_base64("Zm9vYmFy") == "foobar");
  CHECK(decode_base64("+/+/") == "\xFB\xFF\xBF");
}

TEST_CASE("Base64: what is not that") {
  for (const auto* text :
       {"Z", "Zg", "Zg=", "Zm9vYg=", "=", "====", "Z===", "Zg==Zg==", "Zm9v\n", " Zm9v   ",
        "Zm9v    ", "Zm_-", "Zm9\x80", "Zg=g", "Zm9v=", "Zm 9v==="}) {
    INFO(text);
    CHECK_FALSE(decode_base64(text));
  }
}

TEST_CASE("Update: response codes by their names") {
  CHECK(to_string(Rcode::kNoError) == "NOERROR");
  CHECK(to_string(Rcode::kNxRrset) == "NXRRSET");
  CHECK(to_string(Rcode::kNotZone) == "NOTZONE");
  CHECK(to_string(static_cast<Rcode>(11)) == "rcode 11");
  CHECK(to_string(static_cast<Rcode>(255)) == "rcode 255");
}

TEST_CASE("Update: counts, order and each name in full") {
  Update update{name_of("example.com"), {}, {}};
  const DomainName host = name_of("a.example.com");
  for (const char last : {'\x01', '\x02'}) {
    update.prerequisites.push_back(
        has_record(host, RecordType::kA, std::string("\x0A\0\0", 3) + last));
  }
  update.prerequisites.push_back(has_no_set(host, RecordType::kAaaa));
  update.changes.push_back(delete_set(host, RecordType::kA));
  update.changes.push_back(add_record(host, RecordType::kA, 60, std::string("\x0A\0\0\x03", 4)));
  const std::string name =
      "0161"
      "07"
      "6578616d706c65"
      "03"
      "636f6d"
      "00";
  CHECK(to_hex(build_update(update, 0xABCD)) ==
        "abcd2800"
        "0001"
        "0003"
        "0002"
        "0000" +
            name.substr(4) + "00060001" + name +
            "00010001"
            "00000000"
            "0004"
            "0a000001" +
            name +
            "00010001"
            "00000000"
            "0004"
            "0a000002" +
            name +
            "001c00fe"
            "00000000"
            "0000" +
            name +
            "000100ff"
            "00000000"
            "0000" +
            name +
            "00010001"
            "0000003c"
            "0004"
            "0a000003");
  CHECK(read_message(as_octets(build_update(update, 1))).has_value());
}

}  // namespace
}  // namespace liqo::wire
