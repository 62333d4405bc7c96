#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/state/state_file.h"

namespace liqo::state {

/// The line of a cluster, without its end, with its sightings by LAN and DNS; empty where it has
/// none and was not added by hand, or the line would be longer than kMaxLineOctets.
std::string to_line(const Cluster& cluster);

/// Reads such a line. Sightings that cannot be read, whose interface is gone or whose domain is not
/// browsed any more are left out; nothing where none is left of a cluster that was not added by
/// hand.
std::optional<Cluster> from_line(std::string_view line, const InterfaceIndex& interfaces,
                                 const DomainFilter& domains);

/// Printable ASCII but the backslash as it is, every other octet as \DDD.
std::string escape(std::string_view octets);
std::optional<std::string> unescape(std::string_view text);

}  // namespace liqo::state
