#pragma once

#include <functional>
#include <string>

#include "cli/command.h"
#include "cli/json.h"

namespace liqo::cli {

/// What is written of an event, its newlines included; nothing where it is empty.
using EventText = std::function<std::string(const Json& event)>;

/// `watch` into a pipe or a file: the text of each event, written at once. Ends quietly when the
/// reader leaves, and with a signal that ends a watch.
Exit watch_plainly(Context& context, const Json& parameters, EventText text);

/// That of `-o`: an event_line(), a JSON object a line, or YAML documents.
EventText event_text(const std::string& format);

/// One event as a line: EVENT REASON NAME ID STATE IDENTITY AUTH API GATEWAY; its newline included.
std::string event_line(const Json& event);

}  // namespace liqo::cli
