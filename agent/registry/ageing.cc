#include <algorithm>

#include "agent/registry/impl.h"
#include "agent/registry/observation.h"

namespace liqo {

/// What its source tells now: listed, and fresh until the first of its records expires.
void Registry::Impl::renew(Entry& entry, Now now) {
  entry.listing = Listing::kListed;
  entry.leaves_at = entry.stale_at = entry.unlisted_until = kNever;
  entry.stale = false;
  if (!entry.from_dns()) return;
  entry.leave_reason = Gone::kExpired;
  entry.expires.reset();
  if (const auto told = entry.sighting->ttl) {
    const Duration ttl =
        std::clamp<Duration>(std::chrono::seconds(*told), options_.min_ttl, options_.max_ttl);
    entry.expires = now.wall + ttl;
    entry.stale_at = now.boot + ttl + options_.stale_grace;
    entry.leaves_at = entry.stale_at + options_.max_stale;
  }
  if (const auto until = until_of(*entry.sighting)) {
    entry.leaves_at = std::min(entry.leaves_at, now.boot + (*until - now.wall));
  }
}

/// When a DNS sighting that the state file kept goes unless it is told again.
BootTime Registry::Impl::end_of_stale(const SightingEntry& restored, Now now) const {
  // A host without a battery for its clock starts in 1970: nothing was seen in the future.
  const Duration age = std::max(now.wall - restored.evidence.time, Duration::zero());
  const BootTime end = now.boot + (options_.max_stale - age);
  const auto until = until_of(*restored.sighting);
  return until ? std::min(end, now.boot + (*until - now.wall)) : end;
}

void Registry::Impl::turn_stale(Entry& entry) {
  entry.stale = true;
  entry.stale_at = kNever;
  deadlines_.update(entry);
  touch(*entry.record);
}

/// A goodbye reaches Avahi record by record. Sightings whose whole cluster is withdrawn go
/// together, with the last of them: the cluster does not shrink before it goes.
bool Registry::Impl::wait_for_others(Entry& entry, Now now) {
  BootTime last = entry.leaves_at;
  for (const Entry* other : entry.record->entries) {
    if (other->hidden()) continue;
    if (other->listing != Listing::kWithdrawn) return false;
    last = std::max(last, other->leaves_at);
  }
  if (last <= now.boot) return false;
  entry.leaves_at = last;
  deadlines_.update(entry);
  return true;
}

void Registry::Impl::leave(Entry& entry, Now now) {
  if (entry.listing == Listing::kWithdrawn && wait_for_others(entry, now)) return;
  if (entry.unlisted_until <= now.boot) return erase(entry, Gone::kWithdrawnOrExpired);
  const bool lost = state_of(entry.sighting->key.source).lost;
  if (entry.listing != Listing::kUnlisted || entry.hidden() || lost || entry.from_dns()) {
    return erase(entry, entry.leave_reason);
  }
  entry.leaves_at = kNever;
  suspect(entry, Urgency::kPaced, now);
  deadlines_.update(entry);
}

std::optional<BootTime> Registry::Impl::next_deadline() const {
  if (!dirty_.empty()) return BootTime{};
  return deadlines_.next();
}

void Registry::Impl::advance(Now now) {
  while (Entry* entry = deadlines_.take_due(now.boot)) {
    if (entry->leaves_at <= now.boot) {
      leave(*entry, now);
    } else if (entry->stale_at <= now.boot) {
      turn_stale(*entry);
    } else if (entry->doubt == Doubt::kWaiting) {
      ask(*entry, now);
    } else if (entry->doubt == Doubt::kAsked) {
      refute(*entry, now);
    } else {
      asked_.push_back(entry->sighting->key);
      const Duration wait = entry->reask;
      entry->reask = std::min(wait * 2, options_.reask_max);
      set_doubt(*entry, Doubt::kRefuted, now.boot + entry->reask);
    }
  }
}

}  // namespace liqo
