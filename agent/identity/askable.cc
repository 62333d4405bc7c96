#include "agent/identity/askable.h"

#include <algorithm>

#include "agent/registry/addresses.h"

namespace liqo::identity {
namespace {

IpAddress literal(const char* text) { return *IpAddress::parse(text); }

/// ::ffff:a.b.c.d is a.b.c.d to the kernel.
IpAddress unmapped(const IpAddress& address) {
  if (!address.is_mapped()) return address;
  const auto last = address.octets().last(4);
  return *IpAddress::from_octets(last);
}

bool is_metadata_service(const IpAddress& address) {
  static const IpAddress kIpv4 = literal("169.254.169.254");
  static const IpAddress kIpv6 = literal("fd00:ec2::254");
  return address.in_prefix(kIpv4, 32) || address.in_prefix(kIpv6, 128);
}

bool is_own(const IpAddress& address, const LocalNetwork& network) {
  const auto bits = static_cast<unsigned>(address.octets().size() * 8);
  return std::any_of(network.prefixes.begin(), network.prefixes.end(),
                     [&](const auto& prefix) { return address.in_prefix(prefix.address, bits); });
}

bool is_on_link(const IpAddress& address, std::uint32_t interface, const LocalNetwork& network) {
  if (address.family() == Family::kIpv6 && address.is_link_local()) {
    return address.zone_index() == interface;
  }
  return std::any_of(network.prefixes.begin(), network.prefixes.end(), [&](const auto& prefix) {
    return prefix.interface == interface && prefix.bits != 0 &&
           address.in_prefix(prefix.address, prefix.bits);
  });
}

bool may_name(const SightingKey& key, const IpAddress& address, const LocalNetwork& network) {
  if (is_metadata_service(address)) return false;
  switch (key.source) {
    case Source::kLan:
      return is_on_link(address, key.interface, network) && !is_own(address, network);
    case Source::kDns:
      return !address.is_loopback() && !address.is_link_local() && !is_own(address, network);
    case Source::kManual:
      return true;
  }
  return false;
}

}  // namespace

std::vector<IpAddress> askable_addresses(const Sighting& sighting, const LocalNetwork& network) {
  std::vector<IpAddress> askable;
  for (const IpAddress& address : sighting.addresses) {
    if (address.is_loopback() || address.is_unspecified() || address.is_multicast()) continue;
    if (may_name(sighting.key, unmapped(address), network)) askable.push_back(address);
  }
  return order_addresses(std::move(askable), network);
}

}  // namespace liqo::identity
