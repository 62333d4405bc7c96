#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/registry/registry.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/time.h"

namespace liqo::names {

/// One host name and what it stands for. The addresses are those of the cluster's endpoint and
/// belong to the cluster.
struct NameRecord {
  std::string name;  ///< below the suffix, lower case, no dot at the end
  const std::vector<IpAddress>* addresses = nullptr;
  std::optional<BootTime> end;  ///< where it ends before the lease
};

/// One address that maps back.
struct AddressRecord {
  IpAddress address;
  std::string name;
  std::optional<BootTime> end;
};

/// Every host name of some clusters, which must outlive it.
struct NameTable {
  std::vector<NameRecord> names;         ///< sorted by name, each once
  std::vector<AddressRecord> addresses;  ///< sorted by address, each once
  std::size_t left_out = 0;              ///< names over the limit or too long for DNS
};

/// Gives each cluster `<id>.SUFFIX`, `auth.`, `api.` and `gateway.<id>.SUFFIX`, and the same for
/// the name that it holds. `<id>.SUFFIX` has the addresses of the first of auth, api and gateway
/// that there is. An id that is taken gives none. A name that is another cluster's id otherwise is
/// that cluster's, whoever holds it. Nothing but such labels in front of the suffix can come out,
/// whatever the clusters say.
///
/// With `config.reverse`, addresses on a link in `network` map back to `<name>.SUFFIX`, or
/// `<id>.SUFFIX` where no name is held; not this host's own. Where two clusters have one address
/// it is that of the one seen first. Pure.
NameTable map_names(const Clusters& clusters, const NamesConfig& config,
                    const LocalNetwork& network, Now now);

}  // namespace liqo::names
