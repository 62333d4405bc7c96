#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace liqo::state {

/// CRC-32 (ISO 3309; the one of gzip and Ethernet), fed piece by piece. Tells damage, not malice:
/// who can write the file is the agent itself.
class Crc32 {
 public:
  void add(std::string_view octets) {
    for (const char c : octets) {
      state_ = kTable[(state_ ^ static_cast<std::uint8_t>(c)) & 0xff] ^ (state_ >> 8);
    }
  }

  /// Eight hexadecimal digits.
  [[nodiscard]] std::string hex() const {
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) {
      text += "0123456789abcdef"[(~state_ >> shift) & 15];
    }
    return text;
  }

 private:
  static constexpr std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) * 0xedb88320u);
      table[i] = value;
    }
    return table;
  }();

  std::uint32_t state_ = ~std::uint32_t{0};
};

}  // namespace liqo::state
