#pragma once

#include <string>

#include "cli/json.h"
#include "cli/style.h"
#include "resolver/time.h"

namespace liqo::cli {

/// `show`: one cluster for reading, every endpoint and every sighting with the age of its evidence.
std::string cluster_page(const Json& cluster, const Palette& palette, WallTime now);

}  // namespace liqo::cli
