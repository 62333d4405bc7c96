#include "agent/registry/observation.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <vector>

#include "agent/registry/addresses.h"

namespace liqo {
namespace {

// Far below where milliseconds overflow; later is as good as no end.
constexpr std::uint64_t kYear9999 = 253'402'300'799;

bool same_beside_txt(const Sighting& a, const Sighting& b) {
  return a.port == b.port && a.priority == b.priority && a.weight == b.weight &&
         a.interface_name == b.interface_name && a.target_host == b.target_host &&
         a.addresses == b.addresses && a.dnssec == b.dnssec;
}

std::vector<TxtRecord::Item> without_lease(const TxtRecord& txt) {
  std::vector<TxtRecord::Item> items = txt.items();
  std::erase_if(items, [](const TxtRecord::Item& item) {
    const std::string key = fold_case(item.key);
    return key == "until" || key.starts_with("lease.");
  });
  return items;
}

}  // namespace

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

std::optional<WallTime> until_of(const Sighting& sighting) {
  if (sighting.key.source != Source::kDns) return std::nullopt;
  const auto text = sighting.txt.get("until");
  if (!text || text->empty()) return std::nullopt;
  std::uint64_t seconds = 0;
  const char* const end = text->data() + text->size();
  const auto [read, error] = std::from_chars(text->data(), end, seconds);
  if (error != std::errc() || read != end || seconds > kYear9999) return std::nullopt;
  return WallTime(std::chrono::seconds(seconds));
}

bool same_content(const Sighting& a, const Sighting& b) {
  return same_beside_txt(a, b) && a.txt == b.txt;
}

bool same_news(const Sighting& a, const Sighting& b) {
  if (!same_beside_txt(a, b)) return false;
  if (a.txt == b.txt) return true;
  return a.key.source == Source::kDns && without_lease(a.txt) == without_lease(b.txt);
}

}  // namespace liqo
