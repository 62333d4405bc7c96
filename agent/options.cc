#include "agent/options.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "agent/build_info.h"

namespace liqo {

std::variant<Options, HelperRole, Leave> parse_options(int argc, char** argv) {
  Options options{kDefaultConfig, false, kDefaultRuntimeDir, kDefaultStateDir, "info"};
  bool lan_helper = false;
  CLI::App app("Finds Liqo clusters on the LAN, remembers them, and announces this one",
               "liqo-discoveryd");
  app.set_version_flag("--version", std::string("liqo-discoveryd ") + kVersion);
  auto* config = app.add_option("--config", options.config_file, "configuration file");
  app.add_option("--runtime-dir", options.runtime_dir, "socket and name snapshot");
  app.add_option("--state-dir", options.state_dir, "what outlives a restart");
  app.add_option("--log-level", options.log_level, "error, warning, info or debug")
      ->check(CLI::IsMember({"error", "warning", "info", "debug"}));
  app.add_flag("--lan-helper", lan_helper)->group("");  // not for users: hidden
  for (CLI::Option* option : app.get_options()) option->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) != 0) return Leave{2};
    if (std::cout.flush()) return Leave{0};
    std::cerr << "liqo-discoveryd: cannot write: " << std::strerror(errno) << '\n';
    return Leave{1};
  }
  if (lan_helper) return HelperRole{options.log_level};
  options.config_given = config->count() > 0;
  return options;
}

}  // namespace liqo
