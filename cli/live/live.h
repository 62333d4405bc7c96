#pragma once

#include <string>

#include "cli/command.h"
#include "cli/json.h"

namespace liqo::cli {

/// `watch` on a terminal: a live table until q or Ctrl-C, which is done, not failed. The terminal
/// is put back whatever happens; the last table stays on it.
Exit watch_live(Context& context, const Json& parameters, const std::string& format);

}  // namespace liqo::cli
