#pragma once

#include <string>
#include <string_view>

namespace liqo::lan::helper {

/// Sends Avahi's own log to ours. Lines that a neighbour's packets can call forth at will are let
/// through at most ten in ten seconds; what was left out is counted.
void take_avahi_log();

/// `text` with every octet outside printable ASCII as `\DDD`: safe in a log and on a terminal.
std::string printable(std::string_view text);

}  // namespace liqo::lan::helper
