#include "agent/registry/addresses.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace liqo {
namespace {

enum Scope : std::size_t { kOnLink, kGlobal, kPrivate, kLinkLocal, kScopeCount };

Scope scope_of(const IpAddress& address, const LocalNetwork& network) {
  if (address.is_link_local()) return kLinkLocal;
  for (const auto& prefix : network.prefixes) {
    // A prefix of no length is a default route, not a link.
    if (prefix.bits != 0 && address.in_prefix(prefix.address, prefix.bits)) return kOnLink;
  }
  return address.is_private() ? kPrivate : kGlobal;
}

bool is_own(const IpAddress& address, const LocalNetwork& network) {
  return std::any_of(
      network.prefixes.begin(), network.prefixes.end(), [&address](const auto& prefix) {
        const auto own = prefix.address.octets();
        const auto asked = address.octets();
        return std::equal(own.begin(), own.end(), asked.begin(), asked.end()) &&
               (!address.is_link_local() || address.zone_index() == prefix.interface);
      });
}

void append_interleaved(const std::vector<IpAddress>& sorted, std::vector<IpAddress>& out) {
  std::array<std::vector<const IpAddress*>, 2> families;
  for (const IpAddress& address : sorted) {
    families[address.family() == Family::kIpv4 ? 0 : 1].push_back(&address);
  }
  for (std::size_t i = 0; i < std::max(families[0].size(), families[1].size()); ++i) {
    for (const auto& family : families) {
      if (i < family.size()) out.push_back(*family[i]);
    }
  }
}

// RFC 3986 section 2.3.
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      encoded += {'%', kHex[octet >> 4], kHex[octet & 15]};
    }
  }
  return encoded;
}

}  // namespace

bool is_usable(const IpAddress& address, Source source) {
  if (address.is_loopback() || address.is_unspecified() || address.is_multicast()) return false;
  if (!address.is_link_local()) return true;
  return source != Source::kDns && address.zone_index() != 0;
}

std::vector<IpAddress> order_addresses(std::vector<IpAddress> addresses,
                                       const LocalNetwork& network) {
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  const auto own = [&network](const IpAddress& address) { return is_own(address, network); };
  if (!std::all_of(addresses.begin(), addresses.end(), own)) std::erase_if(addresses, own);

  std::array<std::vector<IpAddress>, kScopeCount> scopes;
  for (const IpAddress& address : addresses) {
    scopes[scope_of(address, network)].push_back(address);
  }
  std::vector<IpAddress> ordered;
  ordered.reserve(addresses.size());
  for (const auto& scope : scopes) append_interleaved(scope, ordered);
  return ordered;
}

std::string https_url(const IpAddress& address, std::uint16_t port) {
  std::string host = address.to_string();
  if (address.family() == Family::kIpv6) {
    const std::size_t zone = host.find('%');
    if (zone != std::string::npos) {
      host = host.substr(0, zone) + "%25" + percent_encoded(host.substr(zone + 1));
    }
    host = "[" + host + "]";
  } else {
    host = host.substr(0, host.find('%'));
  }
  return "https://" + host + ":" + std::to_string(port);
}

}  // namespace liqo
