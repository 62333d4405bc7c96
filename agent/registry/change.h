#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "agent/registry/cluster.h"

namespace liqo {

enum class ChangeEvent : std::uint8_t { kAdded, kChanged, kRemoved };
std::string_view to_string(ChangeEvent event);

/// Why, as `watch` tells it; kSnapshot is used by consumers that tell what they found at the start.
enum class ChangeReason : std::uint8_t {
  kSnapshot,
  kDiscovered,
  kUpdated,
  kSuspect,
  kFresh,
  kStale,
  kIdentity,
  kWithdrawnOrExpired,
  kLinkDown,
  kNoAnswer,
  kNxdomain,
  kExpired,
  kRemoved,
  kLimit,
};
/// "snapshot", "discovered", ..., "withdrawn-or-expired", ...
std::string_view to_string(ChangeReason reason);

ChangeReason reason_of(Gone gone);

/// One change of one cluster. `cluster` is what it is after the change (for kRemoved: what it
/// was); it is shared and never altered.
struct Change {
  ChangeEvent event = ChangeEvent::kAdded;
  ChangeReason reason = ChangeReason::kDiscovered;
  std::shared_ptr<const Cluster> cluster;
};

/// Why `after` is worth telling to someone who knows `before`; nothing when only the times of its
/// proofs, or the state of a sighting that does not decide the cluster's, differ. When several
/// reasons apply, one is told: kIdentity before the state it turned to (kFresh, kSuspect, kStale),
/// so that each turn of the state is always told by its name, before kUpdated.
std::optional<ChangeReason> difference(const Cluster& before, const Cluster& after);

}  // namespace liqo
