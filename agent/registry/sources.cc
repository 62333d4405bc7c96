#include <algorithm>
#include <utility>

#include "agent/registry/impl.h"
#include "agent/registry/observation.h"

namespace liqo {
namespace {

/// Whether a sighting that goes for this reason may be back in a moment: a peer's restart, a link
/// that bounces. The other reasons are answers and decisions, as everything is that DNS or a user
/// tells.
bool may_return(const Entry& entry, Gone reason) {
  if (entry.from_dns() || entry.by_hand()) return false;
  return reason == Gone::kWithdrawnOrExpired || reason == Gone::kLinkDown;
}

/// A copy: its strings and vectors have no room to spare, as those have that grew.
std::shared_ptr<const Sighting> kept(const Sighting& sighting) {
  return std::make_shared<const Sighting>(sighting);
}

}  // namespace

void Registry::Impl::seen(Sighting sighting, EvidenceMethod method, Now now) {
  const std::size_t unusable = normalise(sighting);
  const auto until = until_of(sighting);
  const bool expired = until && *until <= now.wall;
  const auto known = entries_.find(sighting.key);
  const auto id = id_of(sighting, known);
  if (known != entries_.end()) {
    if (id && *(*known)->record->id == *id && !expired) {
      return told_again(**known, sighting, unusable, method, now);
    }
    // Else its TXT names another cluster now, or none.
    erase(known, expired ? Gone::kExpired : Gone::kWithdrawnOrExpired);
  }
  if (expired) return;
  if (!id) {
    ++counters_.not_clusters;
    return;
  }
  Entry* entry = insert(sighting, *id, Evidence{method, now.wall}, now);
  if (entry == nullptr) return;
  counters_.unusable_address += unusable;
  renew(*entry, now);
  deadlines_.update(*entry);
  if (method == EvidenceMethod::kManual) suspect(*entry, Urgency::kNow, now);
  if (method == EvidenceMethod::kCached) suspect(*entry, Urgency::kPaced, now);
}

/// Whose it is. One that cannot say stays with the cluster that its endpoint once named.
std::optional<ClusterId> Registry::Impl::id_of(const Sighting& sighting,
                                               Entries::const_iterator known) const {
  if (sighting.unnamed && known != entries_.end() && (*known)->sighting->unnamed) {
    return *(*known)->record->id;
  }
  return sighting.cluster_id();
}

Entry* Registry::Impl::insert(const Sighting& sighting, const ClusterId& id, Evidence evidence,
                              Now now) {
  Record* record = record_of(id, sighting.key.source, now);
  if (record == nullptr || !has_room(*record, sighting)) {
    ++counters_.over_limit;
    return nullptr;
  }
  auto entry = std::make_unique<Entry>();
  entry->sighting = kept(sighting);
  entry->record = record;
  entry->evidence = evidence;
  for (const Entry* other : record->entries) {
    if (other->ids && same_auth_endpoint(*other->sighting, sighting)) entry->ids = other->ids;
  }
  Entry* inserted = entries_.insert(std::move(entry)).first->get();
  record->entries.push_back(inserted);
  touch(*record);
  return inserted;
}

bool Registry::Impl::has_room(const Record& record, const Sighting& sighting) const {
  const Source source = sighting.key.source;
  const std::size_t most = std::max<std::size_t>(options_.max_sightings_per_cluster, 2);
  const std::size_t room = sighting.key.instance == *record.id ? most : most / 2;
  const auto held =
      std::count_if(record.entries.begin(), record.entries.end(),
                    [source](const Entry* entry) { return entry->sighting->key.source == source; });
  return static_cast<std::size_t>(held) < room;
}

Record* Registry::Impl::record_of(const ClusterId& id, Source source, Now now) {
  const auto known = records_.find(id);
  if (known != records_.end()) return &known->second;
  const std::size_t most =
      source == Source::kDns ? options_.max_dns_clusters : options_.max_clusters;
  if (state_of(source).founded >= most) return nullptr;
  ++state_of(source).founded;
  const auto added = records_.try_emplace(id).first;
  Record& record = added->second;
  record.id = &added->first;
  record.first_seen = now.wall;
  record.founder = source;
  return &record;
}

void Registry::Impl::forget(Record& record) {
  --state_of(record.founder).founded;
  records_.erase(records_.find(*record.id));
}

void Registry::Impl::told_again(Entry& entry, const Sighting& sighting, std::size_t unusable,
                                EvidenceMethod method, Now now) {
  const bool changed = !same_content(*entry.sighting, sighting);
  const bool elsewhere = !same_auth_endpoint(*entry.sighting, sighting);
  if (elsewhere) entry.ids.reset();
  if (changed || entry.sighting->ttl != sighting.ttl) {
    entry.sighting = kept(sighting);
  }
  if (changed) counters_.unusable_address += unusable;
  const bool was_listed = entry.listing != Listing::kUnlisted;
  renew(entry, now);
  const bool cached = method == EvidenceMethod::kCached;
  if (entry.doubt == Doubt::kRefuted && (cached || !changed)) return ask_again(entry, now);
  if (cached) {
    deadlines_.update(entry);
    touch(*entry.record);
    // It need not wait for its source any longer.
    if (entry.doubt == Doubt::kWaiting && !was_listed) suspect(entry, Urgency::kPaced, now);
    return;
  }
  // A user's word says where to look, not that somebody is there.
  if (method == EvidenceMethod::kManual) {
    touch(*entry.record);
    if (elsewhere) suspect(entry, Urgency::kNow, now);
    return;
  }
  prove(entry, method, now);
}

void Registry::Impl::unseen(const SightingKey& key, Gone reason, Now now) {
  const auto known = entries_.find(key);
  if (known == entries_.end()) return;
  Entry& entry = **known;
  if (entry.hidden() || !may_return(entry, reason)) {
    erase(known, reason);
    return;
  }
  if (entry.listing == Listing::kWithdrawn) return;
  entry.listing = Listing::kWithdrawn;
  entry.leave_reason = reason;
  entry.leaves_at = std::min(entry.leaves_at, now.boot + options_.withdraw_hold);
  deadlines_.update(entry);
}

void Registry::Impl::source_lost(Source source, Now now) {
  if (source == Source::kDns) return;
  state_of(source).lost = true;
  for (const auto& entry : entries_) {
    if (entry->sighting->key.source != source || entry->listing != Listing::kListed) continue;
    entry->listing = Listing::kUnlisted;
    entry->leave_reason = Gone::kWithdrawnOrExpired;
    entry->leaves_at = now.boot + options_.source_hold;
    deadlines_.update(*entry);
  }
}

void Registry::Impl::source_synced(Source source, Now now) {
  if (source == Source::kDns) return;
  state_of(source).lost = false;
  for (auto it = entries_.begin(); it != entries_.end();) {
    Entry& entry = **it;
    if (entry.sighting->key.source != source || entry.listing != Listing::kUnlisted) {
      ++it;
    } else if (entry.hidden()) {
      it = erase(it, Gone::kNoAnswer);
    } else {
      entry.leaves_at = kNever;
      // Losing the source over and over does not prolong it.
      if (entry.unlisted_until == kNever) entry.unlisted_until = now.boot + options_.unlisted_limit;
      suspect(entry, Urgency::kPaced, now);
      ++it;
    }
  }
}

void Registry::Impl::domain_listed(Source source, const DomainName& domain, Service service) {
  // Sources of domains have no links, so the keys of one domain stand together.
  SightingKey first;
  first.source = source;
  first.service = service;
  first.domain = domain;
  auto it = entries_.lower_bound(first);
  while (it != entries_.end()) {
    const Entry& entry = **it;
    const SightingKey& key = entry.sighting->key;
    if (key.source != source || key.service != service || key.domain != domain) break;
    const bool left_out = entry.listing == Listing::kUnlisted;
    it = left_out ? erase(it, Gone::kWithdrawnOrExpired) : std::next(it);
  }
}

void Registry::Impl::drop_source(Source source, Gone reason) {
  state_of(source).lost = false;
  for (auto it = entries_.begin(); it != entries_.end();) {
    it = (*it)->sighting->key.source == source ? erase(it, reason) : std::next(it);
  }
}

void Registry::Impl::limit_interfaces(const std::function<bool(const std::string& name)>& allowed) {
  for (auto it = entries_.begin(); it != entries_.end();) {
    const Sighting& sighting = *(*it)->sighting;
    const bool kept = sighting.key.source != Source::kLan || allowed(sighting.interface_name);
    it = kept ? std::next(it) : erase(it, Gone::kRemoved);
  }
}

void Registry::Impl::restore(const Cluster& cluster, Now now) {
  for (const SightingEntry& restored : cluster.sightings) {
    Sighting sighting = *restored.sighting;
    normalise(sighting);
    const bool whose = sighting.unnamed || sighting.cluster_id() == cluster.id;
    if (!whose || entries_.contains(sighting.key)) continue;
    const bool dns = sighting.key.source == Source::kDns;
    const BootTime end = dns ? end_of_stale(restored, now) : kNever;
    if (end <= now.boot) continue;
    Entry* entry = insert(sighting, cluster.id, restored.evidence, now);
    if (entry == nullptr) continue;
    entry->listing = Listing::kUnlisted;
    entry->leaves_at = end;
    entry->leave_reason = Gone::kExpired;
    if (dns) {
      turn_stale(*entry);
    } else {
      set_doubt(*entry, Doubt::kWaiting, now.boot + options_.restore_wait);
    }
  }
  const auto known = records_.find(cluster.id);
  if (known != records_.end()) resume(known->second, cluster);
}

/// Before anyone who does not hold its name can claim it: those do so in flush().
void Registry::Impl::resume(Record& record, const Cluster& before) {
  record.first_seen = std::min(record.first_seen, before.first_seen);
  if (!record.claim.empty() || before.held_name.empty()) return;
  names_.claim(record, before.held_name);
  record.holds = record.resumes = true;
}

Registry::Impl::Entries::iterator Registry::Impl::erase(Entries::iterator it, Gone reason) {
  Entry& entry = **it;
  Record& record = *entry.record;
  if (entry.hidden()) {
    --counters_.refuted;
  } else {
    record.last_gone = reason;
  }
  deadlines_.remove(entry);
  std::erase(record.entries, &entry);
  touch(record);
  return entries_.erase(it);
}

void Registry::Impl::erase(Entry& entry, Gone reason) {
  erase(entries_.find(entry.sighting->key), reason);
}

}  // namespace liqo
