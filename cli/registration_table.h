#pragma once

#include "cli/json.h"
#include "cli/table.h"
#include "resolver/time.h"

namespace liqo::cli {

/// What a status says is kept in zones: REGISTERED ZONE STATE SERVER LEASE ENDS, and below a line
/// what went wrong and what to change. Empty where there is none.
Table registration_table(const Json& status, WallTime now);

}  // namespace liqo::cli
