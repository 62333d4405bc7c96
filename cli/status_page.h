#pragma once

#include <string>

#include "cli/json.h"
#include "cli/style.h"
#include "resolver/time.h"

namespace liqo::cli {

/// `status` for a tired administrator: what is wrong first, then where clusters are looked for,
/// what is told of this host, and what it all takes.
std::string status_page(const Json& status, const Palette& palette, WallTime now);

}  // namespace liqo::cli
