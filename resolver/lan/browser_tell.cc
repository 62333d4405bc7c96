#include <algorithm>
#include <utility>

#include "resolver/lan/browser.h"

namespace liqo::lan {
namespace {

bool is_listed_on(const Listing& listing, std::uint32_t interface) {
  return std::any_of(
      listing.places.begin(), listing.places.end(),
      [&](const Listing::Presence& known) { return known.place.interface == interface; });
}

EvidenceMethod evidence_of(const OnLink& on) {
  return on.heard ? EvidenceMethod::kMdns : EvidenceMethod::kCached;
}

}  // namespace

void Browser::look_at(Instance& instance, BootTime now) {
  set_hosts(instance);
  for (const Listing::Presence& presence : instance.listing.places) {
    instance.on[presence.place.interface];
  }
  bool told = false;
  for (auto it = instance.on.begin(); it != instance.on.end();) {
    auto& [interface, on] = *it;
    on.heard = instance.listing.take_heard(interface) || on.heard;
    look_at(instance, interface, on, now);
    told = told || on.told.has_value();
    it = is_listed_on(instance.listing, interface) ? std::next(it) : instance.on.erase(it);
  }
  if (instance.listing.places.empty()) return unfollow(instance, now);
  instance.was_told = instance.was_told || told;
  set_pending(instance, !told, now);
  schedule(instance);
}

void Browser::look_at(const Instance& instance, std::uint32_t interface, OnLink& on, BootTime now) {
  const link::Link* link = interfaces_.usable(interface);
  std::optional<Composition> composition;
  if (link != nullptr && is_listed_on(instance.listing, interface)) {
    composition = compose(instance, *link);
  }
  if (!composition) {
    if (!on.told) return on.complete_by.reset();
    return untell(on, interfaces_.down(interface) ? Gone::kLinkDown : Gone::kWithdrawnOrExpired);
  }
  if (on.told) {
    consider_change(on, std::move(*composition), now);
  } else {
    consider_first(on, std::move(*composition), now);
  }
  if (!on.told) return;
  tell_families(instance, interface, on);
  if (!on.complete_by && !on.settled_by) on.heard = false;
}

void Browser::consider_first(OnLink& on, Composition composition, BootTime now) {
  if (composition.sighting.addresses.empty()) {
    on.complete_by.reset();
    return;
  }
  if (!composition.complete) {
    if (!on.complete_by) on.complete_by = now + kGrace;
    if (now < *on.complete_by) return;
  }
  on.first_told = now;
  tell(on, std::move(composition.sighting));
}

void Browser::consider_change(OnLink& on, Composition composition, BootTime now) {
  Sighting& sighting = composition.sighting;
  // A goodbye takes SRV and TXT one after the other: the loss of attributes alone is not news.
  if (!composition.has_txt) sighting.txt = on.told->txt;
  if (sighting.addresses.empty()) {
    on.complete_by.reset();
    // Those of a new target are on their way; those of the old one may be back.
    if (!on.settled_by || !on.unsettled.empty()) on.settled_by = now + kAddressless;
    on.unsettled.clear();
    if (*on.settled_by <= now) untell(on, Gone::kWithdrawnOrExpired);
    return;
  }
  if (sighting.target_host != on.told->target_host) {
    // Nothing waits for the addresses of the target before.
    if (on.settled_by && *on.settled_by <= now) on.settled_by.reset();
    if (!composition.complete) {
      if (!on.complete_by) on.complete_by = now + kGrace;
      if (now < *on.complete_by) return;
    }
    return tell(on, std::move(sighting));
  }
  on.complete_by.reset();
  consider_addresses(on, std::move(composition), now);
}

/// Of the same target: its addresses wait until they are settled, all else is told at once.
void Browser::consider_addresses(OnLink& on, Composition composition, BootTime now) {
  const std::vector<IpAddress> addresses = composition.sighting.addresses;
  const bool same = same_addresses(on.told->addresses, addresses);
  if (!same && (!on.settled_by || !same_addresses(on.unsettled, addresses))) {
    const auto& before = on.settled_by ? on.unsettled : on.told->addresses;
    const bool soon = one_went(before, addresses) || now - on.first_told < kFirstNews;
    on.settled_by = now + (soon ? kGather : kSettle);
    on.unsettled = addresses;
  }
  if (same) on.settled_by.reset();
  if (on.settled_by && *on.settled_by <= now) return tell(on, std::move(composition.sighting));
  if (same_service(*on.told, composition.sighting)) return;
  const auto settled_by = on.settled_by;
  composition.sighting.addresses = on.told->addresses;
  tell(on, std::move(composition.sighting));
  on.settled_by = settled_by;
}

void Browser::tell(OnLink& on, Sighting sighting) {
  on.told = std::move(sighting);
  on.complete_by.reset();
  on.settled_by.reset();
  for (const Family family : on.told_families) {
    on.told->key.family = family;
    sink_.seen(*on.told, evidence_of(on));
  }
}

/// Brings the families that were told in line with those that are listed.
void Browser::tell_families(const Instance& instance, std::uint32_t interface, OnLink& on) {
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const bool listed = instance.listing.at({interface, family});
    const bool told = on.told_families.contains(family);
    if (listed && !told) {
      on.told_families.insert(family);
      on.told->key.family = family;
      sink_.seen(*on.told, evidence_of(on));
    } else if (told && !listed) {
      untell(on, family, Gone::kWithdrawnOrExpired);
    }
  }
}

void Browser::untell(OnLink& on, Family family, Gone reason) {
  on.told_families.erase(family);
  on.told->key.family = family;
  sink_.unseen(on.told->key, reason);
}

void Browser::untell(OnLink& on, Gone reason) {
  while (!on.told_families.empty()) untell(on, *on.told_families.begin(), reason);
  on.told.reset();
  on.heard = false;
  on.complete_by.reset();
  on.settled_by.reset();
}

void Browser::set_pending(Instance& instance, bool pending, BootTime now) {
  if (instance.pending == pending) return;
  instance.pending = pending;
  if (pending) return be_patient(instance, now + kPatience);
  pending_.erase({instance.patience_ends, &instance});
}

/// It is pending, and may stay so until then while others wait.
void Browser::be_patient(Instance& instance, BootTime until) {
  pending_.erase({instance.patience_ends, &instance});
  instance.patience_ends = until;
  pending_.insert({until, &instance});
}

void Browser::schedule(Instance& instance) {
  std::optional<BootTime> due;
  const auto consider = [&](std::optional<BootTime> time) {
    if (time && (!due || *time < *due)) due = time;
  };
  for (const auto& [interface, on] : instance.on) {
    consider(on.complete_by);
    consider(on.settled_by);
  }
  if (due == instance.due) return;
  if (instance.due) due_.erase({*instance.due, &instance});
  instance.due = due;
  if (due) due_.insert({*due, &instance});
}

}  // namespace liqo::lan
