#include "agent/registration/wishes.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace liqo::registration {
namespace {

using registrar::Entry;
using registrar::Holding;
using Wanted = registrar::Zone::Wanted;

/// Means the same host everywhere in its network.
bool is_publishable(const IpAddress& address) {
  return !address.is_loopback() && !address.is_unspecified() && !address.is_multicast() &&
         !address.is_link_local() && !address.is_mapped();
}

bool is_on_link(const IpAddress& address, const link::LinkTable& links) {
  return std::any_of(links.begin(), links.end(), [&address](const auto& each) {
    const auto& own = each.second.addresses;
    return std::any_of(own.begin(), own.end(), [&address](const link::Link::Address& prefix) {
      return address.in_prefix(prefix.address, prefix.prefix_bits);
    });
  });
}

/// Those that `keep` names; all of them where it names none.
template <class Keep>
std::vector<IpAddress> best_of(std::vector<IpAddress> addresses, Keep keep) {
  if (std::any_of(addresses.begin(), addresses.end(), keep)) {
    std::erase_if(addresses, [&keep](const IpAddress& address) { return !keep(address); });
  }
  return addresses;
}

void add(Wanted& wanted, Entry entry) {
  if (entry.holdings.empty()) return;
  entry.holdings.resize(std::min(entry.holdings.size(), Entry::kMaxHoldings));
  auto key = std::pair(entry.id, entry.service);
  wanted.emplace(std::move(key), std::move(entry));
}

bool is_of_lan(const SightingEntry& seen, Service service) {
  return seen.sighting->key.source == Source::kLan && seen.sighting->key.service == service;
}

/// One of the LAN's sightings named the cluster, and none another.
bool is_confirmed_on_lan(const Cluster& cluster) {
  bool confirmed = false;
  for (const SightingEntry& seen : cluster.sightings) {
    if (!is_of_lan(seen, Service::kAuth)) continue;
    if (is_refuted(seen.identity())) return false;
    confirmed = confirmed || seen.identity() == Identity::kConfirmed;
  }
  return confirmed;
}

/// What a zone may tell of it: no more than what we understand.
TxtRecord shared_text(const Cluster& cluster) {
  TxtRecord txt;
  txt.add("txtvers", "1");
  txt.add("id", cluster.id);
  if (!cluster.name.empty()) txt.add("name", cluster.name);
  if (!cluster.version.empty()) txt.add("version", cluster.version);
  if (!cluster.site.empty()) txt.add("site", cluster.site);
  return txt;
}

/// A name that others than the LAN's can look up.
bool is_in_dns(const DomainName& host) {
  const auto labels = host.labels();
  return labels.size() > 1 && fold_case(labels.back()) != "local";
}

std::vector<const Sighting*> of_lan(const Cluster& cluster, Service service) {
  std::vector<const Sighting*> found;
  for (const SightingEntry& seen : cluster.sightings) {
    if (is_of_lan(seen, service) && seen.sighting->port != 0) found.push_back(&*seen.sighting);
  }
  return found;
}

/// Where the auth servers are that said who they are. Anybody on the LAN may claim a cluster's id,
/// and what a zone tells is believed where nobody can look at the LAN.
class Vouched {
 public:
  explicit Vouched(const Cluster& cluster) {
    for (const SightingEntry& seen : cluster.sightings) {
      if (!is_of_lan(seen, Service::kAuth) || seen.identity() != Identity::kConfirmed) continue;
      const Sighting& auth = *seen.sighting;
      servers_.emplace(auth.target_host, auth.port);
      addresses_.insert(auth.addresses.begin(), auth.addresses.end());
    }
  }

  [[nodiscard]] bool is_server(const Sighting& auth) const {
    return servers_.contains({auth.target_host, auth.port});
  }
  [[nodiscard]] bool is_on_host(const Sighting& sighting) const {
    const auto of_server = servers_.lower_bound({sighting.target_host, 0});
    if (of_server != servers_.end() && of_server->first == sighting.target_host) return true;
    return std::any_of(sighting.addresses.begin(), sighting.addresses.end(),
                       [this](const IpAddress& address) { return addresses_.contains(address); });
  }

