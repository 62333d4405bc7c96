#include "agent/registry/change.h"

#include <algorithm>

#include "agent/registry/observation.h"

namespace liqo {
namespace {

bool same_endpoint(const Endpoint& a, const Endpoint& b) {
  return a.port == b.port && a.source == b.source && a.url == b.url && a.host == b.host &&
         a.addresses == b.addresses;
}

bool same_endpoints(const Cluster& a, const Cluster& b) {
  return std::equal(a.endpoints.begin(), a.endpoints.end(), b.endpoints.begin(),
                    [](const auto& x, const auto& y) {
                      return x.has_value() == y.has_value() && (!x || same_endpoint(*x, *y));
                    });
}

bool same_sightings(const Cluster& a, const Cluster& b) {
  return std::equal(a.sightings.begin(), a.sightings.end(), b.sightings.begin(), b.sightings.end(),
                    [](const SightingEntry& x, const SightingEntry& y) {
                      if (x.identity() != y.identity()) return false;
                      return x.sighting == y.sighting || (x.sighting->key == y.sighting->key &&
                                                          same_news(*x.sighting, *y.sighting));
                    });
}

ChangeReason reason_of(State state) {
  switch (state) {
    case State::kFresh:
      return ChangeReason::kFresh;
    case State::kSuspect:
      return ChangeReason::kSuspect;
    case State::kStale:
      return ChangeReason::kStale;
  }
  return ChangeReason::kUpdated;
}

}  // namespace

std::string_view to_string(ChangeEvent event) {
  switch (event) {
    case ChangeEvent::kAdded:
      return "added";
    case ChangeEvent::kChanged:
      return "changed";
    case ChangeEvent::kRemoved:
      return "removed";
  }
  return "unknown";
}

std::string_view to_string(ChangeReason reason) {
  switch (reason) {
    case ChangeReason::kSnapshot:
      return "snapshot";
    case ChangeReason::kDiscovered:
      return "discovered";
    case ChangeReason::kUpdated:
      return "updated";
    case ChangeReason::kSuspect:
      return "suspect";
    case ChangeReason::kFresh:
      return "fresh";
    case ChangeReason::kStale:
      return "stale";
    case ChangeReason::kIdentity:
      return "identity";
    case ChangeReason::kWithdrawnOrExpired:
      return to_string(Gone::kWithdrawnOrExpired);
    case ChangeReason::kLinkDown:
      return to_string(Gone::kLinkDown);
    case ChangeReason::kNoAnswer:
      return to_string(Gone::kNoAnswer);
    case ChangeReason::kNxdomain:
      return to_string(Gone::kNxdomain);
    case ChangeReason::kExpired:
      return to_string(Gone::kExpired);
    case ChangeReason::kRemoved:
      return to_string(Gone::kRemoved);
    case ChangeReason::kLimit:
      return to_string(Gone::kLimit);
  }
  return "unknown";
}

ChangeReason reason_of(Gone gone) {
  switch (gone) {
    case Gone::kWithdrawnOrExpired:
      return ChangeReason::kWithdrawnOrExpired;
    case Gone::kLinkDown:
      return ChangeReason::kLinkDown;
    case Gone::kNoAnswer:
      return ChangeReason::kNoAnswer;
    case Gone::kNxdomain:
      return ChangeReason::kNxdomain;
    case Gone::kExpired:
      return ChangeReason::kExpired;
    case Gone::kRemoved:
      return ChangeReason::kRemoved;
    case Gone::kLimit:
      return ChangeReason::kLimit;
  }
  return ChangeReason::kWithdrawnOrExpired;
}

std::optional<ChangeReason> difference(const Cluster& before, const Cluster& after) {
  if (before.identity != after.identity || before.fingerprint != after.fingerprint) {
    return ChangeReason::kIdentity;
  }
  if (before.state != after.state) return reason_of(after.state);
  const bool same = before.name == after.name && before.version == after.version &&
                    before.site == after.site && before.held_name == after.held_name &&
                    before.id_taken == after.id_taken && same_endpoints(before, after) &&
                    same_sightings(before, after);
  if (same) return std::nullopt;
  return ChangeReason::kUpdated;
}

}  // namespace liqo
