#pragma once

#include <cstdint>

namespace liqo::wire {

/// The top bit of the class field, which mDNS takes for itself (RFC 6762 sections 5.4 and 10.2).
inline constexpr std::uint16_t kTopClassBit = 0x8000;

}  // namespace liqo::wire
