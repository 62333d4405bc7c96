#include "resolver/lan/waiting_pool.h"

#include <algorithm>
#include <utility>

namespace liqo::lan {

bool Listing::add(const Presence& told) {
  for (Presence& known : places) {
    if (known.place != told.place) continue;
    known.epoch = told.epoch;
    known.heard = known.heard || told.heard;
    return false;
  }
  if (places.size() == kMaxPlaces) return false;
  places.push_back(told);
  return true;
}

void Listing::hear(std::uint32_t interface) {
  for (Presence& known : places) {
    if (known.place.interface == interface) known.heard = true;
  }
}

bool Listing::take_heard(std::uint32_t interface) {
  bool heard = false;
  for (Presence& known : places) {
    if (known.place.interface == interface) heard = std::exchange(known.heard, false) || heard;
  }
  return heard;
}

bool Listing::remove(Place place) {
  return remove_if([&](const Presence& known) { return known.place == place; });
}

bool Listing::at(Place place) const {
  return std::any_of(places.begin(), places.end(),
                     [&](const Presence& known) { return known.place == place; });
}

bool WaitingPool::add(Listing listing, bool known) {
  if (!known) ++arrivals_;
  const bool room = index_.size() < kCapacity;
  left_out_ = left_out_ || !room;
  if (!room && !make_room(known)) return false;
  put(known ? Kind::kKnown : Kind::kNew, {std::move(listing), {}});
  return room;
}

bool WaitingPool::make_room(bool known) {
  if (!of(Kind::kTried).empty()) {
    take(Kind::kTried, random_below(of(Kind::kTried).size()));
    return true;
  }
  const auto untried = of(Kind::kNew).size();
  if (untried == 0) return false;
  // Algorithm R: every stranger that arrives has the same chance to wait.
  if (!known && random_() % arrivals_ >= untried) return false;
  take(Kind::kNew, random_below(untried));
  return true;
}

void WaitingPool::add_tried(Listing listing, BootTime now) {
  if (index_.size() >= kCapacity) return;
  put(Kind::kTried, {std::move(listing), now + kRetry});
}

std::optional<Listing> WaitingPool::draw(BootTime now, bool free) {
  for (const Kind kind : {Kind::kKnown, Kind::kNew}) {
    if (!of(kind).empty()) return take(kind, random_below(of(kind).size())).listing;
  }
  // Of the tried, a few looks suffice: the rest can wait for the next draw.
  constexpr int kLooks = 8;
  for (int look = 0; look < kLooks && !of(Kind::kTried).empty(); ++look) {
    const std::size_t position = random_below(of(Kind::kTried).size());
    const bool due = free || of(Kind::kTried)[position].not_before <= now;
    if (due) return take(Kind::kTried, position).listing;
  }
  return std::nullopt;
}

Listing* WaitingPool::find(const DomainName& name) {
  const auto seat = index_.find(name);
  if (seat == index_.end()) return nullptr;
  return &of(seat->second.kind)[seat->second.position].listing;
}

void WaitingPool::erase(const DomainName& name) {
  const auto seat = index_.find(name);
  if (seat != index_.end()) take(seat->second.kind, seat->second.position);
}

void WaitingPool::clear() {
  for (auto& waiting : waiting_) waiting.clear();
  index_.clear();
  forget_left_out();
}

void WaitingPool::forget_left_out() {
  arrivals_ = of(Kind::kNew).size();
  left_out_ = false;
}

void WaitingPool::put(Kind kind, Waiting waiting) {
  index_[waiting.listing.name] = Seat{kind, of(kind).size()};
  of(kind).push_back(std::move(waiting));
}

WaitingPool::Waiting WaitingPool::take(Kind kind, std::size_t position) {
  auto& waiting = of(kind);
  std::swap(waiting[position], waiting.back());
  Waiting taken = std::move(waiting.back());
  waiting.pop_back();
  index_.erase(taken.listing.name);
  if (position < waiting.size()) index_[waiting[position].listing.name].position = position;
  return taken;
}

std::size_t WaitingPool::random_below(std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
}

}  // namespace liqo::lan
