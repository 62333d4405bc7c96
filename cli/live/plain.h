#pragma once

#include <string>

#include "cli/command.h"
#include "cli/json.h"

namespace liqo::cli {

/// `watch` into a pipe or a file: a line an event, each written at once. Ends quietly when the
/// reader leaves, and with SIGINT or SIGTERM.
Exit watch_plainly(Context& context, const Json& parameters, const std::string& format);

/// One event as a line: EVENT REASON NAME ID STATE IDENTITY AUTH API GATEWAY; its newline included.
std::string event_line(const Json& event);

}  // namespace liqo::cli
