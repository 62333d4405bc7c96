#pragma once

#include "resolver/lan/messages.h"
#include "resolver/result.h"

namespace liqo::lan::helper {

/// Whether the rdata is what its type has it be, to the last octet, and the time-to-live is not
/// the one that withdraws: Avahi's own parser is not asked about what is wrong.
Result<void> check_rdata(const PublishedRecord& record);

}  // namespace liqo::lan::helper
