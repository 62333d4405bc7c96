#include <algorithm>
#include <utility>

#include "resolver/lan/browser.h"

namespace liqo::lan {

void Browser::on_ptr(const Target& target, const RecordReport& report, BootTime now) {
  auto name = DomainName::from_wire(as_octets(report.rdata));
  const DomainName& type = types_[index_of(target.service)].name;
  if (!name || name->is_root() || name->parent() != type) {
    ++counters_.malformed;
    return;
  }
  const Place place{report.interface, report.family};
  if (report.present) {
    if (interfaces_.denied(place.interface)) return;
    const bool heard = target.exhausted || report.own;
    return list({std::move(*name), target.service, {{place, epoch_, heard}}}, now);
  }
  const auto followed = instances_.find(*name);
  if (followed != instances_.end()) {
    if (followed->second->listing.remove(place)) touched_.insert(followed->second.get());
  } else if (Listing* waiting = pool_.find(*name); waiting != nullptr) {
    waiting->remove(place);
    if (waiting->places.empty()) pool_.erase(*name);
  }
}

/// `listing` has one place, the one that was told now.
void Browser::list(Listing listing, BootTime now) {
  const Listing::Presence told = listing.places.front();
  const auto followed = instances_.find(listing.name);
  if (followed != instances_.end()) {
    const bool added = followed->second->listing.add(told);
    if (added || told.heard) touched_.insert(followed->second.get());
    return;
  }
  if (Listing* waiting = pool_.find(listing.name); waiting != nullptr) {
    waiting->add(told);
    return;
  }
  if (has_place()) return follow(std::move(listing), now);
  const bool known = known_.contains(listing.name);
  const bool waits = pool_.add(std::move(listing), known);
  if (!waits || full_) ++counters_.over_limit;
}

void Browser::unlist_before(Service service, std::uint32_t epoch) {
  const auto is_old = [&](const Listing::Presence& presence) { return presence.epoch < epoch; };
  for (const auto& [name, instance] : instances_) {
    if (instance->listing.service != service) continue;
    if (instance->listing.remove_if(is_old)) touched_.insert(instance.get());
  }
  pool_.sweep([&](Listing& listing) {
    if (listing.service == service) listing.remove_if(is_old);
  });
}

bool Browser::has_place() const {
  return pending_.size() < options_.max_pending && instances_.size() < options_.max_instances;
}

void Browser::follow(Listing listing, BootTime now) {
  auto owned = std::make_unique<Instance>();
  Instance& instance = *owned;
  instance.listing = std::move(listing);
  const DomainName& name = instance.listing.name;
  instances_.emplace(name, std::move(owned));
  instance.was_told = known_.contains(name);
  known_.erase(name);
  be_patient(instance, now + kMostPatience);
  const Service service = instance.listing.service;
  instance.srv.watch =
      watch(name, {.type = RecordType::kSrv, .service = service, .instance = &instance});
  instance.txt.watch =
      watch(name, {.type = RecordType::kTxt, .service = service, .instance = &instance});
}

void Browser::unfollow(Instance& instance, BootTime now) {
  if (instance.was_told) known_.add(instance.listing.name, now);
  unwatch(instance.srv.watch);
  unwatch(instance.txt.watch);
  txt_octets_ -= instance.txt.set.octets();
  for (Host* host : instance.hosts) release(*host, instance);
  pending_.erase({instance.patience_ends, &instance});
  if (instance.due) due_.erase({*instance.due, &instance});
  touched_.erase(&instance);
  instances_.erase(DomainName(instance.listing.name));
}

/// Gives the free places, and those of pending instances that stayed silent, to those that wait.
void Browser::fill_places(BootTime now) {
  draw_at_ = now + kPatience;
  const bool was_full = std::exchange(full_, instances_.size() >= options_.max_instances);
  if (full_ && !was_full) counters_.over_limit += pool_.size();
  while (!pool_.empty()) {
    const bool place = has_place();
    const bool silent = !pending_.empty() && pending_.begin()->first <= now;
    if (!place && !silent) return;
    auto next = pool_.draw(now, place);
    if (!next) return;
    if (!place) {
      Instance& given_up = *pending_.begin()->second;
      ++counters_.silent;
      if (!given_up.listing.places.empty()) pool_.add_tried(given_up.listing, now);
      unfollow(given_up, now);
    }
    follow(std::move(*next), now);
  }
}

/// Follows the targets of the SRV records that are in force somewhere, and no other.
void Browser::set_hosts(Instance& instance) {
  std::vector<DomainName> wanted;
  for (const Listing::Presence& presence : instance.listing.places) {
    const auto srv = srv_on(instance, presence.place.interface);
    if (!srv || std::find(wanted.begin(), wanted.end(), srv->target) != wanted.end()) continue;
    wanted.push_back(srv->target);
  }
  std::vector<Host*> hosts;
  for (const DomainName& name : wanted) {
    Host* host = host_of(name, instance);
    if (host != nullptr) hosts.push_back(host);
  }
  for (Host* before : instance.hosts) {
    if (std::find(hosts.begin(), hosts.end(), before) == hosts.end()) release(*before, instance);
  }
  instance.hosts = std::move(hosts);
}

Host* Browser::host_of(const DomainName& name, Instance& user) {
  const auto known = hosts_.find(name);
  if (known != hosts_.end()) {
    known->second->users.insert(&user);
    return known->second.get();
  }
  if (hosts_.size() >= options_.max_instances) {
    ++counters_.over_limit;
    return nullptr;
  }
  auto owned = std::make_unique<Host>();
  Host& host = *owned;
  host.name = name;
  host.users.insert(&user);
  hosts_.emplace(name, std::move(owned));
  host.a.watch = watch(name, {.type = RecordType::kA, .host = &host});
  host.aaaa.watch = watch(name, {.type = RecordType::kAaaa, .host = &host});
  return &host;
}

void Browser::release(Host& host, Instance& user) {
  host.users.erase(&user);
  if (!host.users.empty()) return;
  unwatch(host.a.watch);
  unwatch(host.aaaa.watch);
  hosts_.erase(DomainName(host.name));
}

}  // namespace liqo::lan
