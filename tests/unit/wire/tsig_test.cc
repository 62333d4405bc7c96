#include "resolver/wire/tsig.h"

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/update.h"
#include "tests/support/catch.h"
#include "tests/unit/wire/packets.h"

namespace liqo::wire {
namespace {

// All of these were made by another program, of Python's hmac module.
constexpr std::string_view kUpdate =
    "123428000001000100010000076578616d706c6503636f6d00000600010161076578616d706c6503636f6d00002100"
    "fe"
    "0000000000000161076578616d706c6503636f6d00001000010000003c0003026869";
constexpr std::string_view kSigned256 =
    "123428000001000100010001076578616d706c6503636f6d00000600010161076578616d706c6503636f6d00002100"
    "fe"
    "0000000000000161076578616d706c6503636f6d00001000010000003c0003026869094d696c616e2d4b65790000fa"
    "00"
    "ff00000000003d0b686d61632d7368613235360000006b08c800012c00209822f9fe848f3b1f2655dc7ce75ac4f161"
    "08"
    "235d3116de4ab231c76c4f56e556123400000000";
constexpr std::string_view kSigned384 =
    "123428000001000100010001076578616d706c6503636f6d00000600010161076578616d706c6503636f6d00002100"
    "fe"
    "0000000000000161076578616d706c6503636f6d00001000010000003c0003026869094d696c616e2d4b65790000fa"
    "00"
    "ff00000000004d0b686d61632d7368613338340000006b08c800012c003075ffa8c0d9fb954d155b313eee510577be"
    "1d"
    "86ec5f1a91da4e671fa37824582dec8eb8c6c9f2acaf30be7b0ae472bec2123400000000";
constexpr std::string_view kSigned512 =
    "123428000001000100010001076578616d706c6503636f6d00000600010161076578616d706c6503636f6d00002100"
    "fe"
    "0000000000000161076578616d706c6503636f6d00001000010000003c0003026869094d696c616e2d4b65790000fa"
    "00"
    "ff00000000005d0b686d61632d7368613531320000006b08c800012c00405318d4c2d9f5bf648b5ee1ae66d10863eb"
    "5c"
    "a05182816c85fa6d8e6233c2a705551370083cc2b490728c7c13adf682e1ad9ccb841db5856215d8aa78ee8fbf2e12"
    "34"
    "00000000";
constexpr std::string_view kAnswer =
    "1234a8000001000000000001076578616d706c6503636f6d0000060001094d696c616e2d4b65790000fa00ff000000"
    "00"
    "003d0b686d61632d7368613235360000006b08c801012c0020fe07c85129b8cb8f84b98baff1a628dfb95c74487ad9"
    "62"
    "dc6739592c25cd477e123400000000";
constexpr std::string_view kBadTime =
    "1234a8090001000000000001076578616d706c6503636f6d0000060001094d696c616e2d4b65790000fa00ff000000"
    "00"
    "00430b686d61632d7368613235360000006b08c800012c002053bfd8299a6f07f9a4f6f361cb40ecc129ac403cd4fa"
    "0a"
    "38d9728bf4b55605d012340012000600006b08d610";
constexpr std::string_view kBadKey =
    "1234a8090001000000000001076578616d706c6503636f6d0000060001094d696c616e2d4b65790000fa00ff000000"
    "00"
    "001d0b686d61632d73686132353600000000000000012c0000123400110000";
constexpr std::uint64_t kNow = 1'795'737'600;

using Kind = TsigVerdict::Kind;

TsigKey key(TsigAlgorithm algorithm = TsigAlgorithm::kHmacSha256) {
  TsigKey made{name_of("Milan-Key"), algorithm, {}};
  for (int octet = 0; octet < 32; ++octet) made.secret += static_cast<char>(octet);
  return made;
}

std::string octets(std::string_view hex) {
  const Octets raw = from_hex(hex);
  return {raw.begin(), raw.end()};
}

std::string mac_of_request() { return sign(octets(kUpdate), key(), kNow).mac; }

TsigVerdict verdict(std::string_view answer, std::uint64_t now = kNow) {
  const Octets raw = from_hex(answer);
  return verify(raw, key(), mac_of_request(), now);
}

TEST_CASE("Update: a message, octet for octet") {
  Update update{name_of("example.com"), {}, {}};
  update.prerequisites.push_back(has_no_set(name_of("a.example.com"), RecordType::kSrv));
  update.changes.push_back(add_record(name_of("a.example.com"), RecordType::kTxt, 60, "\x02hi"));
  CHECK(to_hex(build_update(update, 0x1234)) == kUpdate);
}

TEST_CASE("Update: each kind of change and of prerequisite") {
  const DomainName name = name_of("a");
  const auto tail = [&name](const Record& record) {
    const std::string message = build_update({name_of("."), {record}, {}}, 0);
    return to_hex(message).substr(2 * (12 + 1 + 4) + 2 * name.wire().size());
  };
  CHECK(tail(has_record(name, RecordType::kA, "\x01\x02\x03\x04")) ==
        "0001000100000000000401020304");
  CHECK(tail(has_no_set(name, RecordType::kA)) == "000100fe000000000000");
  CHECK(tail(add_record(name, RecordType::kA, 258, "\x01\x02\x03\x04")) ==
        "0001000100000102000401020304");
  CHECK(tail(delete_record(name, RecordType::kA, "\x01\x02\x03\x04")) ==
        "000100fe00000000000401020304");
  CHECK(tail(delete_set(name, RecordType::kA)) == "000100ff000000000000");
}

TEST_CASE("TSIG: what is signed is what another program signs") {
  CHECK(to_hex(sign(octets(kUpdate), key(), kNow).octets) == kSigned256);
  CHECK(to_hex(sign(octets(kUpdate), key(TsigAlgorithm::kHmacSha384), kNow).octets) == kSigned384);
  CHECK(to_hex(sign(octets(kUpdate), key(TsigAlgorithm::kHmacSha512), kNow).octets) == kSigned512);
}

TEST_CASE("TSIG: an answer that is signed with the key, now, is authentic") {
  CHECK(verdict(kAnswer).kind == Kind::kAuthentic);
  CHECK(verdict(kAnswer, kNow + 301).kind == Kind::kAuthentic);
  CHECK(verdict(kAnswer, kNow + 302).kind == Kind::kWrong);
  CHECK(verdict(kAnswer, kNow - 300).kind == Kind::kWrong);
}

TEST_CASE("TSIG: no octet of an authentic answer may differ") {
  const Octets answer = from_hex(kAnswer);
  const std::string mac = mac_of_request();
  for (std::size_t at = 0; at < answer.size(); ++at) {
    Octets changed = answer;
    changed[at] ^= 0x01;
    const auto kind = verify(changed, key(), mac, kNow).kind;
    INFO("octet " << at);
    // The header's id is not signed: the original id is (RFC 8945 section 5.3).
    CHECK((kind == Kind::kAuthentic) == (at < 2));
  }
  CHECK(verify(answer, key(), mac.substr(1), kNow).kind == Kind::kWrong);
}

TEST_CASE("TSIG: another key, another algorithm, another request are not authentic") {
  const Octets answer = from_hex(kAnswer);
  TsigKey other = key();
  other.secret[0] = 'x';
  CHECK(verify(answer, other, mac_of_request(), kNow).kind == Kind::kWrong);
  other = key();
  other.name = name_of("rome-key");
  CHECK(verify(answer, other, mac_of_request(), kNow).kind == Kind::kWrong);
  CHECK(verify(answer, key(TsigAlgorithm::kHmacSha512), mac_of_request(), kNow).kind ==
        Kind::kWrong);
  CHECK(verify(answer, key(), "another", kNow).kind == Kind::kWrong);
}

TEST_CASE("TSIG: errors, and whether they can be believed") {
  const TsigVerdict bad_time = verdict(kBadTime);
  CHECK(bad_time.kind == Kind::kAuthentic);
  CHECK(bad_time.error == TsigError::kBadTime);
  CHECK(bad_time.server_time == kNow + 3600);
  const TsigVerdict bad_key = verdict(kBadKey);
  CHECK(bad_key.kind == Kind::kUnsigned);
  CHECK(bad_key.error == TsigError::kBadKey);
  CHECK(to_string(TsigError::kBadSig) == "BADSIG");
  CHECK(to_string(static_cast<TsigError>(99)) == "error 99");
}

TEST_CASE("TSIG: what has no signature, or is no message, is unsigned") {
  CHECK(verdict(kUpdate).kind == Kind::kUnsigned);
  const Octets answer = from_hex(kAnswer);
  for (std::size_t size = 0; size < answer.size(); ++size) {
    const auto kind = verify(std::span(answer).first(size), key(), mac_of_request(), kNow).kind;
    CHECK(kind != Kind::kAuthentic);
  }
}

TEST_CASE("TSIG: algorithms by their names") {
  CHECK(tsig_algorithm("hmac-sha256") == TsigAlgorithm::kHmacSha256);
  CHECK(tsig_algorithm("HMAC-SHA384.") == TsigAlgorithm::kHmacSha384);
  CHECK(tsig_algorithm("hmac-sha512") == TsigAlgorithm::kHmacSha512);
  CHECK_FALSE(tsig_algorithm("hmac-md5.sig-alg.reg.int"));
  CHECK_FALSE(tsig_algorithm("hmac-sha1"));
}

}  // namespace
}  // namespace liqo::wire
