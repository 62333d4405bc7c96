#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/txt_record.h"
#include "tests/support/catch.h"
#include "tests/unit/wire/packets.h"

namespace liqo::wire {
namespace {

constexpr std::string_view kInstance = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f._liqo_auth._tcp.local";
constexpr auto kA = static_cast<std::uint16_t>(RecordType::kA);
constexpr auto kAaaa = static_cast<std::uint16_t>(RecordType::kAaaa);
constexpr auto kPtr = static_cast<std::uint16_t>(RecordType::kPtr);
constexpr auto kSrv = static_cast<std::uint16_t>(RecordType::kSrv);
constexpr auto kTxt = static_cast<std::uint16_t>(RecordType::kTxt);

Message read(const Octets& packet) {
  auto message = read_message(packet);
  INFO((message ? "" : message.error().detail));
  REQUIRE(message.has_value());
  return std::move(*message);
}

void check_record(const Record& record, std::string_view name, std::uint16_t type,
                  std::uint32_t ttl, std::string_view rdata) {
  CHECK(record.name.to_string() == name);
  CHECK(record.type == type);
  CHECK(record.record_class == kClassIn);
  CHECK(record.ttl == ttl);
  CHECK(to_hex(record.rdata) == to_hex(rdata));
}

std::string from_hex_text(std::string_view hex) {
  const Octets octets = from_hex(hex);
  return std::string(as_text(octets));
}

std::string liqo_srv() { return from_hex_text("000000007814") + wire_of("node1.local"); }

TEST_CASE("Reading: what Liqo answers to a browser") {
  const Message message = read(from_hex(kLiqoAnswer));
  Header header;
  header.response = true;
  header.authoritative = true;
  CHECK(message.header == header);
  CHECK(message.questions.empty());
  CHECK(message.authorities.empty());

  REQUIRE(message.answers.size() == 1);
  check_record(message.answers[0], "_liqo_auth._tcp.local", kPtr, 90, wire_of(kInstance));
  REQUIRE(message.additionals.size() == 5);
  check_record(message.additionals[0], kInstance, kSrv, 90, liqo_srv());
  check_record(message.additionals[1], kInstance, kTxt, 90, "");
  check_record(message.additionals[2], "node1.local", kA, 120, from_hex_text("c000020a"));
  check_record(message.additionals[3], "node1.local", kA, 120, from_hex_text("0af40001"));
  check_record(message.additionals[4], "node1.local", kAaaa, 120,
               from_hex_text("20010db8000000000000000000000010"));
  for (const Record& record : message.additionals) CHECK_FALSE(record.cache_flush);
}

TEST_CASE("Reading: what Liqo announces at its start, cache-flush bits apart from the class") {
  const Message message = read(from_hex(kLiqoAnnouncement));
  CHECK(message.header.response);
  CHECK_FALSE(message.header.authoritative);
  REQUIRE(message.answers.size() == 7);
  check_record(message.answers[0], kInstance, kSrv, 90, liqo_srv());
  check_record(message.answers[1], kInstance, kTxt, 90, "");
  check_record(message.answers[2], "_liqo_auth._tcp.local", kPtr, 90, wire_of(kInstance));
  check_record(message.answers[3], "_services._dns-sd._udp.local", kPtr, 90,
               wire_of("_liqo_auth._tcp.local"));
  check_record(message.answers[6], "node1.local", kAaaa, 120,
               from_hex_text("20010db8000000000000000000000010"));
  const std::vector<bool> flushes = {true, true, false, false, true, true, true};
  for (std::size_t i = 0; i < flushes.size(); ++i) {
    CHECK(message.answers[i].cache_flush == flushes[i]);
  }
}

TEST_CASE("Reading: Liqo's goodbye, without compression and with TTL 0") {
  const std::string host = wire_of("node1.local");
  PacketBuilder goodbye(0, 2);
  goodbye.name(kInstance).number16(kSrv).number16(0x8001).number32(0).number16(19);
  goodbye.octets(liqo_srv());
  goodbye.name("_liqo_auth._tcp.local").number16(kPtr).number16(kClassIn).number32(0);
  goodbye.number16(wire_of(kInstance).size()).name(kInstance);
  const Message message = read(goodbye.packet());
  check_record(message.answers[0], kInstance, kSrv, 0, liqo_srv());
  check_record(message.answers[1], "_liqo_auth._tcp.local", kPtr, 0, wire_of(kInstance));
}

TEST_CASE("Reading: Liqo's own question") {
  const Message message = read(from_hex(kLiqoBrowse));
  CHECK(message.header == Header{});
  REQUIRE(message.questions.size() == 1);
  CHECK(message.questions[0] == Question{name_of("_liqo_auth._tcp.local"), kPtr});
}

TEST_CASE("Reading: the unicast-response bit apart from the class") {
  PacketBuilder packet(1, 0);
  packet.name("a.local").number16(kSrv).number16(0x8001);
  const Message message = read(packet.packet());
  CHECK(message.questions[0].unicast_response);
  CHECK(message.questions[0].question_class == kClassIn);
}

TEST_CASE("Reading: every bit of the header") {
  const auto header = [](std::string_view flags) {
    Octets packet = from_hex("abcd" + std::string(flags) + "0000000000000000");
    return read(packet).header;
  };
  CHECK(header("0000").id == 0xABCD);
  CHECK(header("8000").response);
  CHECK(header("0400").authoritative);
  CHECK(header("0200").truncated);
  CHECK(header("0100").recursion_desired);
  CHECK(header("0080").recursion_available);
  CHECK(header("0020").authentic_data);
  CHECK(header("0010").checking_disabled);
  CHECK(header("7800").opcode == 15);
  CHECK(header("000f").rcode == 15);
  Header none;
  none.id = 0xABCD;
  CHECK(header("0000") == none);
  CHECK(header("0040") == none);  // reserved
}

TEST_CASE("Reading: names in rdata are written out, whatever points into what") {
  PacketBuilder packet(1, 6);
  packet.name("example.com").number16(kPtr).number16(kClassIn);
  const std::size_t example = 12;
  const std::size_t com = 12 + 8;
  const auto compressed = [&](std::uint16_t type, std::string_view front, std::string_view rest) {
    packet.pointer(example).number16(type).number16(kClassIn).number32(60);
    packet.number16(front.size() + 2 + rest.size()).octets(front).pointer(com).octets(rest);
  };
  using namespace std::string_literals;
  compressed(2, "\2ns"s, "");                                     // NS
  compressed(5, "\1c"s, "");                                      // CNAME
  compressed(6, "\2ns"s, "\1m\xC0\x0C"s + std::string(20, '7'));  // SOA
  compressed(15, "\0\5\2mx"s, "");                                // MX
  compressed(33, "\0\1\0\2\1\xBB\1s"s, "");                       // SRV
  compressed(39, "\1d"s, "");                                     // DNAME
  const Message message = read(packet.packet());
  REQUIRE(message.answers.size() == 6);
  const auto rdata = [&](std::size_t i) { return to_hex(message.answers[i].rdata); };
  CHECK(rdata(0) == to_hex(wire_of("ns.com")));
  CHECK(rdata(1) == to_hex(wire_of("c.com")));
  CHECK(rdata(2) == to_hex(wire_of("ns.com") + wire_of("m.example.com") + std::string(20, '7')));
  CHECK(rdata(3) == to_hex("\0\5"s + wire_of("mx.com")));
  CHECK(rdata(4) == to_hex("\0\1\0\2\1\xBB"s + wire_of("s.com")));
  CHECK(rdata(5) == to_hex(wire_of("d.com")));

  const auto srv = parse_srv(as_octets(message.answers[4].rdata));
  REQUIRE(srv.has_value());
  CHECK(*srv == SrvData{1, 2, 443, name_of("s.com")});
}

TEST_CASE("Reading: names keep their case and every octet") {
  using namespace std::string_literals;
  PacketBuilder packet(0, 1);
  const std::string odd = "\5A\0.\xFFz\5LOCAL\0"s;
  packet.octets(odd).record(kTxt, "");
  CHECK(to_hex(read(packet.packet()).answers[0].name.wire()) == to_hex(odd));
}

TEST_CASE("Reading: TXT as it was sent, empty, of 64 KiB and broken") {
  const auto txt = [](const std::string& rdata) {
    PacketBuilder packet(0, 1);
    packet.name("a.local").record(kTxt, rdata);
    return read(packet.packet()).answers[0].rdata;
  };
  CHECK(txt("").empty());
  CHECK(txt(std::string(1, '\0')) == std::string(1, '\0'));
  CHECK(txt("\3a=b") == "\3a=b");
  CHECK(txt(std::string(65'535, '\x7F')) == std::string(65'535, '\x7F'));
  const std::string overrun =
      txt("\xFF"
          "ab");
  CHECK(overrun.size() == 3);
  CHECK_FALSE(TxtRecord::from_rdata(as_octets(overrun)).has_value());
}

TEST_CASE("Reading: records of unknown types and without data pass as they are") {
  PacketBuilder packet(0, 4);
  packet.name("a.local").record(65'280, "anything");
  packet.name("a.local").record(kA, "");           // RFC 2136 sends such
  packet.name("a.local").record(46, "not RRSIG");  // never compressed, so never looked into
  packet.name("a.local").record(0, "type 0");
  const Message message = read(packet.packet());
  CHECK(message.answers[0].rdata == "anything");
  CHECK(message.answers[1].rdata.empty());
  CHECK(message.answers[2].rdata == "not RRSIG");
  CHECK(message.answers[3].rdata == "type 0");
}

TEST_CASE("Reading: OPT keeps its payload size and has no cache-flush bit") {
  PacketBuilder packet(0, 0, 0, 1);
  packet.octets(std::string(1, '\0')).number16(kTypeOpt).number16(0xFFFF);
  packet.number32(0x01008000).number16(0);
  const Message message = read(packet.packet());
  REQUIRE(message.additionals.size() == 1);
  CHECK(message.additionals[0].record_class == 0xFFFF);
  CHECK_FALSE(message.additionals[0].cache_flush);
  CHECK(message.additionals[0].ttl == 0x01008000);
}

TEST_CASE("Reading: all sections are told apart") {
  PacketBuilder packet(1, 1, 1, 1);
  packet.name("q").number16(kA).number16(kClassIn);
  packet.name("an").record(kA, "1234");
  packet.name("ns").record(kA, "1234");
  packet.name("ar").record(kA, "1234");
  const Message message = read(packet.packet());
  CHECK(message.questions[0].name == name_of("q"));
  CHECK(message.answers[0].name == name_of("an"));
  CHECK(message.authorities[0].name == name_of("ns"));
  CHECK(message.additionals[0].name == name_of("ar"));
}

TEST_CASE("Reading: what follows the last record is ignored") {
  Octets packet = from_hex(kLiqoAnswer);
  packet.resize(packet.size() + 100, 0xC0);
  CHECK(read(packet).additionals.size() == 5);
}

}  // namespace
}  // namespace liqo::wire
