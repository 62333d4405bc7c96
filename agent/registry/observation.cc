#include "agent/registry/observation.h"

#include <algorithm>

#include "agent/registry/addresses.h"

namespace liqo {

std::size_t normalise(Sighting& sighting) {
  auto& addresses = sighting.addresses;
  const SightingKey& key = sighting.key;
  if (key.source == Source::kLan && key.interface != 0) {
    for (IpAddress& address : addresses) {
      if (address.is_link_local() && address.zone_index() == 0) {
        address = address.with_zone(key.interface, sighting.interface_name);
      }
    }
  }
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  const std::size_t told = addresses.size();
  std::erase_if(addresses, [&key](const IpAddress& a) { return !is_usable(a, key.source); });
  const std::size_t unusable = told - addresses.size();
  if (addresses.size() > Sighting::kMaxAddresses) addresses.resize(Sighting::kMaxAddresses);
  addresses.shrink_to_fit();
  return unusable;
}

bool same_content(const Sighting& a, const Sighting& b) {
  return a.port == b.port && a.priority == b.priority && a.weight == b.weight &&
         a.interface_name == b.interface_name && a.target_host == b.target_host &&
         a.addresses == b.addresses && a.txt == b.txt && a.dnssec == b.dnssec;
}

}  // namespace liqo
