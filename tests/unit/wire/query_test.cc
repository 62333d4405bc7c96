#include <set>

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/unit/wire/packets.h"

namespace liqo::wire {
namespace {

constexpr auto kPtr = static_cast<std::uint16_t>(RecordType::kPtr);
constexpr auto kSrv = static_cast<std::uint16_t>(RecordType::kSrv);

TEST_CASE("Query: the browse question of Liqo, octet for octet") {
  CHECK(to_hex(build_query({name_of("_liqo_auth._tcp.local"), kPtr}, {})) == kLiqoBrowse);
}

TEST_CASE("Query: id and flags are the caller's") {
  QueryOptions options;
  options.id = 0xBEEF;
  const std::string plain = build_query({name_of("example.com"), kPtr}, options);
  CHECK(to_hex(plain.substr(0, 4)) == "beef0000");
  options.recursion_desired = true;
  const std::string recursive = build_query({name_of("example.com"), kPtr}, options);
  CHECK(to_hex(recursive.substr(0, 4)) == "beef0100");
  options.authentic_data = true;
  const std::string authentic = build_query({name_of("example.com"), kPtr}, options);
  CHECK(to_hex(authentic.substr(0, 4)) == "beef0120");
}

TEST_CASE("Query: the unicast-response bit is the class's top bit") {
  Question question{name_of("c1._liqo_auth._tcp.local"), kSrv};
  question.unicast_response = true;
  const std::string query = build_query(question, {});
  CHECK(to_hex(query.substr(query.size() - 4)) == "00218001");
}

TEST_CASE("Query: OPT is the last eleven octets") {
  QueryOptions options;
  const Question question{name_of("example.com"), kPtr};
  const std::string plain = build_query(question, options);
  options.edns = true;
  const std::string query = build_query(question, options);
  REQUIRE(query.size() == plain.size() + kOptOctets);
  CHECK(to_hex(query.substr(plain.size())) == "00002904d0000000000000");
  CHECK(to_hex(query.substr(10, 2)) == "0001");
}

TEST_CASE("Query: what was built is what is read") {
  const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." +
                              std::string(63, 'c') + "." + std::string(61, 'd');
  for (const std::string& text : {std::string("."), std::string("local"), longest,
                                  std::string("\\000\\255\\.x._liqo_api._tcp.Local")}) {
    INFO(text);
    Question question{name_of(text), 65'535, 255, true};
    const auto message = read_message(as_octets(build_query(question, {.id = 7, .edns = true})));
    REQUIRE(message.has_value());
    CHECK(message->header.id == 7);
    REQUIRE(message->questions.size() == 1);
    CHECK(message->questions[0] == question);
    CHECK(message->questions[0].name.wire() == question.name.wire());
    REQUIRE(message->additionals.size() == 1);
    CHECK(message->additionals[0].type == kTypeOpt);
    CHECK(message->additionals[0].record_class == kEdnsUdpSize);
  }
}

TEST_CASE("Query: ids are drawn, not counted") {
  std::set<std::uint16_t> ids;
  bool counted = true;
  std::uint16_t last = random_id();
  for (int i = 0; i < 64; ++i) {
    const std::uint16_t id = random_id();
    counted = counted && id == static_cast<std::uint16_t>(last + 1);
    last = id;
    ids.insert(id);
  }
  CHECK_FALSE(counted);
  CHECK(ids.size() > 48);
}

}  // namespace
}  // namespace liqo::wire
