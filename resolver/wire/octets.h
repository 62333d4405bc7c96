#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace liqo::wire {

// Numbers in network order (RFC 1035 section 2.3.2).

inline void put16(std::string& octets, std::uint32_t number) {
  octets += static_cast<char>(number >> 8 & 0xFFU);
  octets += static_cast<char>(number & 0xFFU);
}

inline void put32(std::string& octets, std::uint32_t number) {
  put16(octets, number >> 16);
  put16(octets, number);
}

inline std::uint16_t load16(std::span<const std::uint8_t> octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

inline std::uint32_t load32(std::span<const std::uint8_t> octets, std::size_t at) {
  return static_cast<std::uint32_t>(load16(octets, at)) << 16 | load16(octets, at + 2);
}

}  // namespace liqo::wire
