#pragma once

#include "cli/json.h"
#include "resolver/result.h"

namespace liqo::cli {

/// What a varlink error reply means to the user: the interface's own errors by name, those of
/// org.varlink.service, and any other by its name and message.
Error error_of_reply(const Json& reply);

}  // namespace liqo::cli
