#include "resolver/dns/answer.h"

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;

namespace {

constexpr std::uint16_t kSoa = 6;

wire::Question question(std::string_view of, RecordType type) {
  return {.name = name(of), .type = static_cast<std::uint16_t>(type)};
}

wire::Record record(std::string_view owner, std::uint16_t type, std::uint32_t ttl,
                    std::string rdata) {
  wire::Record made;
  made.name = name(owner);
  made.type = type;
  made.ttl = ttl;
  made.rdata = std::move(rdata);
  return made;
}

wire::Record soa(std::string_view owner, std::uint32_t ttl, std::uint8_t minimum) {
  std::string rdata = std::string(name("ns.example").wire()) + std::string(name("a").wire());
  rdata.append(19, '\0');
  rdata += static_cast<char>(minimum);
  return record(owner, kSoa, ttl, rdata);
}

Reply reply(wire::Message message) {
  Reply made;
  made.message = std::move(message);
  return made;
}

}  // namespace

TEST_CASE("Answer: a denial needs the SOA of a zone that the name is in") {
  wire::Message message;
  message.header.rcode = 3;
  const auto asked = question("a.example.com", RecordType::kPtr);
  SECTION("there is none") {
    CHECK(read_answer(asked, reply(message)).kind == Answer::Kind::kFailed);
  }
  SECTION("it is another zone's") {
    message.authorities.push_back(soa("example.org", 60, 60));
    CHECK(read_answer(asked, reply(message)).kind == Answer::Kind::kFailed);
  }
  SECTION("it is there: the lesser of its TTL and its minimum counts") {
    message.authorities.push_back(soa("example.com", 60, 20));
    const Answer answer = read_answer(asked, reply(message));
    CHECK(answer.kind == Answer::Kind::kNxDomain);
    CHECK(answer.ttl == 20);
  }
  SECTION("without NXDOMAIN it denies the type alone") {
    message.header.rcode = 0;
    message.authorities.push_back(soa("com", 10, 20));
    const Answer answer = read_answer(asked, reply(message));
    CHECK(answer.kind == Answer::Kind::kNoData);
    CHECK(answer.ttl == 10);
  }
}

TEST_CASE("Answer: the least TTL of a set counts, and duplicates count once") {
  wire::Message message;
  message.answers.push_back(record("h.example.com", 1, 300, std::string(4, '\1')));
  message.answers.push_back(record("H.example.com", 1, 100, std::string(4, '\1')));
  message.answers.push_back(record("h.example.com", 1, 200, std::string(4, '\2')));
  message.answers.push_back(record("other.example.com", 1, 5, std::string(4, '\3')));
  const Answer answer = read_answer(question("h.example.com", RecordType::kA), reply(message));
  CHECK(answer.kind == Answer::Kind::kRecords);
  CHECK(answer.ttl == 100);
  CHECK(answer.rdata.size() == 2);
  REQUIRE(answer.others.size() == 1);
  CHECK(answer.others[0].name == name("other.example.com"));
}

TEST_CASE("Answer: what came along with a validated answer is not taken") {
  wire::Message message;
  message.answers.push_back(record("h.example.com", 1, 300, std::string(4, '\1')));
  message.additionals.push_back(record("x.example.com", 1, 300, std::string(4, '\2')));
  Reply validated = reply(message);
  validated.dnssec = Dnssec::kSecure;
  CHECK(read_answer(question("h.example.com", RecordType::kA), validated).others.empty());
}

TEST_CASE("Answer: a chain of CNAMEs is followed to its end, or out of the message") {
  wire::Message message;
  const auto asked = question("a.example.com", RecordType::kA);
  message.answers.push_back(
      record("a.example.com", 5, 30, std::string(name("b.example.com").wire())));
  Answer answer = read_answer(asked, reply(message));
  CHECK(answer.kind == Answer::Kind::kAlias);
  CHECK(answer.alias == name("b.example.com"));
  message.answers.push_back(record("b.example.com", 1, 300, std::string(4, '\1')));
  answer = read_answer(asked, reply(message));
  CHECK(answer.kind == Answer::Kind::kRecords);
  CHECK(answer.ttl == 30);
}
