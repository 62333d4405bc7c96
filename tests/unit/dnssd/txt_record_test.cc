#include "resolver/dnssd/txt_record.h"

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"

namespace liqo {
namespace {

using namespace std::string_literals;
using Item = TxtRecord::Item;

std::string string_of(std::string_view octets) {
  return std::string(1, static_cast<char>(octets.size())).append(octets);
}

TxtRecord read(std::string_view rdata) {
  auto record = TxtRecord::from_rdata(as_octets(rdata));
  REQUIRE(record.has_value());
  return std::move(*record);
}

TEST_CASE("TxtRecord: keys and values, in wire order") {
  const TxtRecord record = read(string_of("txtvers=1") + string_of("id=c1") + string_of("x=y=z"));
  const std::vector<Item> items = {{"txtvers", "1"}, {"id", "c1"}, {"x", "y=z"}};
  CHECK(record.items() == items);
  CHECK_FALSE(record.truncated());
}

TEST_CASE("TxtRecord: no octets at all, as Liqo sends it, is an empty record") {
  CHECK(read("") == TxtRecord());
  CHECK(read("\0"s) == TxtRecord());
  CHECK(read("\0\0\0"s) == TxtRecord());
}

TEST_CASE("TxtRecord: a key without = has no value, one with = and nothing an empty one") {
  const TxtRecord record = read(string_of("flag") + string_of("empty="));
  const std::vector<Item> items = {{"flag", std::nullopt}, {"empty", ""}};
  CHECK(record.items() == items);
  CHECK(record.get("flag") == "");
  CHECK(record.get("empty") == "");
  CHECK_FALSE(record.get("missing").has_value());
}

TEST_CASE("TxtRecord: strings without a key are skipped") {
  const std::vector<Item> items = {{"a", "1"}};
  CHECK(read(string_of("=x") + string_of("=") + string_of("") + string_of("a=1")).items() == items);
}

TEST_CASE("TxtRecord: of a repeated key the first counts, and all are kept") {
  const TxtRecord record = read(string_of("ID") + string_of("id=c1") + string_of("Id=c2"));
  CHECK(record.items().size() == 3);
  CHECK(record.get("id") == "");
  CHECK(read(string_of("id=c1") + string_of("ID=c2")).get("Id") == "c1");
}

TEST_CASE("TxtRecord: a key matches as a whole") {
  const TxtRecord record = read(string_of("identity=x") + string_of("i=y"));
  CHECK_FALSE(record.get("id").has_value());
  CHECK_FALSE(record.get("").has_value());
}

TEST_CASE("TxtRecord: any octets are kept") {
  const TxtRecord record = read(string_of("k\0\xFF=\0\x1b\xFF"s));
  const std::vector<Item> items = {{"k\0\xFF"s, "\0\x1b\xFF"s}};
  CHECK(record.items() == items);
  CHECK(record.get("K\0\xFF"s) == "\0\x1b\xFF"s);
}

TEST_CASE("TxtRecord: a string that runs past the end is malformed") {
  for (const std::string& rdata : {"\1"s, "\2a"s, "\xFF"s, string_of("a=1") + "\5ab"s}) {
    const auto record = TxtRecord::from_rdata(as_octets(rdata));
    REQUIRE_FALSE(record.has_value());
    CHECK(record.error().code == Errc::kMalformed);
  }
}

TEST_CASE("TxtRecord: as many octets as a message may have, and not one more") {
  std::string rdata;
  while (rdata.size() + 256 <= TxtRecord::kMaxOctets) rdata += string_of(std::string(255, 'x'));
  rdata += string_of(std::string(TxtRecord::kMaxOctets - rdata.size() - 1, 'y'));
  REQUIRE(rdata.size() == TxtRecord::kMaxOctets);
  CHECK_FALSE(read(rdata).truncated());

  const TxtRecord record = read(rdata + "\0"s);
  CHECK(record.truncated());
  CHECK(record.items().empty());
}

TEST_CASE("TxtRecord: 64 KiB is no attributes, whatever it says") {
  for (const char octet : {'\0', '\1', '\x7F', '\xFF'}) {
    const TxtRecord record = read(std::string(65'535, octet));
    CHECK(record.truncated());
    CHECK(record.items().empty());
  }
}

TEST_CASE("TxtRecord: as many items as there may be, and not one more") {
  std::string rdata;
  for (std::size_t i = 0; i < TxtRecord::kMaxItems; ++i) rdata += string_of("a");
  CHECK(read(rdata + string_of("=skipped") + "\0"s).items().size() == TxtRecord::kMaxItems);
  const TxtRecord record = read(rdata + string_of("a"));
  CHECK(record.truncated());
  CHECK(record.items().empty());
}

TEST_CASE("TxtRecord: what was read is what is written") {
  const std::string rdata = string_of("txtvers=1") + string_of("flag") + string_of("empty=") +
                            string_of("\xFF\0=\0"s) + string_of(std::string(255, 'x'));
  CHECK(read(rdata).to_rdata() == rdata);
  CHECK(TxtRecord().to_rdata() == "\0"s);
  CHECK(read("").to_rdata() == "\0"s);
}

TEST_CASE("TxtRecord: one made of items is as one that was read") {
  const std::vector<Item> items = {{"flag", std::nullopt}, {"empty", ""}, {"two", "a=b"}};
  CHECK(TxtRecord(items).items() == items);
  CHECK(TxtRecord(items) == read(string_of("flag") + string_of("empty=") + string_of("two=a=b")));
}

TEST_CASE("TxtRecord: items that no string holds are not told") {
  TxtRecord record;
  record.add("a", std::string(253, 'x'));
  record.add("b", std::string(254, 'x'));
  CHECK(record.to_rdata() == string_of("a=" + std::string(253, 'x')));
  record.add("", "x");
  CHECK(record.items() == std::vector<Item>{{"a", std::string(253, 'x')}});
  TxtRecord nothing;
  nothing.add("b", std::string(254, 'x'));
  CHECK(nothing.to_rdata() == "\0"s);
}

}  // namespace
}  // namespace liqo
