#include "agent/registry/merge.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "agent/registry/addresses.h"

namespace liqo {
namespace {

int source_rank(const SightingEntry& entry, Source prefer) {
  const Source source = entry.sighting->key.source;
  if (source == Source::kManual) return 0;
  if (source == Source::kDns && entry.sighting->dnssec == Dnssec::kSecure) return 1;
  return source == prefer ? 2 : 3;
}

/// Best first; equal ones stay in the order given.
void sort_by_preference(std::vector<SightingEntry>& sightings, const ClusterId& id, Source prefer) {
  const auto rank = [&id, prefer](const SightingEntry& entry) {
    return std::tuple(source_rank(entry, prefer), entry.state, entry.sighting->key.instance != id,
                      entry.sighting->priority, -std::int32_t{entry.sighting->weight});
  };
  std::stable_sort(sightings.begin(), sightings.end(),
                   [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

/// Validation was asked for and did not come out well: shown, and not used.
bool is_doubtful(const SightingEntry& entry) {
  const auto dnssec = entry.sighting->dnssec;
  return dnssec == Dnssec::kBogus || dnssec == Dnssec::kIndeterminate;
}

bool gives_endpoint(const SightingEntry& entry, Service service) {
  const Sighting& sighting = *entry.sighting;
  return sighting.key.service == service && sighting.port != 0 && !sighting.target_host.is_root() &&
         !sighting.addresses.empty() && !is_doubtful(entry);
}

std::optional<Endpoint> endpoint_of(const std::vector<SightingEntry>& preferred, Service service,
                                    const LocalNetwork& network) {
  const auto gives = [service](const SightingEntry& entry) {
    return gives_endpoint(entry, service);
  };
  const auto best = std::find_if(preferred.begin(), preferred.end(), gives);
  if (best == preferred.end()) return std::nullopt;

  Endpoint endpoint;
  endpoint.host = best->sighting->target_host;
  endpoint.port = best->sighting->port;
  endpoint.source = best->sighting->key.source;
  std::vector<IpAddress> addresses;
  for (auto entry = best; entry != preferred.end(); ++entry) {
    const Sighting& other = *entry->sighting;
    if (gives(*entry) && other.key.source == endpoint.source && other.port == endpoint.port &&
        other.target_host == endpoint.host) {
      addresses.insert(addresses.end(), other.addresses.begin(), other.addresses.end());
    }
  }
  endpoint.addresses = order_addresses(std::move(addresses), network);
  if (endpoint.addresses.size() > Sighting::kMaxAddresses) {
    endpoint.addresses.resize(Sighting::kMaxAddresses);
  }
  if (service != Service::kGateway) {
    endpoint.url = https_url(endpoint.addresses.front(), endpoint.port);
  }
  return endpoint;
}

std::string first_told(const std::vector<SightingEntry>& preferred, std::string_view key) {
  for (const SightingEntry& entry : preferred) {
    if (is_doubtful(entry)) continue;
    const auto value = entry.sighting->txt.get(key);
    if (value && !value->empty()) return std::string(*value);
  }
  return {};
}

}  // namespace

std::optional<Cluster> merge(const ClusterId& id, WallTime first_seen,
                             std::vector<SightingEntry> sightings, const MergeRules& rules) {
  sort_by_preference(sightings, id, rules.prefer);
  Cluster cluster;
  bool reachable = false;
  for (const Service service : kServices) {
    auto& endpoint = cluster.endpoints[index_of(service)];
    endpoint = endpoint_of(sightings, service, rules.network);
    reachable = reachable || endpoint.has_value();
  }
  const auto doubtful = std::count_if(sightings.begin(), sightings.end(), is_doubtful);
  if (!reachable && doubtful == 0) return std::nullopt;

  cluster.id = id;
  cluster.name = first_told(sightings, "name");
  cluster.version = first_told(sightings, "version");
  cluster.site = first_told(sightings, "site");
  cluster.first_seen = first_seen;
  cluster.state = State::kStale;
  cluster.last_seen = first_seen;
  const bool all_doubtful = static_cast<std::size_t>(doubtful) == sightings.size();
  for (const SightingEntry& entry : sightings) {
    if (is_doubtful(entry) && !all_doubtful) continue;
    cluster.state = std::min(cluster.state, entry.state);
    cluster.last_seen = std::max(cluster.last_seen, entry.evidence.time);
  }
  std::sort(sightings.begin(), sightings.end(),
            [](const auto& a, const auto& b) { return a.sighting->key < b.sighting->key; });
  cluster.sightings = std::move(sightings);
  return cluster;
}

}  // namespace liqo
