#include "agent/names/name_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string_view>

#include "agent/registry/observation.h"
#include "nss/snapshot.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/service.h"

namespace liqo::names {
namespace {

/// Whether a cluster has its id as a host name, and it is this.
bool has_id(const Clusters& clusters, std::string_view id) {
  const auto by_id = [](const auto& cluster, std::string_view wanted) {
    return cluster->id < wanted;
  };
  const auto found = std::lower_bound(clusters.begin(), clusters.end(), id, by_id);
  return found != clusters.end() && (*found)->id == id && !(*found)->id_taken;
}

/// The labels that are a cluster's own: its id unless it is taken, and the name it holds unless
/// that is an id.
std::vector<std::string_view> labels_of(const Cluster& cluster, const Clusters& clusters) {
  std::vector<std::string_view> labels;
  if (is_rfc1123_label(cluster.id) && !cluster.id_taken) labels.emplace_back(cluster.id);
  if (is_rfc1123_label(cluster.held_name) && !has_id(clusters, cluster.held_name)) {
    labels.emplace_back(cluster.held_name);
  }
  return labels;
}

/// When the last of the sightings that an endpoint may have come from ends by its own word. Nothing
/// where the registry keeps one without such an end, or past it: it knows why. A TTL is no end: its
/// renewal is no change that would be written. The wall clock may have been set since; an end that
/// is then too late is cut by the lease.
std::optional<BootTime> own_end(const Cluster& cluster, Service service, Now now) {
  std::optional<WallTime> last;
  for (const SightingEntry& entry : cluster.sightings) {
    const SightingKey& key = entry.sighting->key;
    if (key.service != service || key.source != cluster.endpoints[index_of(service)]->source) {
      continue;
    }
    const auto until = until_of(*entry.sighting);
    if (!until || *until <= now.wall) return std::nullopt;
    last = std::max(last.value_or(*until), *until);
  }
  if (!last) return std::nullopt;
  return now.boot + std::chrono::duration_cast<Duration>(*last - now.wall);
}

class Mapper {
 public:
  Mapper(const Clusters& clusters, const NamesConfig& config, Now now)
      : clusters_(clusters), dot_suffix_("." + config.suffix), now_(now) {}

  void add_names(const Cluster& cluster) {
    const std::vector<std::string_view> labels = labels_of(cluster, clusters_);
    bool first = true;
    for (const Service service : kServices) {
      const Boxed<Endpoint>& endpoint = cluster.endpoints[index_of(service)];
      if (!endpoint) continue;
      const std::optional<BootTime> end = own_end(cluster, service, now_);
      for (const std::string_view label : labels) {
        std::string name(label);
        name += dot_suffix_;
        add(std::string(endpoint_name(service)) + '.' + name, *endpoint, end);
        if (first) add(std::move(name), *endpoint, end);
      }
      first = false;
    }
  }

  void add_addresses(const Cluster& cluster, const LocalNetwork& network) {
    const std::vector<std::string_view> labels = labels_of(cluster, clusters_);
    if (labels.empty()) return;
    const std::string name = std::string(labels.back()) + dot_suffix_;  // the held one is last
    if (name.size() > snapshot::kMaxNameOctets) return;
    for (const Service service : kServices) {
      const Boxed<Endpoint>& endpoint = cluster.endpoints[index_of(service)];
      if (!endpoint) continue;
      const std::optional<BootTime> end = own_end(cluster, service, now_);
      for (const IpAddress& address : endpoint->addresses) {
        if (!is_neighbour(address, network)) continue;
        reverse_.try_emplace(address.with_zone(0, {}), AddressRecord{address, name, end});
      }
    }
  }

  NameTable finish() {
    std::sort(table_.names.begin(), table_.names.end(),
              [](const NameRecord& a, const NameRecord& b) { return a.name < b.name; });
    table_.addresses.reserve(reverse_.size());
    for (auto& [address, record] : reverse_) table_.addresses.push_back(std::move(record));
    return std::move(table_);
  }

 private:
  void add(std::string name, const Endpoint& endpoint, std::optional<BootTime> end) {
    if (name.size() > snapshot::kMaxNameOctets || table_.names.size() == snapshot::kMaxNames) {
      ++table_.left_out;
      return;
    }
    table_.names.push_back({std::move(name), &endpoint.addresses, end});
  }

  /// On a link of this host, but not this host.
  static bool is_neighbour(const IpAddress& address, const LocalNetwork& network) {
    if (address.is_loopback() || address.is_unspecified() || address.is_multicast()) return false;
    bool on_link = false;
    for (const LocalNetwork::Prefix& prefix : network.prefixes) {
      const bool same_zone = address.zone_index() == 0 || address.zone_index() == prefix.interface;
      if (!same_zone || prefix.bits == 0) continue;
      if (std::ranges::equal(address.octets(), prefix.address.octets())) return false;
      on_link = on_link || address.in_prefix(prefix.address, prefix.bits);
    }
    return on_link;
  }

  const Clusters& clusters_;
  std::string dot_suffix_;
  Now now_;
  NameTable table_;
  std::map<IpAddress, AddressRecord> reverse_;  // by address alone: a reader has no zone to ask
};

}  // namespace

NameTable map_names(const Clusters& clusters, const NamesConfig& config,
                    const LocalNetwork& network, Now now) {
  Mapper mapper(clusters, config, now);
  for (const auto& cluster : clusters) mapper.add_names(*cluster);
  if (config.reverse) {
    std::vector<const Cluster*> by_age;
    by_age.reserve(clusters.size());
    for (const auto& cluster : clusters) by_age.push_back(cluster.get());
    std::stable_sort(by_age.begin(), by_age.end(), [](const Cluster* a, const Cluster* b) {
      return a->first_seen < b->first_seen;
    });
    for (const Cluster* cluster : by_age) mapper.add_addresses(*cluster, network);
  }
  return mapper.finish();
}

}  // namespace liqo::names
