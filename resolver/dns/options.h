#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dns/name_server.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::dns {

enum class DnssecMode : std::uint8_t {
  kOff,
  kAd,        ///< the AD bit of a server on loopback, or a trusted one, is believed
  kValidate,  ///< libunbound validates
};
/// "off", "ad", "validate"
std::string_view to_string(DnssecMode mode);

/// A browsing domain as the user wants it looked at. A value.
struct DomainOptions {
  DomainName name;
  DnssecMode dnssec = DnssecMode::kOff;
  std::vector<NameServer> servers{};  ///< none: those of resolv.conf
  bool legacy = true;                 ///< also the bare-domain layout of Liqo 0.1 to 0.4
  bool trusted = false;               ///< `servers`' AD bit is believed off loopback too
  std::string trust_anchor{};         ///< a file; empty: SourceOptions::trust_anchor
  friend bool operator==(const DomainOptions&, const DomainOptions&) = default;
};

/// Domains browsed at once, the enumerated ones included. Each has a place of its own among the
/// questions that are asked at once (QuestionPool), and so has the enumeration.
inline constexpr std::size_t kMaxDomains = 255;

struct SourceOptions {
  std::vector<DomainOptions> domains;
  /// Also browse what b. and lb._dns-sd._udp of the search domains name (RFC 6763 section 11).
  bool enumerate = false;
  std::string trust_anchor = "/usr/share/dns/root.key";
  std::string resolv_conf = "/etc/resolv.conf";
  friend bool operator==(const SourceOptions&, const SourceOptions&) = default;
};

}  // namespace liqo::dns
