#include "resolver/lan/helper/rdata_check.h"

#include "tests/support/catch.h"

using namespace liqo;
using namespace liqo::lan;
using namespace std::string_literals;

namespace {

bool right(RecordType type, std::string rdata, std::uint32_t ttl = 300) {
  return lan::helper::check_rdata({DomainName(), type, ttl, true, std::move(rdata)}).has_value();
}

}  // namespace

TEST_CASE("Published rdata: each type has its form") {
  CHECK(right(RecordType::kA, "\x0a\0\0\1"s));
  CHECK_FALSE(right(RecordType::kA, "\x0a\0\0"s));
  CHECK_FALSE(right(RecordType::kA, "\x0a\0\0\1\0"s));
  CHECK(right(RecordType::kAaaa, std::string(16, '\1')));
  CHECK_FALSE(right(RecordType::kAaaa, std::string(4, '\1')));
  CHECK(right(RecordType::kPtr, "\1x\5local\0"s));
  CHECK_FALSE(right(RecordType::kPtr, "\1x\5local"s));
  CHECK_FALSE(right(RecordType::kPtr, ""));
  CHECK_FALSE(right(RecordType::kCname, "\xc0\x0c"));
  CHECK(right(RecordType::kSrv, "\0\0\0\0\x19\x2b\1x\0"s));
  CHECK_FALSE(right(RecordType::kSrv, "\0\0\0\0\x19\x2b"s));
  CHECK_FALSE(right(RecordType::kSrv, "\0\0\0\0\x19\x2b\1x\0\0"s));
}

TEST_CASE("Published rdata: TXT is strings that fill it, at least one") {
  CHECK(right(RecordType::kTxt, "\0"s));
  CHECK(right(RecordType::kTxt, "\4id=x\0"s));
  CHECK(right(RecordType::kTxt, "\xff" + std::string(255, 'x')));
  CHECK_FALSE(right(RecordType::kTxt, ""));
  CHECK_FALSE(right(RecordType::kTxt, "\5id=x"s));
}

TEST_CASE("Published rdata: a record that withdraws itself is none") {
  CHECK_FALSE(right(RecordType::kA, "\x0a\0\0\1"s, 0));
}
