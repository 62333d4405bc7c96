#pragma once

#include <string>

#include "cli/json.h"

namespace liqo::cli {

/// One YAML 1.2 document in block style, without the `---`. Strings are quoted unless every reader,
/// those of YAML 1.1 included, takes them for strings; what is_unsafe() comes escaped.
std::string to_yaml(const Json& value);

}  // namespace liqo::cli
