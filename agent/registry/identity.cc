#include "agent/registry/identity.h"

#include <map>
#include <utility>

#include "agent/registry/impl.h"

namespace liqo {
namespace {

/// The certificates that a user may accept, and where one is shown, by fingerprint.
using Unaccepted = std::map<std::string, std::string, std::less<>>;

Unaccepted unaccepted(const Record& record) {
  Unaccepted shown;
  for (const Entry* entry : record.entries) {
    if (!entry->ids || entry->ids->verdict != Identity::kChanged || entry->hidden()) continue;
    const Sighting& sighting = *entry->sighting;
    shown.try_emplace(entry->ids->fingerprint,
                      sighting.target_host.to_string() + ":" + std::to_string(sighting.port));
  }
  return shown;
}

/// "sha256:... at HOST:PORT, ...", or that there are none.
std::string list(const Unaccepted& shown) {
  // Enough to choose from; an error is one line.
  constexpr std::size_t kMaxListed = 4;
  if (shown.empty()) return "none";
  std::string list;
  std::size_t listed = 0;
  for (const auto& [fingerprint, where] : shown) {
    if (listed++ == kMaxListed) break;
    list += (list.empty() ? "" : ", ") + fingerprint + " at " + where;
  }
  if (shown.size() > kMaxListed) {
    list += " and " + std::to_string(shown.size() - kMaxListed) + " more";
  }
  return list;
}

}  // namespace

std::string_view to_string(Identity identity) {
  switch (identity) {
    case Identity::kConfirmed:
      return "confirmed";
    case Identity::kClaimed:
      return "claimed";
    case Identity::kMismatch:
      return "mismatch";
    case Identity::kChanged:
      return "changed";
  }
  return "unknown";
}

bool same_auth_endpoint(const Sighting& a, const Sighting& b) {
  return a.key.service == Service::kAuth && b.key.service == Service::kAuth &&
         a.key.source == b.key.source && a.port == b.port && a.target_host == b.target_host &&
         a.addresses == b.addresses;
}

std::optional<Identity> Registry::Impl::identified(const Sighting& asked, IdsAnswer answer,
                                                   Now now) {
  const auto known = entries_.find(asked.key);
  if (known == entries_.end() || !same_auth_endpoint(*(*known)->sighting, asked)) {
    return std::nullopt;
  }
  Entry& entry = **known;
  if (asked.unnamed && answer.id != *entry.record->id) move(*entry.record, asked, answer.id, now);
  Record& record = *entry.record;
  answer.time = now.wall;
  answer.verdict = judge(*record.id, answer, now);
  count(entry.view().identity(), answer.verdict);
  const auto shared = std::make_shared<const IdsAnswer>(std::move(answer));
  for (Entry* same : record.entries) {
    if (!same_auth_endpoint(*same->sighting, asked)) continue;
    same->ids = shared;
    touch(record);
    if (!is_refuted(shared->verdict)) prove(*same, EvidenceMethod::kIds, now);
  }
  return shared->verdict;
}

void Registry::Impl::count(Identity before, Identity verdict) {
  if (before == verdict) return;
  if (verdict == Identity::kMismatch) ++counters_.mismatches;
  if (verdict == Identity::kChanged) ++counters_.changed_certificates;
}

/// The sightings of an endpoint that could not say whose they are go over to the cluster that it
/// named; those that find no place there stay.
void Registry::Impl::move(Record& from, const Sighting& asked, const ClusterId& to, Now now) {
  const auto moves = [&asked](const Entry* entry) {
    return entry->sighting->unnamed && same_auth_endpoint(*entry->sighting, asked);
  };
  Record* const record = record_of(to, asked.key.source, now);
  if (record == nullptr) {
    ++counters_.over_limit;
    return;
  }
  const std::vector<Entry*> entries = from.entries;
  for (Entry* entry : entries) {
    if (!moves(entry) || !has_room(*record, *entry->sighting)) continue;
    std::erase(from.entries, entry);
    from.last_gone = Gone::kRemoved;
    record->entries.push_back(entry);
    entry->record = record;
  }
  touch(from);
  touch(*record);
}

Identity Registry::Impl::judge(const ClusterId& id, const IdsAnswer& answer, Now now) {
  if (answer.id != id) return Identity::kMismatch;
  const auto known = certificates_.find(id);
  if (known == certificates_.end()) {
    return remember(id, answer.fingerprint, now) ? Identity::kConfirmed : Identity::kClaimed;
  }
  if (!known->second.has(answer.fingerprint)) return Identity::kChanged;
  known->second.confirmed = now.wall;
  return Identity::kConfirmed;
}

/// Notes the first certificate of an id. Where there is no room, that of a cluster which is not
/// known now and was confirmed longest ago gives way.
bool Registry::Impl::remember(const ClusterId& id, const std::string& fingerprint, Now now) {
  if (certificates_.size() >= options_.max_certificates) {
    auto oldest = certificates_.end();
    for (auto it = certificates_.begin(); it != certificates_.end(); ++it) {
      if (records_.contains(it->first)) continue;
      if (oldest == certificates_.end() || it->second.confirmed < oldest->second.confirmed) {
        oldest = it;
      }
    }
    if (oldest == certificates_.end()) {
      ++counters_.over_limit;
      return false;
    }
    certificates_.erase(oldest);
  }
  certificates_.emplace(id, KnownCertificates{{fingerprint}, now.wall});
  ++certificates_generation_;
  return true;
}

Result<bool> Registry::Impl::trust(const ClusterId& id,
                                   const std::optional<std::string>& fingerprint, Now now) {
  const auto record = records_.find(id);
  const auto book = certificates_.find(id);
  if (record == records_.end() || book == certificates_.end()) return false;
  if (fingerprint && book->second.has(*fingerprint)) return false;
  const Unaccepted shown = unaccepted(record->second);
  if (!fingerprint && shown.empty()) return false;
  if (fingerprint ? !shown.contains(*fingerprint) : shown.size() > 1) {
    return Error{Errc::kInvalid, "expected the one that is right of those shown: " + list(shown)};
  }
  std::vector<std::string>& accepted = book->second.fingerprints;
  accepted.push_back(shown.find(fingerprint.value_or(shown.begin()->first))->first);
  if (accepted.size() > KnownCertificates::kMax) accepted.erase(accepted.begin());
  ++certificates_generation_;
  judge_again(record->second, now);
  return true;
}

void Registry::Impl::judge_again(Record& record, Now now) {
  for (Entry* entry : record.entries) {
    if (!entry->ids) continue;
    IdsAnswer answer = *entry->ids;
    answer.verdict = judge(*record.id, answer, now);
    if (answer.verdict == entry->ids->verdict) continue;
    const bool used = !is_refuted(answer.verdict);
    entry->ids = std::make_shared<const IdsAnswer>(std::move(answer));
    touch(record);
    if (used) prove(*entry, EvidenceMethod::kIds, now);
  }
}

void Registry::Impl::restore_certificates(CertificateBook certificates) {
  certificates_ = std::move(certificates);
}

}  // namespace liqo
