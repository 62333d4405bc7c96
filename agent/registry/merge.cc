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
    return std::tuple(source_rank(entry, prefer), entry.state,
                      entry.identity() != Identity::kConfirmed, entry.sighting->key.instance != id,
                      entry.sighting->priority, -std::int32_t{entry.sighting->weight});
  };
  std::stable_sort(sightings.begin(), sightings.end(),
                   [&rank](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

/// Validation was asked for and did not come out well.
bool is_unvalidated(const SightingEntry& entry) {
  const auto dnssec = entry.sighting->dnssec;
  return dnssec == Dnssec::kBogus || dnssec == Dnssec::kIndeterminate;
}

/// Whether who answered for an auth endpoint did so on the other's host, whatever its name. All of
/// the endpoint's addresses have to be that host's, for any of them may have answered: a spoofer
/// that names its own and a victim's speaks for no more than its own.
bool on_one_host(const Sighting& auth, const Sighting& other) {
  if (auth.target_host == other.target_host) return true;
  return !auth.addresses.empty() && std::includes(other.addresses.begin(), other.addresses.end(),
                                                  auth.addresses.begin(), auth.addresses.end());
}

/// Tells which sightings are shown and not used.
class Doubts {
 public:
  explicit Doubts(const std::vector<SightingEntry>& sightings) {
    for (const SightingEntry& entry : sightings) {
      if (entry.sighting->key.service != Service::kAuth) continue;
      (is_refuted(entry.identity()) ? refuted_ : standing_).push_back(&*entry.sighting);
    }
  }

  /// An authentication endpoint speaks for what its source tells of the other services: for those
  /// on its host, and for all where no endpoint stands beside the refuted ones. Those on hosts of
  /// their own are no spoofer's to take: anyone on the LAN can add an endpoint that is refuted.
  [[nodiscard]] bool about(const SightingEntry& entry) const {
    if (is_unvalidated(entry) || is_refuted(entry.identity())) return true;
    const Sighting& sighting = *entry.sighting;
    if (refuted_.empty() || sighting.key.service == Service::kAuth) return false;
    const auto told_with = [&sighting](const Sighting* auth) {
      return auth->key.source == sighting.key.source && auth->key.domain == sighting.key.domain;
    };
    const auto on_its_host = [&](const Sighting* auth) {
      return told_with(auth) && on_one_host(*auth, sighting);
    };
    if (std::any_of(standing_.begin(), standing_.end(), on_its_host)) return false;
    if (std::any_of(refuted_.begin(), refuted_.end(), on_its_host)) return true;
    return std::any_of(refuted_.begin(), refuted_.end(), told_with) &&
           std::none_of(standing_.begin(), standing_.end(), told_with);
  }

 private:
  std::vector<const Sighting*> refuted_;
  std::vector<const Sighting*> standing_;
};

bool gives_endpoint(const SightingEntry& entry, Service service) {
  const Sighting& sighting = *entry.sighting;
  return sighting.key.service == service && sighting.port != 0 && !sighting.target_host.is_root() &&
         !sighting.addresses.empty();
}

Boxed<Endpoint> endpoint_of(const std::vector<SightingEntry>& preferred, Service service,
                            const Doubts& doubts, const LocalNetwork& network) {
  const auto gives = [service, &doubts](const SightingEntry& entry) {
    return gives_endpoint(entry, service) && !doubts.about(entry);
  };
  const auto best = std::find_if(preferred.begin(), preferred.end(), gives);
  if (best == preferred.end()) return {};

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

std::string first_told(const std::vector<SightingEntry>& preferred, const Doubts& doubts,
                       std::string_view key, bool by_hand = false) {
  for (const SightingEntry& entry : preferred) {
    const bool is_by_hand = entry.sighting->key.source == Source::kManual;
    if (doubts.about(entry) || is_by_hand != by_hand) continue;
    const auto value = entry.sighting->txt.get(key);
    if (value && !value->empty()) return std::string(*value);
  }
  return {};
}

/// What Liqo 0.2 to 0.10 tells nowhere else.
std::string told_by_ids(const std::vector<SightingEntry>& preferred) {
  for (const SightingEntry& entry : preferred) {
    if (entry.identity() == Identity::kConfirmed && !entry.ids->name.empty()) {
      return entry.ids->name;
    }
  }
  return {};
}

/// A user's word is for where the cluster itself tells none.
std::string name_of(const std::vector<SightingEntry>& preferred, const Doubts& doubts) {
  std::string name = first_told(preferred, doubts, "name");
  if (name.empty()) name = told_by_ids(preferred);
  if (name.empty()) name = first_told(preferred, doubts, "name", /*by_hand=*/true);
  return name;
}

Identity identity_of(const std::vector<SightingEntry>& preferred, const Doubts& doubts,
                     bool has_auth) {
  Identity refuted = Identity::kClaimed;
  for (const SightingEntry& entry : preferred) {
    if (!gives_endpoint(entry, Service::kAuth)) continue;
    if (has_auth && !doubts.about(entry)) return entry.identity();
    if (is_refuted(entry.identity())) refuted = std::max(refuted, entry.identity());
  }
  return refuted;
}

/// Those that are not to be believed decide where there are no others.
void add_times(const std::vector<SightingEntry>& sightings, const Doubts& doubts,
               Cluster& cluster) {
  const auto doubtful = [&doubts](const SightingEntry& entry) { return doubts.about(entry); };
  const bool all = std::all_of(sightings.begin(), sightings.end(), doubtful);
  cluster.state = State::kStale;
  cluster.last_seen = cluster.first_seen;
  for (const SightingEntry& entry : sightings) {
    if (!all && doubtful(entry)) continue;
    cluster.state = std::min(cluster.state, entry.state);
    if (!is_proof(entry.evidence.method)) continue;
    cluster.last_seen = std::max(cluster.last_seen, entry.evidence.time);
  }
}

}  // namespace

std::optional<Cluster> merge(const ClusterId& id, WallTime first_seen,
                             std::vector<SightingEntry> sightings, const MergeRules& rules) {
  sort_by_preference(sightings, id, rules.prefer);
  const Doubts doubts(sightings);
  Cluster cluster;
  bool shown = std::any_of(sightings.begin(), sightings.end(),
                           [&doubts](const auto& entry) { return doubts.about(entry); });
  for (const Service service : kServices) {
    auto& endpoint = cluster.endpoints[index_of(service)];
    endpoint = endpoint_of(sightings, service, doubts, rules.network);
    shown = shown || endpoint.has_value();
  }
  if (!shown) return std::nullopt;

  cluster.id = id;
  cluster.name = name_of(sightings, doubts);
  cluster.version = first_told(sightings, doubts, "version");
  cluster.site = first_told(sightings, doubts, "site");
  cluster.identity =
      identity_of(sightings, doubts, cluster.endpoints[index_of(Service::kAuth)].has_value());
  cluster.first_seen = first_seen;
  add_times(sightings, doubts, cluster);
  std::sort(sightings.begin(), sightings.end(),
            [](const auto& a, const auto& b) { return a.sighting->key < b.sighting->key; });
  cluster.sightings = std::move(sightings);
  return cluster;
}

}  // namespace liqo