 private:
  std::set<std::pair<DomainName, std::uint16_t>> servers_;
  std::set<IpAddress> addresses_;
};

/// The sightings of one service that a zone may tell of: auth servers that said who they are; of
/// the others those on the host of such a server. Where none is there, all as long as they name one
/// host: of two, nobody can tell which is the cluster's.
std::vector<const Sighting*> shared_sightings(const Cluster& cluster, Service service) {
  const Vouched vouched(cluster);
  std::vector<const Sighting*> seen = of_lan(cluster, service);
  const auto is_vouched = [&vouched, service](const Sighting* each) {
    return service == Service::kAuth ? vouched.is_server(*each) : vouched.is_on_host(*each);
  };
  const bool of_one_host =
      service != Service::kAuth && std::all_of(seen.begin(), seen.end(), [&seen](const auto* each) {
        return each->target_host == seen.front()->target_host;
      });
  if (of_one_host && std::none_of(seen.begin(), seen.end(), is_vouched)) return seen;
  std::erase_if(seen, [&is_vouched](const Sighting* each) { return !is_vouched(each); });
  return seen;
}

/// The places of one service, each once, in an order that does not depend on who saw it first.
std::vector<Holding> shared_holdings(const Cluster& cluster, Service service,
                                     const link::LinkTable& links) {
  std::set<std::pair<std::uint16_t, DomainName>> hosts;
  std::map<std::uint16_t, std::set<IpAddress>> addresses;
  for (const Sighting* sighting : shared_sightings(cluster, service)) {
    if (is_in_dns(sighting->target_host)) {
      hosts.emplace(sighting->port, sighting->target_host);
      continue;
    }
    auto& of_port = addresses[sighting->port];
    std::copy_if(sighting->addresses.begin(), sighting->addresses.end(),
                 std::inserter(of_port, of_port.end()), is_publishable);
  }
  std::vector<Holding> holdings;
  std::transform(hosts.begin(), hosts.end(), std::back_inserter(holdings),
                 [](const auto& each) -> Holding {
                   return {each.first, each.second};
                 });
  for (const auto& [port, of_port] : addresses) {
    const auto best = best_of({of_port.begin(), of_port.end()}, [&links](const IpAddress& address) {
      return is_on_link(address, links);
    });
    for (const IpAddress& address : best) holdings.push_back({port, address});
  }
  return holdings;
}

/// The clusters that may be shared: those that were known first.
std::vector<const Cluster*> shareable(const Registry::View& clusters) {
  std::vector<const Cluster*> found;
  for (const auto& [id, cluster] : clusters) {
    if (is_confirmed_on_lan(*cluster)) found.push_back(cluster.get());
  }
  std::stable_sort(found.begin(), found.end(), [](const Cluster* a, const Cluster* b) {
    return a->first_seen < b->first_seen;
  });
  found.resize(std::min(found.size(), kMaxShared));
  return found;
}

}  // namespace

std::vector<IpAddress> own_addresses(const link::LinkTable& links, const LanConfig& lan) {
  std::vector<IpAddress> addresses;
  for (const auto& [index, link] : links) {
    if (!link.up || link.loopback || !interface_allowed(lan, link.name)) continue;
    for (const link::Link::Address& own : link.addresses) {
      if (is_publishable(own.address)) addresses.push_back(own.address);
    }
  }
  return best_of(std::move(addresses),
                 [](const IpAddress& address) { return !address.is_private(); });
}

Wanted own_entries(const Advert& cluster, const std::vector<IpAddress>& addresses) {
  Wanted wanted;
  for (const EndpointAdvert& endpoint : cluster.endpoints) {
    Entry entry{.service = endpoint.service, .id = cluster.id, .txt = cluster.txt};
    if (const auto* host = std::get_if<DomainName>(&endpoint.target)) {
      entry.holdings = {{endpoint.port, *host}};
    } else if (const auto* address = std::get_if<IpAddress>(&endpoint.target)) {
      entry.holdings = {{endpoint.port, *address}};
    } else {
      for (const IpAddress& own : addresses) entry.holdings.push_back({endpoint.port, own});
    }
    add(wanted, std::move(entry));
  }
  return wanted;
}

Wanted shared_entries(const Cluster& cluster, const ClusterId& via, const link::LinkTable& links) {
  Wanted wanted;
  if (cluster.id == via || !is_confirmed_on_lan(cluster)) return wanted;
  for (const Service service : kServices) {
    Entry entry{.service = service,
                .id = cluster.id,
                .via = via,
                .txt = shared_text(cluster),
                .holdings = shared_holdings(cluster, service, links)};
    add(wanted, std::move(entry));
  }
  return wanted;
}

std::vector<registrar::Registrar::ZoneWish> wishes(const Config& config,
                                                   const link::LinkTable& links,
                                                   const Registry::View& clusters) {
  std::vector<registrar::Registrar::ZoneWish> all;
  if (!config.cluster) return all;
  const Wanted own = own_entries(*config.cluster, own_addresses(links, config.lan));
  Wanted shared;
  const auto shares = [](const registrar::ZoneOptions& zone) { return zone.share_lan; };
  if (std::any_of(config.zones.begin(), config.zones.end(), shares)) {
    for (const Cluster* cluster : shareable(clusters)) {
      shared.merge(shared_entries(*cluster, config.cluster->id, links));
    }
  }
  for (const registrar::ZoneOptions& zone : config.zones) {
    auto& wish = all.emplace_back(registrar::Registrar::ZoneWish{zone, {}});
    if (zone.advertise) wish.wanted = own;
    if (zone.share_lan) wish.wanted.insert(shared.begin(), shared.end());
  }
  return all;
}

}  // namespace liqo::registration
