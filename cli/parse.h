#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cli/command.h"

namespace liqo::cli {

/// A command and what it was given.
struct Call {
  const Command* command = nullptr;
  Arguments arguments;
  std::string socket;  ///< empty: the default
};
/// `--help`; of one command, or of the program where it is null.
struct HelpCall {
  const Command* command = nullptr;
};
struct VersionCall {};
/// Why the arguments cannot be used, in one line.
struct UsageError {
  std::string why;
};

/// Reads arguments against the table of commands.
std::variant<Call, HelpCall, VersionCall, UsageError> parse(std::vector<std::string> arguments);

/// The longest `--wait`, in seconds: the agent's own limit, and longer than anything takes.
inline constexpr double kMaxWaitSeconds = 60;

}  // namespace liqo::cli
