#pragma once

#include <array>
#include <optional>
#include <string>

#include "agent/config/config.h"

namespace liqo {

/// Where something stands in a configuration file, as an error names it.
struct ConfigPlace {
  std::string file;
  unsigned line = 0;
  std::string key;  ///< "cluster.auth.port"

  [[nodiscard]] Error error(const std::string& expected) const;
};

/// What the files told so far. Later files add to it key by key; what only the whole can tell is
/// checked at the end.
struct ConfigDraft {
  struct Endpoint {
    ConfigPlace place;
    std::optional<std::uint16_t> port;
    std::variant<OwnHost, IpAddress, DomainName> target;
  };
  struct Cluster {
    ConfigPlace place;  ///< of the table, in the file that named it first
    std::optional<ClusterId> id;
    std::string name;
    std::string version;
    std::string site;
    std::array<std::optional<Endpoint>, kServiceCount> endpoints;
  };

  std::optional<Cluster> cluster;
  LanConfig lan;
  NamesConfig names;
};

Result<Config> finish(const ConfigDraft& draft);

}  // namespace liqo
