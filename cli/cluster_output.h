#pragma once

#include <string>
#include <vector>

#include "cli/json.h"
#include "cli/output.h"

namespace liqo::cli {

/// Prints clusters as `-o` says: `table` and `wide`, `name`, or `answer` as `json` and `yaml`. A
/// table without a cluster is nothing at all.
void print_clusters(const std::vector<Json>& clusters, const Json& answer,
                    const std::string& format, Output& out);

/// True where an empty answer would show nothing, and is worth a word.
inline bool is_for_people(const std::string& format) {
  return format == "table" || format == "wide";
}

}  // namespace liqo::cli
