#include "resolver/dns/domain.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace liqo::dns {
namespace {

DomainName listing_name(Service service, const DomainName& domain) {
  const std::string_view type = service_type(service);
  const std::size_t dot = type.find('.');
  const std::array labels = {type.substr(0, dot), type.substr(dot + 1)};
  const auto name = domain.with_labels(labels);
  // A domain so long that no service fits below it lists nothing; the question for it says so.
  return name ? *name : domain;
}

}  // namespace

Domain::Domain(DomainOptions options, Parts parts)
    : options_(std::move(options)),
      sink_(parts.sink),
      clock_(parts.clock),
      wake_(parts.wake),
      keeper_(parts.asks, parts.retries, std::move(parts.clock), std::move(parts.wake),
              parts.seed) {
  for (const Service service : kServices) {
    add_listing(listing_name(service, options_.name), service, /*legacy=*/false);
  }
  if (options_.legacy) add_listing(options_.name, Service::kAuth, /*legacy=*/true);
}

Domain::~Domain() = default;

void Domain::add_listing(const DomainName& name, Service service, bool legacy) {
  Listing listing;
  listing.service = service;
  listing.legacy = legacy;
  listing.ptr = &keeper_.keep(name, RecordType::kPtr);
  listings_.push_back(std::move(listing));
}

std::size_t Domain::advance(BootTime now, std::size_t most) {
  if (std::exchange(refresh_wanted_, false)) {
    for (auto& [name, instance] : instances_) instance.doubted = true;
    keeper_.refresh_all();
  }
  return keeper_.advance(now, most);
}

void Domain::check(const SightingKey& key) {
  for (auto& [name, followed] : instances_) {
    if (name.first_label() != key.instance) continue;
    Instance& instance = followed;  // a binding is no lambda's to capture
    const bool meant = std::any_of(instance.told.begin(), instance.told.end(),
                                   [&](const Told& told) { return key_of(instance, told) == key; });
    if (!meant) continue;
    instance.doubted = true;
    keeper_.refresh(*instance.srv);
    keeper_.refresh(*instance.txt);
    for (const Target& target : instance.targets) {
      keeper_.refresh(*target.a);
      keeper_.refresh(*target.aaaa);
    }
  }
}

void Domain::flush() {
  while (KeptSet* set = keeper_.next_changed()) touched(*set);
  std::size_t budget = kLooksPerFlush;
  // All before any lets go: what one drops another may have named since.
  for (Listing& listing : listings_) {
    if (listing.changed) relist(listing, budget);
  }
  for (Listing& listing : listings_) take_in(listing, budget);
  while (budget > 0 && !dirty_.empty()) {
    Instance* instance = dirty_.front();
    dirty_.pop_front();
    instance->dirty = false;
    look_at(*instance);
    budget -= std::min(budget, looks_of(*instance));
  }
  const bool more = std::any_of(listings_.begin(), listings_.end(),
                                [](const Listing& listing) { return !listing.taken_in(); });
  if (more || !dirty_.empty()) return wake_();
  keeper_.forget_others();
  settle();
}

std::optional<BootTime> Domain::next_deadline() const {
  if (refresh_wanted_) return BootTime{};  // at once
  return keeper_.next_deadline();
}

void Domain::touched(KeptSet& set) {
  if (set.type() != RecordType::kPtr) {
    return set.users.each([this](Instance& instance) { make_dirty(instance); });
  }
  for (Listing& listing : listings_) {
    if (listing.ptr == &set) listing.changed = set.known();
  }
}

void Domain::make_dirty(Instance& instance) {
  if (!std::exchange(instance.dirty, true)) dirty_.push_back(&instance);
}

/// Notes which instances come and which go by what the listing names now.
void Domain::relist(Listing& listing, std::size_t& budget) {
  if (budget == 0) return;
  budget -= std::min(budget, listing.ptr->rdata.size() / kNamesPerLook);
  const std::uint32_t index = position_of(listing);
  listing.coming.clear();
  for (const std::string_view rdata : listing.ptr->rdata) {
    auto name = DomainName::from_wire(as_octets(rdata));
    if (name && !name->is_root()) listing.coming.insert(std::move(*name));
  }
  listing.going.clear();
  for (auto& [name, instance] : instances_) {
    const bool named = listing.coming.erase(name) > 0;
    instance.named = named ? instance.named | bit_of(listing) : instance.named & ~bit_of(listing);
    if (instance.listing != index) continue;
    if (!named) listing.going.push_back(&instance);
    if (listing.ptr->dnssec) make_dirty(instance);  // its validity is part of theirs
  }
  listing.left_out = 0;
  listing.changed = false;
}

