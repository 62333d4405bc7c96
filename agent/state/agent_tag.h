#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo::state {

inline constexpr std::string_view kAgentTagName = "agent-tag";

/// 32 random bits that tell this agent apart from others of its cluster, in agent-tag as eight
/// hexadecimal digits. Made and kept where there are none yet, or none that can be read. kIo where
/// they could not be kept.
Result<std::uint32_t> agent_tag(const std::string& directory);

/// 32 random bits.
std::uint32_t random_tag();

}  // namespace liqo::state
