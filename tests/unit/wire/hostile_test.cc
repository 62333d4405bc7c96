#include <chrono>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/scan.h"
#include "tests/support/catch.h"
#include "tests/unit/wire/packets.h"

namespace liqo::wire {
namespace {

using Catch::Matchers::EndsWith;

constexpr auto kA = static_cast<std::uint16_t>(RecordType::kA);
constexpr auto kPtr = static_cast<std::uint16_t>(RecordType::kPtr);
constexpr auto kSrv = static_cast<std::uint16_t>(RecordType::kSrv);
constexpr std::uint16_t kSoa = 6;

/// What it is refused with; empty when it is read.
std::string refusal(const Octets& packet) {
  const auto message = read_message(packet);
  if (message) return "";
  CHECK(message.error().code == Errc::kMalformed);
  return message.error().detail;
}

TEST_CASE("Hostile: a packet cut anywhere is refused") {
  for (const auto packet : {kLiqoAnswer, kLiqoAnnouncement, kLiqoBrowse}) {
    const Octets whole = from_hex(packet);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // A vector of its own, so that reading past its end is seen.
      const Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      INFO(size);
      CHECK_FALSE(refusal(cut).empty());
    }
  }
}

TEST_CASE("Hostile: counts that the packet has no room for") {
  Octets packet = from_hex(kLiqoAnswer);
  for (const std::size_t count : {4U, 6U, 8U, 10U}) {
    Octets wrong = packet;
    wrong[count] = wrong[count + 1] = 0xFF;
    CHECK_THAT(refusal(wrong), EndsWith("too short for its counts"));
  }
}

TEST_CASE("Hostile: pointers to themselves, forwards, in a ring, into the header and outside") {
  const auto owner = [](std::size_t target) {
    PacketBuilder packet(0, 1);
    packet.pointer(target).record(kA, "1234");
    return refusal(packet.packet());
  };
  for (const std::size_t target : {0U, 11U, 12U, 13U, 14U, 100U, 0x3FFFU}) {
    INFO(target);
    CHECK_THAT(owner(target), EndsWith("a name does not point backwards"));
  }

  PacketBuilder ring(0, 2);
  ring.name("a").record(kPtr, "\xC0\x19");            // to the next record's owner...
  ring.octets("\1b").pointer(23).record(kA, "1234");  // ...which points back
  CHECK_THAT(refusal(ring.packet()), EndsWith("a name does not point backwards"));
}

TEST_CASE("Hostile: a name that runs into itself again") {
  using namespace std::string_literals;
  PacketBuilder packet(0, 1);
  // "\1a" then a pointer to "\1a": without end.
  packet.octets("\1a"s).pointer(12).record(kA, "1234");
  CHECK_THAT(refusal(packet.packet()), EndsWith("a name does not point backwards"));

  // A pointer into the middle of a label, whose octets then lead on into this very name.
  PacketBuilder inner(0, 2);
  inner.octets("\2\1\1\0"s).record(kA, "1234");
  inner.pointer(13).record(kA, "1234");
  CHECK(refusal(inner.packet()).empty());
  PacketBuilder overrun(0, 2);
  overrun.octets("\2\x3F\x3F\0"s).record(kA, std::string(60, 'x'));
  overrun.pointer(13).record(kA, "1234");
  CHECK_FALSE(refusal(overrun.packet()).empty());
}

TEST_CASE("Hostile: chains of pointers are followed so far and no further") {
  const auto chain = [](std::size_t pointers) {
    PacketBuilder packet(0, 2);
    packet.octets(std::string(1, '\0')).number16(16).number16(1).number32(0);
    packet.number16(2 * pointers);
    std::size_t target = 12;
    for (std::size_t i = 0; i < pointers; ++i) {
      const std::size_t here = packet.size();
      packet.pointer(target);
      target = here;
    }
    packet.pointer(target).record(kA, "1234");
    return refusal(packet.packet());
  };
  CHECK(chain(kMaxPointers - 1).empty());
  CHECK_THAT(chain(kMaxPointers), EndsWith("a name points too often"));
}

TEST_CASE("Hostile: names and labels over their length") {
  using namespace std::string_literals;
  const auto owner = [](const std::string& name) {
    PacketBuilder packet(0, 1);
    packet.octets(name).record(kA, "1234");
    return refusal(packet.packet());
  };
  const std::string label = "\x3F"s + std::string(63, 'x');
  CHECK(owner(label + label + label + "\x3D" + std::string(61, 'y') + "\0"s).empty());
  CHECK_THAT(owner(label + label + label + "\x3E" + std::string(62, 'y') + "\0"s),
             EndsWith("a name has more than 255 octets"));
  CHECK_THAT(owner("\x40" + std::string(64, 'x') + "\0"s),
             EndsWith("a label has more than 63 octets"));
  CHECK_THAT(owner("\x80" + std::string(64, 'x') + "\0"s),
             EndsWith("a label has more than 63 octets"));
}

TEST_CASE("Hostile: a name that becomes too long only by its pointer") {
  const std::string label = "\x3F" + std::string(63, 'x');
  PacketBuilder packet(0, 2);
  packet.octets(label + label + label + std::string(1, '\0')).record(kA, "1234");
  packet.octets(label).pointer(12).record(kA, "1234");
  CHECK_THAT(refusal(packet.packet()), EndsWith("a name has more than 255 octets"));
}

TEST_CASE("Hostile: rdata too short for its type, or with something behind its name") {
  using namespace std::string_literals;
  const auto record = [](std::uint16_t type, std::string_view rdata) {
    PacketBuilder packet(0, 1);
    packet.name("a").record(type, rdata);
    return refusal(packet.packet());
  };
  CHECK_FALSE(record(kPtr, "").empty());
  CHECK_FALSE(record(kPtr, "\1").empty());
  CHECK_FALSE(record(kPtr, "\1a").empty());
  CHECK_FALSE(record(kPtr, "\xC0").empty());
  CHECK_FALSE(record(kPtr, "\1a\0rest"s).empty());
  CHECK_FALSE(record(kSrv, "").empty());
  CHECK_FALSE(record(kSrv, "\0\0\0\0\0"s).empty());
  CHECK_FALSE(record(kSrv, "\0\0\0\0\0\1"s).empty());
  CHECK_FALSE(record(kSoa, "\1a\0"s).empty());
  CHECK_FALSE(record(kSoa, "\1a\0\1b\0"s).empty());
  CHECK_FALSE(record(kSoa, "\1a\0\1b\0short"s).empty());
}

TEST_CASE("Hostile: a name in rdata ends inside it, not in what follows") {
  PacketBuilder packet(0, 2);
  packet.name("a").number16(kPtr).number16(1).number32(0).number16(2).octets("\5a");
  packet.octets("bcdef").octets(std::string(40, '\0'));
  CHECK_FALSE(refusal(packet.packet()).empty());
}

TEST_CASE("Hostile: the most work that 64 KiB can ask for is little") {
  // A chain as long as it may be, and as many names as fit that follow it.
  PacketBuilder packet(0, 5'000);
  packet.octets(std::string(1, '\0')).number16(16).number16(1).number32(0);
  packet.number16(2 * (kMaxPointers - 1));
  std::size_t target = 12;
  for (std::size_t i = 0; i + 1 < kMaxPointers; ++i) {
    const std::size_t here = packet.size();
    packet.pointer(target);
    target = here;
  }
  for (int i = 0; i < 4'999; ++i) packet.pointer(target).record(kA, "");
  const auto began = std::chrono::steady_clock::now();
  CHECK(refusal(packet.packet()).empty());
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
}

}  // namespace
}  // namespace liqo::wire
