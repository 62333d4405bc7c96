#include <algorithm>

#include "agent/registry/impl.h"

namespace liqo {
namespace {

/// Whether the proof is that the record is published; others are that somebody is there.
bool tells_record(EvidenceMethod method) {
  return method == EvidenceMethod::kMdns || method == EvidenceMethod::kQuery;
}

}  // namespace

void Registry::Impl::evidence(const SightingKey& key, EvidenceMethod method, Now now) {
  const auto known = entries_.find(key);
  if (known != entries_.end()) prove(**known, method, now);
}

void Registry::Impl::suspect_cluster(const ClusterId& id, Now now) {
  const auto known = records_.find(id);
  if (known == records_.end()) return;
  for (Entry* entry : known->second.entries) {
    if (!entry->hidden()) suspect(*entry, Urgency::kNow, now);
  }
}

void Registry::Impl::suspect_interface(std::uint32_t interface, Now now) {
  for (const auto& entry : entries_) {
    const SightingKey& key = entry->sighting->key;
    if (key.source != Source::kLan || key.interface != interface) continue;
    if (entry->hidden()) {
      ask_again(*entry, now);
    } else {
      suspect(*entry, Urgency::kPaced, now);
    }
  }
}

void Registry::Impl::resumed(Now now) {
  for (const auto& entry : entries_) {
    if (entry->sighting->key.source != Source::kLan) continue;
    if (entry->hidden()) {
      ask_again(*entry, now);
      continue;
    }
    // Nobody could answer while the host slept: what was asked before is asked anew.
    if (entry->doubt == Doubt::kAsked) set_doubt(*entry, Doubt::kNone, kNever);
    suspect(*entry, Urgency::kPaced, now);
  }
}

void Registry::Impl::suspect(Entry& entry, Urgency urgency, Now now) {
  // A doubt that runs already keeps its limit: reports cannot prolong a ghost.
  if (entry.doubt == Doubt::kAsked || is_own(entry)) return;
  const BootTime due = urgency == Urgency::kNow ? now.boot : pacer_.slot(now.boot);
  if (due <= now.boot) {
    ask(entry, now);
  } else {
    set_doubt(entry, Doubt::kWaiting, due);
  }
}

void Registry::Impl::ask(Entry& entry, Now now) {
  asked_.push_back(entry.sighting->key);
  set_doubt(entry, Doubt::kAsked, now.boot + options_.suspect_limit);
}

/// Asks a refuted entry as soon as the line allows, and often again.
void Registry::Impl::ask_again(Entry& entry, Now now) {
  entry.reask = options_.reask_first;
  set_doubt(entry, Doubt::kRefuted, pacer_.slot(now.boot));
}

void Registry::Impl::refute(Entry& entry, Now now) {
  // A silent name server does not say that a cluster went.
  if (entry.from_dns()) return set_doubt(entry, Doubt::kNone, kNever);
  if (entry.by_hand()) return ask_later(entry, now);
  // Nobody lists it: there is nothing that could bring it back but being told anew.
  if (entry.listing != Listing::kListed) return erase(entry, Gone::kNoAnswer);
  ++counters_.refuted;
  entry.record->last_gone = Gone::kNoAnswer;
  entry.reask = options_.reask_first;
  set_doubt(entry, Doubt::kRefuted, now.boot + entry.reask);
}

/// What a user said stays, in doubt, however long nobody answers.
void Registry::Impl::ask_later(Entry& entry, Now now) {
  entry.reask = std::clamp(entry.reask * 2, options_.reask_max, options_.reask_by_hand);
  set_doubt(entry, Doubt::kWaiting, now.boot + entry.reask);
}

void Registry::Impl::prove(Entry& entry, EvidenceMethod method, Now now) {
  if (entry.hidden()) --counters_.refuted;
  entry.evidence = Evidence{method, now.wall};
  entry.reask = Duration::zero();
  if (entry.unlisted_until != kNever && tells_record(method)) {
    entry.unlisted_until = now.boot + options_.unlisted_limit;
  }
  // It is there, yet nobody would tell that it goes: it is asked again unless its source lists it.
  if (entry.listing == Listing::kUnlisted && entry.leaves_at == kNever) {
    entry.leaves_at = std::min(now.boot + options_.source_hold, entry.unlisted_until);
  }
  set_doubt(entry, Doubt::kNone, kNever);
}

void Registry::Impl::set_doubt(Entry& entry, Doubt doubt, BootTime due) {
  entry.doubt = doubt;
  entry.doubt_due = due;
  deadlines_.update(entry);
  touch(*entry.record);
}

}  // namespace liqo
