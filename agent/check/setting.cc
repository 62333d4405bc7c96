#include "agent/check/setting.h"

#include <algorithm>
#include <array>
#include <string>

namespace liqo::check {
namespace {

enum class Place { kUnknown, kOnPremise, kBehindNat, kPublic, kCloud };

constexpr std::string_view kOnPremiseSite = "on-premise";
constexpr std::string_view kCloudSite = "cloud";

bool is_site(std::string_view site) { return site == kOnPremiseSite || site == kCloudSite; }

bool is_on_link(const IpAddress& address, const LocalNetwork& network) {
  return std::any_of(network.prefixes.begin(), network.prefixes.end(), [&](const auto& prefix) {
    return prefix.bits != 0 && !prefix.address.is_loopback() &&
           address.in_prefix(prefix.address, prefix.bits);
  });
}

/// Seen by mDNS, or at an address of a link of ours.
bool is_neighbour(const Cluster& cluster, const LocalNetwork& network) {
  const auto& seen = cluster.sightings;
  if (std::any_of(seen.begin(), seen.end(), [](const SightingEntry& entry) {
        return entry.sighting->key.source == Source::kLan;
      })) {
    return true;
  }
  return std::any_of(cluster.endpoints.begin(), cluster.endpoints.end(), [&](const auto& endpoint) {
    return endpoint && is_on_link(endpoint->addresses.front(), network);
  });
}

Place place_of(std::string_view site, const std::vector<IpAddress>& addresses) {
  if (site == kCloudSite) return Place::kCloud;
  const bool hidden = are_hidden(addresses);
  if (site == kOnPremiseSite) return hidden ? Place::kBehindNat : Place::kOnPremise;
  if (addresses.empty()) return Place::kUnknown;
  return hidden ? Place::kBehindNat : Place::kPublic;
}

std::vector<IpAddress> addresses_of(const Cluster& cluster) {
  std::vector<IpAddress> all;
  for (const auto& endpoint : cluster.endpoints) {
    if (endpoint) all.insert(all.end(), endpoint->addresses.begin(), endpoint->addresses.end());
  }
  return all;
}

std::vector<IpAddress> addresses_of(const Advert& own, const LocalNetwork& network) {
  std::vector<IpAddress> all;
  for (const EndpointAdvert& endpoint : own.endpoints) {
    const auto some = own_addresses(endpoint, network);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

bool is_cloud(Place place) { return place == Place::kCloud || place == Place::kPublic; }
bool is_on_premise(Place place) { return place == Place::kOnPremise || place == Place::kBehindNat; }

std::string told(std::string_view who, std::string_view site, Place place) {
  const std::string subject(who);
  if (is_site(site)) {
    const bool hidden = place == Place::kBehindNat;
    return subject + " say " + std::string(site) +
           (hidden ? ", with private addresses, so behind a NAT" : "");
  }
  switch (place) {
    case Place::kBehindNat:
      return subject + " have private addresses, so are on-premise behind a NAT";
    case Place::kPublic:
      return subject + " say no site and have public addresses";
    default:
      return subject + " say neither site nor address";
  }
}

Setting across_the_internet(Place ours, Place theirs) {
  Setting setting;
  if (is_cloud(ours) && is_cloud(theirs)) {
    setting.scenario = Scenario::kCloudToCloud;
  } else if ((is_cloud(ours) && is_on_premise(theirs)) ||
             (is_on_premise(ours) && is_cloud(theirs))) {
    const bool hidden = ours == Place::kBehindNat || theirs == Place::kBehindNat;
    setting.scenario = hidden ? Scenario::kNatToCloud : Scenario::kOnPremiseToCloud;
  }
  setting.behind_nat = ours == Place::kBehindNat;
  setting.they_behind_nat = theirs == Place::kBehindNat;
  setting.we_are_cloud = is_cloud(ours);
  setting.they_are_cloud = is_cloud(theirs);
  return setting;
}

/// By scenario and side, in the order of Service; the words of Liqo's guide.
using Exposures = std::array<std::string_view, kServiceCount>;
constexpr Exposures kCloud = {"a LoadBalancer or an Ingress", "what the cloud provider gives it",
                              "a LoadBalancer or a NodePort"};
constexpr Exposures kOnPremise = {"a LoadBalancer or an Ingress", "an Ingress or a public IP",
                                  "a LoadBalancer or a NodePort"};
constexpr Exposures kBehindNat = {"a NodePort with port-forwarding on the NAT",
                                  "port-forwarding on the NAT",
                                  "a NodePort with port-forwarding on the NAT"};
constexpr Exposures kCloudFacingNat = {"a LoadBalancer or an Ingress",
                                       "what the cloud provider gives it", "a LoadBalancer"};
constexpr Exposures kLan = {"a NodePort", "the node's own address and port", "a NodePort"};

}  // namespace

std::string_view to_string(Scenario scenario) {
  switch (scenario) {
    case Scenario::kUnknown:
      return "unknown";
    case Scenario::kSameLan:
      return "same-lan";
    case Scenario::kOnPremiseToCloud:
      return "on-premise-to-cloud";
    case Scenario::kNatToCloud:
      return "on-premise-behind-nat-to-cloud";
    case Scenario::kCloudToCloud:
      return "cloud-to-cloud";
  }
  return "unknown";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::kTheirs:
      return "to-them";
    case Direction::kOurs:
      return "to-us";
    case Direction::kBoth:
      return "both";
  }
  return "both";
}

bool are_hidden(const std::vector<IpAddress>& addresses) {
  return !addresses.empty() &&
         std::all_of(addresses.begin(), addresses.end(), [](const IpAddress& address) {
           return address.is_private() || address.is_link_local();
         });
}

std::vector<IpAddress> own_addresses(const EndpointAdvert& endpoint, const LocalNetwork& network) {
  if (const auto* address = std::get_if<IpAddress>(&endpoint.target)) return {*address};
  std::vector<IpAddress> addresses;
  if (!std::holds_alternative<OwnHost>(endpoint.target)) return addresses;
  for (const auto& prefix : network.prefixes) {
    if (prefix.address.is_loopback() || prefix.address.is_link_local()) continue;
    addresses.push_back(prefix.address);
  }
  return addresses;
}

Setting setting_of(const Sides& sides) {
  const std::string_view their_site = sides.cluster.site;
  const std::string_view our_site =
      sides.own ? sides.own->txt.get("site").value_or(std::string_view()) : std::string_view();
  const bool somebody_in_cloud = their_site == kCloudSite || our_site == kCloudSite;
  if (!somebody_in_cloud && is_neighbour(sides.cluster, sides.network)) {
    Setting setting;
    setting.scenario = Scenario::kSameLan;
    setting.reason = "they are on a link of this host, and nobody says cloud";
    return setting;
  }
  const Place theirs = place_of(their_site, addresses_of(sides.cluster));
  const Place ours =
      sides.own ? place_of(our_site, addresses_of(*sides.own, sides.network)) : Place::kUnknown;
  Setting setting = across_the_internet(ours, theirs);
  setting.reason = (sides.own ? told("we", our_site, ours)
                              : std::string("this host has no cluster configured")) +
                   "; " + told("they", their_site, theirs);
  if (is_on_premise(ours) && is_on_premise(theirs)) {
    setting.reason += "; Liqo's guide has no table for two such sites across the Internet";
  }
  return setting;
}

std::string_view advised_exposure(const Setting& setting, Service service, bool ours) {
  const std::size_t index = index_of(service);
  switch (setting.scenario) {
    case Scenario::kUnknown:
      return {};
    case Scenario::kSameLan:
      return kLan[index];
    case Scenario::kCloudToCloud:
      return kCloud[index];
    case Scenario::kOnPremiseToCloud:
      return (ours ? setting.we_are_cloud : setting.they_are_cloud) ? kCloud[index]
                                                                    : kOnPremise[index];
    case Scenario::kNatToCloud:
      return (ours ? setting.behind_nat : setting.they_behind_nat) ? kBehindNat[index]
                                                                   : kCloudFacingNat[index];
  }
  return {};
}

std::string_view guessed_exposure(Service service, std::uint16_t port) {
  // Kubernetes' default --service-node-port-range.
  if (port >= 30000 && port <= 32767) return "NodePort";
  switch (service) {
    case Service::kAuth:
      return port == 443 ? "LoadBalancer or Ingress" : "";
    case Service::kApi:
      return port == 6443 ? "the API server itself" : port == 443 ? "LoadBalancer or Ingress" : "";
    case Service::kGateway:
      return port == 5871 || port == 51840 ? "LoadBalancer, or the node's own port" : "";
  }
  return {};
}

}  // namespace liqo::check
