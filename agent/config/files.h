#pragma once

#include <optional>
#include <string>
#include <vector>

#include "resolver/result.h"

namespace liqo {

/// `<directory of file>/config.d/*.toml` in the order of their names' octets, hidden ones left out.
/// No such directory is none of them.
Result<std::vector<std::string>> config_fragments(const std::string& file);

/// The whole file, at most kMaxConfigOctets; kNotFound where there is none. Never waits.
Result<std::string> read_config_file(const std::string& file);

}  // namespace liqo
