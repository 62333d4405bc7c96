#include "tests/unit/state/known.h"

#include <utility>

namespace liqo::test {

Cluster milan(const ClusterId& id) {
  Cluster cluster;
  cluster.id = id;
  cluster.first_seen = kNoon - std::chrono::hours(1);
  cluster.held_name = "milan";
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    Sighting sighting;
    sighting.key = {Source::kLan, Service::kAuth, family, 2, *DomainName::parse("local"), id};
    sighting.interface_name = "eth0";
    sighting.target_host = *DomainName::parse("node1.local");
    sighting.port = 30740;
    sighting.addresses = {*IpAddress::parse("10.0.0.1"),
                          IpAddress::parse("fe80::1")->with_zone(2, "eth0")};
    sighting.txt.add("id", id);
    sighting.txt.add("name", "milan");
    SightingEntry entry;
    entry.sighting = std::make_shared<const Sighting>(std::move(sighting));
    entry.evidence = {EvidenceMethod::kMdns, kNoon - std::chrono::minutes(1)};
    cluster.sightings.push_back(entry);
  }
  return cluster;
}

state::Clusters share(std::initializer_list<Cluster> clusters) {
  state::Clusters shared;
  for (const Cluster& cluster : clusters) {
    shared.push_back(std::make_shared<const Cluster>(cluster));
  }
  return shared;
}

std::optional<std::uint32_t> interface_index(const std::string& name) {
  if (name == "eth0") return 2;
  if (name == "eth1") return 3;
  return std::nullopt;
}

}  // namespace liqo::test
