#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/time.h"

namespace liqo::cli {

/// How long something lasted, in the two greatest units that matter, as kubectl writes ages:
/// "0s", "59s", "2m5s", "12m", "3h7m", "2d4h", "120d". Less than nothing is nothing.
std::string short_age(std::chrono::milliseconds age);

/// Reads RFC 3339 as the agent writes it, "2026-11-23T09:05:00Z", with or without a fraction.
std::optional<WallTime> parse_rfc3339(std::string_view text);

/// The age of an RFC 3339 time; "-" where it is none.
std::string age_since(std::string_view rfc3339, WallTime now);
/// "in 23s"; "-" for what is no time.
std::string time_until(std::string_view rfc3339, WallTime now);

/// "14:03:22" by the user's own clock.
std::string local_time_of_day(WallTime time);

}  // namespace liqo::cli