/// Lets these go and follows those, as far as the budget goes.
void Domain::take_in(Listing& listing, std::size_t& budget) {
  const Gone reason = listing.ptr->denied() ? Gone::kNxdomain : Gone::kWithdrawnOrExpired;
  while (budget > 0 && !listing.going.empty()) {
    Instance& instance = *listing.going.back();
    listing.going.pop_back();
    budget -= std::min(budget, let_go(instance, reason));
  }
  for (; budget > 0 && !listing.coming.empty(); --budget) {
    if (instances_.size() >= kMaxInstances) {
      listing.left_out += std::exchange(listing.coming, {}).size();
      return;
    }
    const auto next = listing.coming.extract(listing.coming.begin());
    follow(next.value(), listing);
  }
}

/// What names an instance that was followed before is known since it was relisted; what names this
/// one, and was not taken in yet, is noted here.
void Domain::follow(const DomainName& name, Listing& listing) {
  Instance& instance = instances_[name];
  instance.name = name;
  instance.listing = position_of(listing);
  instance.named = bit_of(listing);
  for (Listing& other : listings_) {
    if (other.coming.erase(name) > 0) instance.named |= bit_of(other);
  }
  ++incomplete_;
  instance.srv = use(name, RecordType::kSrv, instance);
  instance.txt = use(name, RecordType::kTxt, instance);
  make_dirty(instance);
}

/// By a listing that names it no more. Tells how many looks that took.
std::size_t Domain::let_go(Instance& instance, Gone reason) {
  if (instance.named == 0) {
    unfollow(instance, reason);
    return 1;
  }
  hand_over(instance, reason);
  return looks_of(instance);
}

void Domain::unfollow(Instance& instance, Gone reason) {
  untell(instance, reason);
  release_targets(instance);
  disuse(instance.srv, instance);
  disuse(instance.txt, instance);
  if (!instance.complete) --incomplete_;
  if (instance.dirty) std::erase(dirty_, &instance);
  const DomainName name = instance.name;
  instances_.erase(name);
}

void Domain::withdraw(Gone reason) {
  for (auto& [name, instance] : instances_) untell(instance, reason);
}

void Domain::settle() {
  const bool tried = std::all_of(listings_.begin(), listings_.end(),
                                 [](const Listing& listing) { return listing.ptr->tried; });
  if (tried && incomplete_ == 0) synced_ = true;
  if (!synced_) return;
  for (const Service service : kServices) {
    if (listed_[index_of(service)] || !all_listed(service)) continue;
    listed_[index_of(service)] = true;
    sink_.domain_listed(Source::kDns, options_.name, service);
  }
}

/// Whether every instance of the service is known, and has been told.
bool Domain::all_listed(Service service) const {
  const auto lists = [service](const Listing& listing) {
    return listing.service == service || listing.legacy;
  };
  for (const Listing& listing : listings_) {
    if (lists(listing) && (!listing.ptr->known() || listing.left_out > 0)) return false;
  }
  return std::all_of(instances_.begin(), instances_.end(), [&](const auto& entry) {
    const Instance& instance = entry.second;
    const auto told = [](const Target& target) { return target.tellable(); };
    return !lists(listings_[instance.listing]) ||
           (instance.complete && instance.srv->known() &&
            std::all_of(instance.targets.begin(), instance.targets.end(), told));
  });
}

DomainStatus Domain::status() const {
  DomainStatus status;
  status.name = options_.name;
  status.mode = options_.dnssec;
  status.synced = synced_;
  status.instances = instances_.size();
  status.stale = keeper_.stale();
  status.in_flight = keeper_.in_flight();
  status.server = keeper_.server();
  status.answered = keeper_.answered();
  status.refresh = keeper_.next_question();
  for (const Listing& listing : listings_) {
    status.over_limit += listing.left_out;
    status.dnssec = std::max(status.dnssec, listing.ptr->dnssec);
  }
  if (const auto& failure = keeper_.failure()) {
    status.error = failure->name.to_string() + ": " + failure->error;
    status.failed = failure->time;
  }
  return status;
}

}  // namespace liqo::dns
