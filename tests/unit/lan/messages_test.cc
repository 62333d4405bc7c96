#include "resolver/lan/messages.h"

#include "tests/support/catch.h"
#include "tests/unit/lan/message_samples.h"

using namespace liqo;
using namespace liqo::lan;

namespace {

/// Big-endian, as on the wire.
std::string u16(unsigned value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}
std::string u32(unsigned value) { return u16(value >> 16) + u16(value & 0xffff); }

bool malformed(const Result<ToHelper>& message) {
  return !message && message.error().code == Errc::kMalformed;
}
bool malformed(const Result<FromHelper>& message) {
  return !message && message.error().code == Errc::kMalformed;
}

constexpr char kConfigure = 0;
constexpr char kWatch = 1;
constexpr char kPublish = 3;
constexpr char kBackendReport = 0;
constexpr char kRecordReport = 1;

const std::string kRootName = u16(1) + std::string(1, '\0');

}  // namespace

TEST_CASE("Messages: what was written is read back") {
  for (const ToHelper& message : samples::to_helper()) {
    const std::string packet = encode(message);
    const Result<ToHelper> read = decode_to_helper(packet);
    REQUIRE(read.has_value());
    CHECK(read->index() == message.index());
    CHECK(encode(*read) == packet);
  }
  for (const FromHelper& message : samples::from_helper()) {
    const std::string packet = encode(message);
    const Result<FromHelper> read = decode_from_helper(packet);
    REQUIRE(read.has_value());
    CHECK(read->index() == message.index());
    CHECK(encode(*read) == packet);
  }
}

TEST_CASE("Messages: every field arrives as it was") {
  const DomainName name = *DomainName::parse("_liqo_auth._tcp.local");
  const auto read = decode_to_helper(
      encode(ToHelper{Publish{7, 2, {{name, RecordType::kSrv, 300, true, "rdata"}}}}));
  REQUIRE(read.has_value());
  const Publish& publish = std::get<Publish>(*read);
  CHECK(publish.id == 7);
  CHECK(publish.interface == 2);
  REQUIRE(publish.records.size() == 1);
  CHECK(publish.records[0].name == name);
  CHECK(publish.records[0].type == RecordType::kSrv);
  CHECK(publish.records[0].ttl == 300);
  CHECK(publish.records[0].unique);
  CHECK(publish.records[0].rdata == "rdata");

  const auto heard =
      decode_from_helper(encode(FromHelper{RecordReport{8, true, 3, Family::kIpv6, true, "x"}}));
  REQUIRE(heard.has_value());
  const RecordReport& report = std::get<RecordReport>(*heard);
  CHECK(report.watch == 8);
  CHECK(report.present);
  CHECK(report.interface == 3);
  CHECK(report.family == Family::kIpv6);
  CHECK(report.own);
  CHECK(report.rdata == "x");
}

TEST_CASE("Messages: cut short anywhere they are malformed") {
  for (const ToHelper& message : samples::to_helper()) {
    const std::string packet = encode(message);
    for (std::size_t size = 0; size < std::min<std::size_t>(packet.size(), 400); ++size) {
      CHECK(malformed(decode_to_helper(packet.substr(0, size))));
    }
  }
  for (const FromHelper& message : samples::from_helper()) {
    const std::string packet = encode(message);
    for (std::size_t size = 0; size < packet.size(); ++size) {
      CHECK(malformed(decode_from_helper(packet.substr(0, size))));
    }
  }
}

TEST_CASE("Messages: octets left over are malformed") {
  for (const ToHelper& message : samples::to_helper()) {
    CHECK(malformed(decode_to_helper(encode(message) + '\0')));
  }
  for (const FromHelper& message : samples::from_helper()) {
    CHECK(malformed(decode_from_helper(encode(message) + '\0')));
  }
}

