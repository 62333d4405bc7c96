#pragma once

#include "cli/json.h"
#include "cli/table.h"
#include "resolver/time.h"

namespace liqo::cli {

/// The domains of a status that are browsed through DNS: DOMAIN DNSSEC STATE INSTANCES LAST ANSWER
/// SERVER NEXT REFRESH, and below a domain the error that is in force. Empty where there is none.
Table domain_table(const Json& status, WallTime now);

}  // namespace liqo::cli
