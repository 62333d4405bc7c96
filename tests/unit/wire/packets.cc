#include "tests/unit/wire/packets.h"

#include "tests/support/catch.h"

namespace liqo::wire {
namespace {

std::uint8_t nibble(char digit) {
  return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

}  // namespace

const std::string_view kLiqoAnswer =
    "0000840000000001000000050a5f6c69716f5f61757468045f746370056c6f63616c00000c00010000005a0027"
    "2438623462366335652d316630612d346333642d396135372d306131623263336434653566c00cc02d00210001"
    "0000005a0013000000007814056e6f646531056c6f63616c00c02d001000010000005a0000c066000100010000"
    "00780004c000020ac066000100010000007800040af40001c066001c000100000078001020010db80000000000"
    "00000000000010";

const std::string_view kLiqoAnnouncement =
    "0000800000000007000000002438623462366335652d316630612d346333642d396135372d3061316232633364"
    "346535660a5f6c69716f5f61757468045f746370056c6f63616c00002180010000005a0013000000007814056e"
    "6f646531056c6f63616c00c00c001080010000005a0000c031000c00010000005a0002c00c095f736572766963"
    "6573075f646e732d7364045f756470c041000c00010000005a0002c031c05800018001000000780004c000020a"
    "c058000180010000007800040af40001c058001c800100000078001020010db8000000000000000000000010";

const std::string_view kLiqoBrowse =
    "0000000000010000000000000a5f6c69716f5f61757468045f746370056c6f63616c00000c0001";

Octets from_hex(std::string_view hex) {
  Octets octets;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    octets.push_back(static_cast<std::uint8_t>(nibble(hex[at]) << 4 | nibble(hex[at + 1])));
  }
  return octets;
}

std::string to_hex(std::string_view octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char octet : octets) {
    const auto value = static_cast<unsigned char>(octet);
    hex += kDigits[value >> 4];
    hex += kDigits[value & 0xFU];
  }
  return hex;
}

DomainName name_of(std::string_view text) {
  auto name = DomainName::parse(text);
  REQUIRE(name.has_value());
  return *name;
}

std::string wire_of(std::string_view text) { return std::string(name_of(text).wire()); }

PacketBuilder::PacketBuilder(std::uint16_t questions, std::uint16_t answers,
                             std::uint16_t authorities, std::uint16_t additionals) {
  number16(0).number16(0x8400);
  number16(questions).number16(answers).number16(authorities).number16(additionals);
}

PacketBuilder& PacketBuilder::octets(std::string_view raw) {
  packet_.insert(packet_.end(), raw.begin(), raw.end());
  return *this;
}

PacketBuilder& PacketBuilder::hex(std::string_view hex) {
  const Octets raw = from_hex(hex);
  packet_.insert(packet_.end(), raw.begin(), raw.end());
  return *this;
}

PacketBuilder& PacketBuilder::number16(std::size_t value) {
  packet_.push_back(static_cast<std::uint8_t>(value >> 8));
  packet_.push_back(static_cast<std::uint8_t>(value));
  return *this;
}

PacketBuilder& PacketBuilder::number32(std::uint32_t value) {
  return number16(value >> 16).number16(value & 0xFFFFU);
}

PacketBuilder& PacketBuilder::name(std::string_view text) { return octets(wire_of(text)); }

PacketBuilder& PacketBuilder::pointer(std::size_t target) { return number16(0xC000U | target); }

PacketBuilder& PacketBuilder::record(std::uint16_t type, std::string_view rdata) {
  return number16(type).number16(kClassIn).number32(120).number16(rdata.size()).octets(rdata);
}

}  // namespace liqo::wire
