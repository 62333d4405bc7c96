#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "resolver/dnssd/cluster_id.h"
#include "resolver/result.h"

namespace liqo::probe {

inline constexpr std::string_view kIdsPath = "/ids";
/// A hundred times what Liqo answers.
inline constexpr std::size_t kMaxIdsOctets = std::size_t{16} * 1024;
/// Liqo's is an object of strings.
inline constexpr std::size_t kMaxIdsDepth = 8;
/// What a TXT string holds (RFC 1035 section 3.3), so that an advert can say the same.
inline constexpr std::size_t kMaxIdsName = 255;

/// What Liqo's authentication server says of itself: GET /ids, since 0.2.
struct Ids {
  ClusterId id;
  std::string name;  ///< "clusterName", UTF-8; empty where it tells none, or one too long
};

/// Reads the body of an answer to /ids: {"clusterId":"...","clusterName":"..."}; other keys are
/// ignored, and upper case in the id is folded. kMalformed where it is not that, where its text is
/// not UTF-8 (RFC 8259 section 8.1), or where the id is no RFC 1123 label.
Result<Ids> parse_ids(std::string_view body);

}  // namespace liqo::probe
