#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/wire/message.h"

namespace liqo::wire {

using Octets = std::vector<std::uint8_t>;

/// "00ff" as two octets.
Octets from_hex(std::string_view hex);
std::string to_hex(std::string_view octets);

DomainName name_of(std::string_view text);
/// Wire form of a name, as rdata has it.
std::string wire_of(std::string_view text);

/// What Liqo 0.2 to 0.10 sends: the packets of its own responder, for the cluster
/// 8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f at node1.local:30740.
extern const std::string_view kLiqoAnswer;        ///< every 12 s, and to a browser
extern const std::string_view kLiqoAnnouncement;  ///< at its start
extern const std::string_view kLiqoBrowse;        ///< its own question

/// A message being written by hand, so that it can be wrong.
class PacketBuilder {
 public:
  PacketBuilder(std::uint16_t questions, std::uint16_t answers, std::uint16_t authorities = 0,
                std::uint16_t additionals = 0);
  PacketBuilder& octets(std::string_view raw);
  PacketBuilder& hex(std::string_view hex);
  PacketBuilder& number16(std::size_t value);
  PacketBuilder& number32(std::uint32_t value);
  PacketBuilder& name(std::string_view text);
  PacketBuilder& pointer(std::size_t target);
  /// Type, class IN and a TTL of 120, then the rdata behind its length.
  PacketBuilder& record(std::uint16_t type, std::string_view rdata);
  [[nodiscard]] std::size_t size() const { return packet_.size(); }
  [[nodiscard]] const Octets& packet() const { return packet_; }

 private:
  Octets packet_;
};

}  // namespace liqo::wire
