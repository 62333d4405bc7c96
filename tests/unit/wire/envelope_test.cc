#include "resolver/wire/envelope.h"

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/unit/wire/packets.h"

namespace liqo::wire {
namespace {

constexpr auto kA = static_cast<std::uint16_t>(RecordType::kA);
constexpr auto kTxt = static_cast<std::uint16_t>(RecordType::kTxt);
constexpr std::string_view kOption("\x00\x0A\x00\x02xy", 6);

PacketBuilder& asked(PacketBuilder& packet) {
  return packet.name("www.example").number16(kA).number16(kClassIn);
}

PacketBuilder& opt(PacketBuilder& packet, std::string_view option) {
  return packet.number16(kTypeOpt)
      .number16(1232)
      .number32(0x01000000)
      .number16(option.size())
      .octets(option);
}

Message envelope_of(const Octets& packet) {
  const auto envelope = read_envelope(packet);
  REQUIRE(envelope.has_value());
  auto message = read_message(as_octets(*envelope));
  REQUIRE(message.has_value());
  return std::move(*message);
}

TEST_CASE("Envelope: header, question and the first OPT stay; other records go") {
  PacketBuilder packet(1, 1, 1, 4);
  asked(packet);
  packet.pointer(12).record(kA, "1234");
  packet.pointer(12).record(kTxt, "\1t");
  packet.pointer(12).record(kTxt, "\1u");
  opt(packet.name("."), kOption);
  opt(packet.name("."), "");
  packet.pointer(12).record(kTxt, "\1v");
  const Message whole = *read_message(packet.packet());
  const Message envelope = envelope_of(packet.packet());
  CHECK(envelope.header == whole.header);
  CHECK(envelope.questions == whole.questions);
  CHECK(envelope.answers.empty());
  CHECK(envelope.authorities.empty());
  REQUIRE(envelope.additionals.size() == 1);
  CHECK(envelope.additionals.front() == whole.additionals[1]);
  CHECK(envelope.additionals.front().rdata == kOption);
}

TEST_CASE("Envelope: an OPT whose owner is a pointer to the root has the root for it") {
  PacketBuilder packet(1, 1, 0, 1);
  asked(packet);
  packet.name(".").record(kA, "1234");
  opt(packet.pointer(29), kOption);  // that owner
  const Message envelope = envelope_of(packet.packet());
  REQUIRE(envelope.additionals.size() == 1);
  CHECK(envelope.additionals.front().name.to_string() == name_of(".").to_string());
  CHECK(envelope.additionals.front().rdata == kOption);
}

TEST_CASE("Envelope: without records, with octets behind them, and without a question") {
  PacketBuilder packet(1, 0);
  asked(packet).octets("behind");
  const Message envelope = envelope_of(packet.packet());
  CHECK(envelope.questions.size() == 1);
  CHECK(read_envelope(packet.packet())->size() == packet.size() - 6);
  CHECK(read_envelope(PacketBuilder(0, 0).octets("behind").packet())->size() == 12);
}

TEST_CASE("Envelope: where a record cannot be read, what is in front of it is") {
  PacketBuilder packet(1, 1, 0, 1);
  asked(packet);
  packet.pointer(29).record(kA, "1234");  // its own owner
  opt(packet.name("."), kOption);
  REQUIRE_FALSE(read_message(packet.packet()).has_value());
  const Message envelope = envelope_of(packet.packet());
  CHECK(envelope.questions.size() == 1);
  CHECK(envelope.additionals.empty());
}

TEST_CASE("Envelope: a header or a question that cannot be read has none") {
  PacketBuilder packet(1, 0);
  asked(packet);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    INFO(size);
    const Octets cut(packet.packet().begin(),
                     packet.packet().begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_FALSE(read_envelope(cut).has_value());
  }
  CHECK(read_envelope(packet.packet()).has_value());
}

}  // namespace
}  // namespace liqo::wire
