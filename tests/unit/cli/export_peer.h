#pragma once

#include <string>
#include <string_view>

#include "cli/export/peer.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

namespace liqo::cli {

inline const std::string kMilanId = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f";

inline Json milan_json() { return make_cluster(kMilanId, "milan"); }

/// The cluster, which must be one that can be peered with.
inline Peer peer(const Json& cluster) {
  const auto made = peer_of(cluster);
  INFO((made ? "" : made.error().detail));
  REQUIRE(made.has_value());
  return *made;
}

inline Target target(std::string_view version) {
  const auto read = LiqoVersion::parse(version);
  REQUIRE(read.has_value());
  return {*read, &release_of(*read), {}};
}

/// Why there is none.
template <class T>
std::string reason(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().detail;
}

}  // namespace liqo::cli
