#pragma once

#include <string>
#include <string_view>

#include "resolver/dnssd/cluster_id.h"
#include "resolver/result.h"

namespace liqo::probe {

inline constexpr std::string_view kIdsPath = "/ids";

/// What Liqo's authentication server says of itself: GET /ids, since 0.2.
struct Ids {
  ClusterId id;
  std::string name;  ///< "clusterName"; empty where it does not tell, or where it is no UTF-8 text
};

/// Reads the body of an answer to /ids: {"clusterId":"...","clusterName":"..."}; other keys are
/// ignored. kMalformed where it is not that, or the id is no RFC 1123 label.
Result<Ids> parse_ids(std::string_view body);

}  // namespace liqo::probe
