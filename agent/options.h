#pragma once

#include <string>
#include <variant>

namespace liqo {

/// What the command line of liqo-discoveryd asks for.
struct Options {
  std::string config_file;
  bool config_given = false;  ///< a file that was named must be there
  std::string runtime_dir;
  std::string state_dir;
  std::string log_level = "info";
};

/// Run as the LAN helper on descriptor 3; only the agent starts itself so.
struct HelperRole {
  std::string log_level;
};
/// Leave with this status: help or version was printed, or the usage was wrong.
struct Leave {
  int status = 0;
};

std::variant<Options, HelperRole, Leave> parse_options(int argc, char** argv);

}  // namespace liqo
