#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "resolver/result.h"

namespace liqo::wire {

/// Of a message only what tells whose answer it is (RFC 5452 section 9.1) and how it was meant: its
/// header, its questions and its first OPT record, as a message of their own. Where the records
/// cannot be read it has no OPT. Fails where header and questions cannot be read.
Result<std::string> read_envelope(std::span<const std::uint8_t> packet);

}  // namespace liqo::wire
