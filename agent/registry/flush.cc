#include <algorithm>
#include <utility>

#include "agent/registry/impl.h"
#include "agent/registry/merge.h"

namespace liqo {
namespace {

/// Whether it may still tell its name: none is told, and its auth endpoint has not answered.
bool is_name_open(const Cluster* cluster) {
  return cluster != nullptr && cluster->name.empty() && cluster->identity != Identity::kConfirmed;
}

}  // namespace

SightingEntry Entry::view() const {
  SightingEntry shown;
  shown.sighting = sighting;
  shown.state = stale ? State::kStale : State::kFresh;
  if (doubt != Doubt::kNone) shown.state = State::kSuspect;
  shown.evidence = evidence;
  shown.expires = expires;
  shown.ids = ids;
  return shown;
}

void Registry::Impl::flush() {
  std::vector<Record*> records = take_batch();
  for (Record* record : records) {
    if (!record->next) continue;
    record->next->held_name = held_name(*record);
    record->holds = !record->next->held_name.empty();
  }
  for (Record* record : records) {
    if (record->next) record->next->id_taken = is_taken(*record->id);
  }
  std::sort(records.begin(), records.end(),
            [](const Record* a, const Record* b) { return *a->id < *b->id; });
  std::vector<Change> changes;
  for (Record* record : records) {
    if (auto change = settle(*record)) changes.push_back(std::move(*change));
  }
  tell(changes);
  request_checks();
}

/// The records that changed first, rebuilt, and those that gain or lose a name by it.
std::vector<Record*> Registry::Impl::take_batch() {
  const std::size_t left = dirty_.size() - std::min(dirty_.size(), options_.flush_batch);
  std::vector<Record*> batch;
  while (dirty_.size() > left) {
    batch.push_back(dirty_.front());
    dirty_.pop_front();
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    rebuild(*batch[i]);
    while (dirty_.size() > left) {
      batch.push_back(dirty_.back());
      dirty_.pop_back();
    }
  }
  return batch;
}

/// Makes `next` and the claim on its name. Done again it comes to the same.
void Registry::Impl::rebuild(Record& record) {
  record.rebuilt = true;
  record.next = merged(record);
  record.resumes = record.resumes && is_name_open(record.next.get());
  if (record.resumes) record.next->name = record.claim;
  const std::string label = record.next ? claimed_label(*record.next) : std::string();
  const std::string held = record.holds ? record.claim : std::string();
  if (Record* heir = names_.claim(record, label)) touch(*heir);
  if (!record.holds) touch_id(held);
  // An id that comes may beat the same name of another; one that goes sets it free.
  if ((record.next == nullptr) != (record.told == nullptr)) {
    if (Record* namesake = names_.holder(*record.id)) touch(*namesake);
  }
}

std::shared_ptr<Cluster> Registry::Impl::merged(const Record& record) const {
  if (*record.id == options_.own_id) return nullptr;
  std::vector<SightingEntry> shown;
  shown.reserve(record.entries.size());
  for (const Entry* entry : record.entries) {
    if (!entry->hidden()) shown.push_back(entry->view());
  }
  auto cluster =
      merge(*record.id, record.first_seen, std::move(shown), MergeRules{network_, options_.prefer});
  if (!cluster) return nullptr;
  cluster->fingerprint = fingerprint_of(*cluster);
  return std::make_shared<Cluster>(std::move(*cluster));
}

/// Of the known certificates the one that its auth endpoint shows, else what was accepted last.
std::string Registry::Impl::fingerprint_of(const Cluster& cluster) const {
  const auto known = certificates_.find(cluster.id);
  if (known == certificates_.end()) return {};
  for (const SightingEntry& entry : cluster.sightings) {
    const auto& endpoint = cluster.endpoints[index_of(Service::kAuth)];
    const bool used = endpoint && entry.identity() == Identity::kConfirmed &&
                      entry.sighting->key.source == endpoint->source &&
                      entry.sighting->target_host == endpoint->host &&
                      entry.sighting->port == endpoint->port;
    if (used) return entry.ids->fingerprint;
  }
  return known->second.fingerprints.back();
}

std::string Registry::Impl::held_name(const Record& record) const {
  const std::string& label = record.claim;
  if (label.empty() || names_.holder(label) != &record) return {};
  if (label == options_.own_id || (!record.holds && is_listed(label))) return {};
  return label;
}

/// Whether another cluster holds this id as its name.
bool Registry::Impl::is_taken(const ClusterId& id) const {
  const Record* holder = names_.holder(id);
  return holder != nullptr && holder->holds;
}

/// The cluster of this id, if there is one, may have it as a host name again.
void Registry::Impl::touch_id(const std::string& id) {
  const auto known = records_.find(id);
  if (known != records_.end()) touch(known->second);
}

/// Whether this is the id of a cluster that is told once the flush under way is done.
bool Registry::Impl::is_listed(const ClusterId& id) const {
  const auto known = records_.find(id);
  if (known == records_.end()) return false;
  const Record& record = known->second;
  return record.rebuilt ? record.next != nullptr : record.told != nullptr;
}

/// Makes `next` what is told. Returns what was.
std::shared_ptr<const Cluster> Registry::Impl::replace_told(Record& record) {
  const bool renamed = !record.told || !record.next || record.told->name != record.next->name;
  if (renamed) told_names_.remove(record);
  std::shared_ptr<const Cluster> before = std::exchange(record.told, std::move(record.next));
  if (renamed) told_names_.add(record);
  return before;
}

/// Puts `next` into the view; drops a record that holds nothing any more.
std::optional<Change> Registry::Impl::settle(Record& record) {
  std::shared_ptr<const Cluster> before = replace_told(record);
  const std::shared_ptr<const Cluster> after = record.told;
  record.next.reset();
  record.dirty = record.rebuilt = false;
  if (before) counters_.sightings -= before->sightings.size();
  if (after) counters_.sightings += after->sightings.size();

  if (after) {
    view_.insert_or_assign(*record.id, after);
    if (!before) return Change{ChangeEvent::kAdded, ChangeReason::kDiscovered, after};
    const auto reason = difference(*before, *after);
    if (!reason) return std::nullopt;
    return Change{ChangeEvent::kChanged, *reason, after};
  }
  // One that is still seen, but gives no endpoint any more, took that back itself.
  const bool seen = std::any_of(record.entries.begin(), record.entries.end(),
                                [](const Entry* entry) { return !entry->hidden(); });
  const bool own = *record.id == options_.own_id;
  const Gone why = seen && !own ? Gone::kWithdrawnOrExpired : record.last_gone;
  view_.erase(*record.id);
  if (record.entries.empty()) forget(record);
  if (!before) return std::nullopt;
  return Change{ChangeEvent::kRemoved, reason_of(why), std::move(before)};
}

void Registry::Impl::tell(const std::vector<Change>& changes) {
  if (changes.empty()) return;
  std::erase_if(handlers_, [](const auto& handler) { return handler.expired(); });
  // A handler may subscribe another: that one begins with the next flush.
  const auto handlers = handlers_;
  for (const Change& change : changes) {
    for (const auto& subscribed : handlers) {
      if (const auto handler = subscribed.lock()) (*handler)(change);
    }
  }
}

void Registry::Impl::request_checks() {
  for (const SightingKey& key : std::exchange(asked_, {})) {
    const auto known = entries_.find(key);
    if (known == entries_.end() || (*known)->doubt == Doubt::kNone || !check_handler_) continue;
    check_handler_(CheckRequest{*(*known)->sighting, *(*known)->record->id});
  }
}

}  // namespace liqo
