#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <random>
#include <unordered_map>
#include <vector>

#include "resolver/lan/listing.h"
#include "resolver/time.h"

namespace liqo::lan {

/// Listed instances that wait to be followed: those that were known before first, then the untried
/// in random order, then those that were tried and stayed silent. So an instance that answers is
/// found among any number of invented ones, wherever in the flood it was told. Pure.
class WaitingPool {
 public:
  /// At some 200 octets each 7 MB; of more, a random choice waits (reservoir sampling).
  static constexpr std::size_t kCapacity = 32'768;
  /// A silent one is tried again in the place of another after this time.
  static constexpr Duration kRetry = std::chrono::seconds(60);

  explicit WaitingPool(std::uint64_t seed) : random_(seed) {}

  /// Takes it in; false when it, or another one for it, was left out.
  bool add(Listing listing, bool known);
  /// Takes back one that was tried in vain.
  void add_tried(Listing listing, BootTime now);
  /// The next to be tried; nothing when there is none now. `free`: it takes nobody's place.
  std::optional<Listing> draw(BootTime now, bool free);

  [[nodiscard]] Listing* find(const DomainName& name);
  void erase(const DomainName& name);
  /// Calls `keep(listing)` for each, which may alter its places, and drops those without a place.
  template <class Visit>
  void sweep(Visit&& visit);
  void clear();

  [[nodiscard]] bool empty() const { return index_.empty(); }
  [[nodiscard]] std::size_t size() const { return index_.size(); }
  /// One waits that was known before, or that was not tried yet.
  [[nodiscard]] bool has_untried() const {
    return !of(Kind::kKnown).empty() || !of(Kind::kNew).empty();
  }
  /// Some were left out since clear() or forget_left_out().
  [[nodiscard]] bool left_out() const { return left_out_; }
  void forget_left_out();

 private:
  enum class Kind : std::uint8_t { kKnown, kNew, kTried };
  struct Waiting {
    Listing listing;
    BootTime not_before{};
  };
  struct Seat {
    Kind kind;
    std::size_t position;
  };

  std::vector<Waiting>& of(Kind kind) { return waiting_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const std::vector<Waiting>& of(Kind kind) const {
    return waiting_[static_cast<std::size_t>(kind)];
  }
  void put(Kind kind, Waiting waiting);
  Waiting take(Kind kind, std::size_t position);
  std::size_t random_below(std::size_t bound);
  bool make_room(bool known);

  std::array<std::vector<Waiting>, 3> waiting_;
  std::unordered_map<DomainName, Seat> index_;
  std::uint64_t arrivals_ = 0;  ///< of untried ones, since the last forget_left_out()
  bool left_out_ = false;
  std::mt19937_64 random_;
};

template <class Visit>
void WaitingPool::sweep(Visit&& visit) {
  for (const Kind kind : {Kind::kKnown, Kind::kNew, Kind::kTried}) {
    for (std::size_t position = of(kind).size(); position-- > 0;) {
      Listing& listing = of(kind)[position].listing;
      visit(listing);
      if (listing.places.empty()) take(kind, position);
    }
  }
}

}  // namespace liqo::lan
