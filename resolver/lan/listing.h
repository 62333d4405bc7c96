#pragma once

#include <cstdint>
#include <vector>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/service.h"
#include "resolver/lan/record_set.h"

namespace liqo::lan {

/// An instance that is listed: that a PTR record names, and where. A value.
struct Listing {
  /// As RecordSet::kMaxPlaces.
  static constexpr std::size_t kMaxPlaces = RecordSet::kMaxPlaces;

  DomainName name;  ///< of the instance: "<label>._liqo_auth._tcp.local"
  Service service = Service::kAuth;
  struct Presence {
    Place place;
    std::uint32_t epoch = 0;
    bool heard = false;  ///< announced, not only held in a cache; until take_heard()
  };
  std::vector<Presence> places;

  /// True when the place is a new one.
  bool add(const Presence& told);
  /// True when the place was known.
  bool remove(Place place);
  [[nodiscard]] bool at(Place place) const;
  /// A record of it was announced on the interface, in either family.
  void hear(std::uint32_t interface);
  /// Whether any was since the last call.
  bool take_heard(std::uint32_t interface);
  template <class Predicate>
  bool remove_if(Predicate&& predicate) {
    return std::erase_if(places, predicate) > 0;
  }
};

}  // namespace liqo::lan