TEST_CASE("Messages: numbers that name nothing are malformed") {
  CHECK(malformed(decode_to_helper({})));
  CHECK(malformed(decode_to_helper(std::string(1, '\x05'))));
  CHECK(malformed(decode_from_helper(std::string(1, '\x04'))));
  CHECK(malformed(decode_from_helper(std::string(1, '\xff'))));

  const std::string rest = u16(0) + u16(0);
  CHECK(decode_to_helper(std::string{kConfigure, 2} + rest).has_value());
  CHECK(malformed(decode_to_helper(std::string{kConfigure, 3} + rest)));

  const auto watch = [](unsigned type) {
    return std::string(1, kWatch) + u32(1) + kRootName + u16(type);
  };
  for (const unsigned type : {1U, 5U, 12U, 16U, 28U, 33U}) {
    CHECK(decode_to_helper(watch(type)).has_value());
  }
  for (const unsigned type : {0U, 2U, 41U, 255U, 65535U}) {
    CHECK(malformed(decode_to_helper(watch(type))));
  }

  const auto backend = [](char which, char state) {
    return std::string{kBackendReport, which, state} + kRootName + u16(0);
  };
  CHECK(decode_from_helper(backend(2, 2)).has_value());
  CHECK(malformed(decode_from_helper(backend(3, 0))));
  CHECK(malformed(decode_from_helper(backend(0, 3))));

  const auto record = [](char present, char family, char own) {
    return std::string{kRecordReport} + u32(1) + present + u32(2) + family + own + u16(0);
  };
  CHECK(decode_from_helper(record(1, 1, 1)).has_value());
  CHECK(malformed(decode_from_helper(record(2, 1, 1))));
  CHECK(malformed(decode_from_helper(record(1, 2, 1))));
  CHECK(malformed(decode_from_helper(record(1, 1, -1))));
}

TEST_CASE("Messages: what is over its limit is malformed") {
  const auto configured = [](std::string host, std::vector<std::string> interfaces) {
    return decode_to_helper(
        encode(ToHelper{Configure{Backend::kAuto, std::move(host), std::move(interfaces)}}));
  };
  CHECK(configured(std::string(63, 'h'), {std::string(15, 'i')}).has_value());
  CHECK(malformed(configured(std::string(64, 'h'), {})));
  CHECK(malformed(configured("h", {std::string(16, 'i')})));
  CHECK(configured("h", std::vector<std::string>(kMaxInterfaces, "eth0")).has_value());
  CHECK(malformed(configured("h", std::vector<std::string>(kMaxInterfaces + 1, "eth0"))));

  const auto published = [](std::size_t records) {
    return decode_to_helper(encode(ToHelper{Publish{1, 0, std::vector<PublishedRecord>(records)}}));
  };
  CHECK(published(kMaxRecords).has_value());
  CHECK(malformed(published(kMaxRecords + 1)));

  // Each record is within its limit, the message is not.
  PublishedRecord large;
  large.rdata.assign(kMaxRdata, 'x');
  CHECK(malformed(decode_to_helper(encode(ToHelper{Publish{1, 0, {large, large}}}))));
}

TEST_CASE("Messages: a text with a NUL is malformed") {
  using namespace std::string_literals;
  CHECK(malformed(decode_to_helper(encode(ToHelper{Configure{Backend::kAuto, "a\0b"s, {}}}))));
  CHECK(malformed(decode_to_helper(encode(ToHelper{Configure{Backend::kAuto, "a", {"e\0"s}}}))));
  CHECK(malformed(decode_from_helper(encode(FromHelper{GroupReport{1, {}, "\0"s}}))));
}

TEST_CASE("Messages: a name that is none is malformed") {
  const auto watch = [](const std::string& wire) {
    return decode_to_helper(std::string(1, kWatch) + u32(1) +
                            u16(static_cast<unsigned>(wire.size())) + wire + u16(12));
  };
  using namespace std::string_literals;
  CHECK(watch("\x01x\0"s).has_value());
  CHECK(malformed(watch("")));
  CHECK(malformed(watch("\x01x"s)));
  CHECK(malformed(watch("\x01x\0y"s)));
  CHECK(malformed(watch("\xc0\x0c"s)));
  CHECK(malformed(watch("\x40"s + std::string(64, 'x') + "\0"s)));
}

TEST_CASE("Messages: a count that promises more than there is reserves nothing") {
  CHECK(malformed(decode_to_helper(std::string(1, kPublish) + u32(1) + u32(0) + u16(32))));
  CHECK(malformed(decode_to_helper(std::string{kConfigure, 0} + u16(0) + u16(1024))));
}

TEST_CASE("Messages: a long reason is cut, not refused") {
  const auto read = decode_from_helper(
      encode(FromHelper{WatchReport{1, WatchEvent::kFailed, std::string(5000, 'r')}}));
  REQUIRE(read.has_value());
  CHECK(std::get<WatchReport>(*read).detail == std::string(kMaxDetail, 'r'));
}

TEST_CASE("Messages: the largest record fits into a message and a packet") {
  const std::string packet = encode(
      FromHelper{RecordReport{1, true, 1, Family::kIpv4, false, std::string(kMaxRdata, 'x')}});
  CHECK(packet.size() <= kMaxMessage);
}
