#pragma once

#include <string>
#include <vector>

#include "cli/json.h"
#include "cli/table.h"
#include "resolver/time.h"

namespace liqo::cli {

/// A cluster as one row: NAME ID STATE IDENTITY AUTH API GATEWAY SOURCES AGE; wide adds VERSION
/// SITE SEEN ADDRESSES.
enum class Detail { kNormal, kWide };

/// The columns. Where the line is narrow the id is cut first, to `id_width` columns.
std::vector<Column> cluster_columns(Detail detail, std::size_t id_width);

std::vector<Cell> cluster_row(const Json& cluster, Detail detail, WallTime now);

/// How much of the ids tells them apart and an ellipsis: at least the eight characters that one
/// sees in a UUID.
std::size_t telling_width(std::vector<std::string> ids);

/// `list`: all of them under their titles, sorted by name, the unnamed last.
Table cluster_table(const std::vector<Json>& clusters, Detail detail, WallTime now);

/// Orders clusters for people: by name without regard to case, the unnamed last, then by id.
std::string sort_key(const Json& cluster);

/// "10.0.0.1:30740", "[fd00::1]:6443"; "-" where the cluster has no such endpoint.
std::string endpoint_text(const Json& cluster, std::string_view endpoint);

}  // namespace liqo::cli
