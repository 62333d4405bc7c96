#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "resolver/dns/name_server.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/wire/tsig.h"

namespace liqo::registrar {

/// A zone as the user wants it registered in. A value.
struct ZoneOptions {
  DomainName zone;
  std::optional<dns::NameServer> server;  ///< nothing: the zone's SOA MNAME
  std::string key_file;                   ///< where `key` was read
  wire::TsigKey key;
  std::uint32_t ttl = 60;      ///< seconds; at most half of `lease` is used
  std::uint32_t lease = 3600;  ///< seconds
  bool advertise = true;       ///< our own cluster
  bool share_lan = false;      ///< clusters seen on the LAN too
  friend bool operator==(const ZoneOptions&, const ZoneOptions&) = default;
};

/// A record may be cached for as long as its TTL, and is asked again after 5 s at the soonest.
inline constexpr std::uint32_t kMinTtl = 5;
inline constexpr std::uint32_t kMaxTtl = 86'400;
/// Half of it is the time in which a server may be away unnoticed.
inline constexpr std::uint32_t kMinLease = 60;
inline constexpr std::uint32_t kMaxLease = 7 * 86'400;

}  // namespace liqo::registrar
