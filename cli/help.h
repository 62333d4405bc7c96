#pragma once

#include <string>

#include "cli/command.h"

namespace liqo::cli {

/// `liqo-discovery --help`: the table of commands.
std::string program_help();
/// `liqo-discovery COMMAND --help`
std::string command_help(const Command& command);

}  // namespace liqo::cli
