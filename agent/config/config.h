#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dnssd/advert.h"
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
  std::vector<std::string> deny_interfaces = {"docker*", "veth*",   "br-*", "cni*",    "flannel*",
                                              "cali*",   "cilium*", "lxc*", "liqo*",   "virbr*",
                                              "tun*",    "wg*"};
  bool deny_given = false;
  friend bool operator==(const LanConfig&, const LanConfig&) = default;
};

/// Whether the LAN source may use an interface, by its name.
bool interface_allowed(const LanConfig& lan, const std::string& name);

struct NamesConfig {
  std::string suffix = "liqo.internal";  ///< without dots at either end, lower case
  bool reverse = false;
  friend bool operator==(const NamesConfig&, const NamesConfig&) = default;
};

/// Everything that the user told, checked; the defaults are those of no configuration at all.
struct Config {
  /// Who we are and what of it can be reached; nothing when we only look.
  std::optional<Advert> cluster;
  LanConfig lan;
  NamesConfig names;
  friend bool operator==(const Config&, const Config&) = default;
};

/// Reads `file`, then `<its directory>/config.d/*.toml` in name order; a later file replaces the
/// keys that it names. A missing `file` is an empty one unless `required`. One error names file,
/// line, key and what was expected.
Result<Config> load_config(const std::string& file, bool required);

}  // namespace liqo
