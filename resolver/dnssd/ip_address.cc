#include "resolver/dnssd/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <tuple>

namespace liqo {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool has_prefix(std::span<const std::uint8_t> octets, std::span<const std::uint8_t> network,
                unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return ((octets[whole] ^ network[whole]) & mask) == 0;
}

/// The octets that questions about an address are answered by: those of the IPv4 address inside a
/// mapped one.
std::span<const std::uint8_t> judged(const IpAddress& address) {
  return address.is_mapped() ? address.octets().subspan(kMappedPrefix.size()) : address.octets();
}

bool in4(const IpAddress& address, std::array<std::uint8_t, 4> network, unsigned bits) {
  const auto octets = judged(address);
  return octets.size() == 4 && has_prefix(octets, network, bits);
}

bool in6(const IpAddress& address, std::array<std::uint8_t, 2> network, unsigned bits) {
  const auto octets = judged(address);
  return octets.size() == 16 && has_prefix(octets, network, bits);
}

/// ::, or ::1, or another with nothing but its last octet.
bool is_only(const IpAddress& address, std::uint8_t last) {
  const auto octets = judged(address);
  return octets.size() == 16 && octets.back() == last &&
         std::all_of(octets.begin(), octets.end() - 1,
                     [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

std::string_view to_string(Family family) { return family == Family::kIpv4 ? "ipv4" : "ipv6"; }

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  std::array<std::uint8_t, 16> octets{};
  if (terminated.find('\0') == std::string::npos) {
    if (inet_pton(AF_INET, terminated.c_str(), octets.data()) == 1) {
      return from_octets(std::span(octets).first(4));
    }
    if (inet_pton(AF_INET6, terminated.c_str(), octets.data()) == 1) return from_octets(octets);
  }
  return Error{Errc::kInvalid, "not an IPv4 or IPv6 address"};
}

Result<IpAddress> IpAddress::from_octets(std::span<const std::uint8_t> octets) {
  if (octets.size() != 4 && octets.size() != 16) {
    return Error{Errc::kMalformed,
                 "an address has 4 or 16 octets, not " + std::to_string(octets.size())};
  }
  IpAddress address;
  address.family_ = octets.size() == 4 ? Family::kIpv4 : Family::kIpv6;
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  return address;
}

IpAddress IpAddress::with_zone(std::uint32_t index, std::string_view name) const {
  IpAddress zoned = *this;
  zoned.zone_index_ = index;
  zoned.zone_name_.fill('\0');
  name.copy(zoned.zone_name_.data(), zoned.zone_name_.size() - 1);
  return zoned;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family_ == Family::kIpv4 ? AF_INET : AF_INET6, octets_.data(), text.data(),
            text.size());
  std::string shown = text.data();
  if (zone_index_ != 0 || !zone_name().empty()) {
    shown += '%';
    shown += zone_name().empty() ? std::to_string(zone_index_) : std::string(zone_name());
  }
  return shown;
}

bool IpAddress::is_mapped() const {
  return family_ == Family::kIpv6 &&
         std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), octets_.begin());
}

bool IpAddress::is_loopback() const { return in4(*this, {127}, 8) || is_only(*this, 1); }

bool IpAddress::is_unspecified() const { return in4(*this, {0}, 8) || is_only(*this, 0); }

bool IpAddress::is_multicast() const {
  return in4(*this, {224}, 4) || in4(*this, {255, 255, 255, 255}, 32) || in6(*this, {0xFF, 0}, 8);
}

bool IpAddress::is_link_local() const {
  return in4(*this, {169, 254}, 16) || in6(*this, {0xFE, 0x80}, 10);
}

bool IpAddress::is_private() const {
  return in4(*this, {10}, 8) || in4(*this, {172, 16}, 12) || in4(*this, {192, 168}, 16) ||
         in4(*this, {100, 64}, 10) || in6(*this, {0xFC, 0}, 7);
}

bool IpAddress::in_prefix(const IpAddress& network, unsigned bits) const {
  return family_ == network.family_ && bits <= octets().size() * 8 &&
         has_prefix(octets(), network.octets(), bits);
}

bool operator==(const IpAddress& a, const IpAddress& b) {
  return a.family_ == b.family_ && a.octets_ == b.octets_ && a.zone_index_ == b.zone_index_;
}

bool operator<(const IpAddress& a, const IpAddress& b) {
  return std::tie(a.family_, a.octets_, a.zone_index_) <
         std::tie(b.family_, b.octets_, b.zone_index_);
}

}  // namespace liqo
