#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dns/options.h"
#include "resolver/dnssd/advert.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/registrar/options.h"
#include "resolver/result.h"

namespace liqo {

enum class LanBackend : std::uint8_t {
  kAuto,         ///< avahi-daemon where the system bus has it or can start it, else embedded
  kEmbedded,     ///< avahi-core inside the helper
  kAvahiDaemon,  ///< only through avahi-daemon
};
std::string_view to_string(LanBackend backend);

struct LanConfig {
  bool enabled = true;
  /// Consent: nothing is told to the LAN until the user says so.
  bool advertise = false;
  LanBackend backend = LanBackend::kAuto;
  /// Globs (fnmatch(3)). Where it is not empty, only what it names is used.
  std::vector<std::string> allow_interfaces;
  /// Globs. By default interfaces of container runtimes and tunnels, where no other host's cluster
  /// can be; the allow list beats this default, but a list that the user gives beats allow.
  std::vector<std::string> deny_interfaces = {"docker*",  "veth*",  "br-*",    "cni*",
                                              "flannel*", "cali*",  "cilium*", "lxc*",
                                              "liqo*",    "virbr*", "tun*",    "wg*"};
  bool deny_given = false;
  friend bool operator==(const LanConfig&, const LanConfig&) = default;
};

/// Whether the LAN source may use an interface, by its name. A deny list that was given beats all;
/// an allow list with anything on it means only what it names, whatever the default deny list says;
/// else everything but what is denied.
bool interface_allowed(const LanConfig& lan, const std::string& name);

struct NamesConfig {
  /// The longest name below it, "gateway.<63 octets>.SUFFIX", is still a name: 253 octets of text
  /// (RFC 1035 section 2.3.4).
  static constexpr std::size_t kMaxSuffixOctets = 253 - 8 - 64;

  std::string suffix = "liqo.internal";  ///< without dots at either end, lower case
  bool reverse = false;
  friend bool operator==(const NamesConfig&, const NamesConfig&) = default;
};

struct VerifyConfig {
  /// Ask a new auth endpoint who it is (GET /ids), at addresses that its source may name.
  bool ids = true;
  friend bool operator==(const VerifyConfig&, const VerifyConfig&) = default;
};

/// All that the source browses: a fleet of 100,000 clusters is a hundred domains of 1,000, for no
/// more than 1,283 UUIDs fit into one.
inline constexpr std::size_t kMaxDnsDomains = dns::kMaxDomains;
/// As many as are heeded of resolv.conf: with more a question's time is over before the last one.
inline constexpr std::size_t kMaxDnsServers = 8;
/// "<63 octets>._liqo_gateway._udp.DOMAIN" is still a name: 255 octets of wire form (RFC 1035
/// section 2.3.4).
inline constexpr std::size_t kMaxBrowsingDomainOctets = 255 - 64 - 14 - 5;

/// More zones than anybody registers in.
inline constexpr std::size_t kMaxRegisteredZones = 64;

/// A domain that can be browsed through DNS, in lower case: at least one label, not `local`, which
/// is multicast DNS's (RFC 6762 section 3), not over kMaxBrowsingDomainOctets.
Result<DomainName> parse_browsing_domain(std::string_view text);

/// Everything that the user told, checked; the defaults are those of no configuration at all.
struct Config {
  /// Of kLan and kDns the one that endpoints are taken from where both name one equally well: what
  /// DNSSEC secures comes before either.
  Source prefer = Source::kLan;
  /// Who we are and what of it can be reached; nothing when we only look.
  std::optional<Advert> cluster;
  LanConfig lan;
  dns::SourceOptions dns;
  std::vector<registrar::ZoneOptions> zones;  ///< that are registered in; each name once
  NamesConfig names;
  VerifyConfig verify;
  friend bool operator==(const Config&, const Config&) = default;
};

/// A larger file is no configuration. Each of them is held whole while it is read.
inline constexpr std::size_t kMaxConfigOctets = 1024 * 1024;
/// Every dot in a key may open a table in a table, and the parser walks them by recursion: more of
/// them, wherever in the file they stand, could exhaust the stack.
inline constexpr std::ptrdiff_t kMaxConfigDots = 4096;

/// More files than anybody looks through.
inline constexpr std::size_t kMaxConfigFragments = 256;

/// Reads `file`, then `<its directory>/config.d/*.toml` in name order, hidden ones left out; a
/// later file replaces the keys that it names, and a [[dns.domain]] or [[dns.register]] as a whole.
/// A missing `file` is an empty one unless `required`. Never waits: what is not there to be read at
/// once is an error. The first thing that is wrong, whichever file it is in, is the error: one line
/// that names file, line, key and what was expected, printable whatever the file has in it.
Result<Config> load_config(const std::string& file, bool required);

}  // namespace liqo
