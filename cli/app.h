#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/output.h"

namespace liqo::cli {

/// The command line as a function: reads `arguments` (without the program's name), runs one
/// command, returns the exit status. `answer_time` is how long the agent may take to answer.
Exit run(const std::vector<std::string>& arguments, Output& out,
         Duration answer_time = std::chrono::seconds(10));

/// The socket that is used where `--socket` is not given: LIQO_DISCOVERY_SOCKET, or the default.
std::string default_socket();

}  // namespace liqo::cli
