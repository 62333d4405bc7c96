#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "resolver/result.h"

namespace liqo {

enum class Family : std::uint8_t { kIpv4, kIpv6 };

/// "ipv4", "ipv6"
std::string_view to_string(Family family);

/// An IPv4 or IPv6 address; a link-local one (RFC 4007) carries its zone, both as the interface's
/// index, which programs need, and as its name, which people read.
class IpAddress {
 public:
  IpAddress() = default;  ///< 0.0.0.0

  /// Dotted quad or RFC 5952 text, without a zone.
  static Result<IpAddress> parse(std::string_view text);
  /// 4 or 16 octets in network order; the rdata of A and AAAA.
  static Result<IpAddress> from_octets(std::span<const std::uint8_t> octets);

  /// `name` is an interface's: what is longer than those can be is cut off.
  [[nodiscard]] IpAddress with_zone(std::uint32_t index, std::string_view name) const;

  [[nodiscard]] Family family() const { return family_; }
  [[nodiscard]] std::span<const std::uint8_t> octets() const {
    return {octets_.data(), family_ == Family::kIpv4 ? std::size_t{4} : std::size_t{16}};
  }
  [[nodiscard]] std::uint32_t zone_index() const { return zone_index_; }
  [[nodiscard]] std::string_view zone_name() const { return zone_name_.data(); }

  /// "10.0.0.1", "fe80::1%eth0"
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] bool is_loopback() const;
  [[nodiscard]] bool is_unspecified() const;  ///< 0.0.0.0/8 and ::
  [[nodiscard]] bool is_multicast() const;    ///< and 255.255.255.255
  [[nodiscard]] bool is_link_local() const;   ///< 169.254/16 and fe80::/10
  [[nodiscard]] bool is_private() const;      ///< RFC 1918, 100.64/10 and fc00::/7
  /// ::ffff:a.b.c.d is judged by a.b.c.d in every question above.
  [[nodiscard]] bool is_mapped() const;

  /// True when the first `bits` bits are those of `network`, family included.
  [[nodiscard]] bool in_prefix(const IpAddress& network, unsigned bits) const;

  /// The zone's index counts, its name does not.
  friend bool operator==(const IpAddress& a, const IpAddress& b);
  friend bool operator<(const IpAddress& a, const IpAddress& b);

 private:
  std::array<std::uint8_t, 16> octets_{};
  std::uint32_t zone_index_ = 0;
  std::array<char, 16> zone_name_{};  // IFNAMSIZ, the NUL at its end included
  Family family_ = Family::kIpv4;
};

}  // namespace liqo
