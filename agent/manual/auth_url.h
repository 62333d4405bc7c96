#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/result.h"

namespace liqo::manual {

/// Where an authentication server is, as a user writes it: "https://auth.example.com:8443". A
/// value.
struct AuthUrl {
  static constexpr std::uint16_t kDefaultPort = 443;  // RFC 9110 section 4.2.2

  DomainName host;                   ///< an address' text where it is one
  std::optional<IpAddress> address;  ///< where the host is an address
  std::uint16_t port = kDefaultPort;

  /// The one form of it: lower case, the port written out, no dot or slash at the end.
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const AuthUrl&, const AuthUrl&) = default;
};

/// Reads https://HOST[:PORT][/], where HOST is a name, an IPv4 address, or an IPv6 address in
/// brackets. kInvalid, with what was expected: user information, a path, a query, a fragment, and
/// an address that nobody else can be at (loopback, unspecified, multicast; link-local: which
/// link?).
Result<AuthUrl> parse_auth_url(std::string_view text);

}  // namespace liqo::manual
