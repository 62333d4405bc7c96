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

Cluster turin(const ClusterId& id) {
  Cluster cluster;
  cluster.id = id;
  cluster.first_seen = kNoon - std::chrono::hours(2);
  cluster.held_name = "turin";
  for (const auto& [service, host] : {std::pair(Service::kAuth, "a.example.com"),
                                      {Service::kAuth, "b.example.com"},
                                      {Service::kApi, "a.example.com"}}) {
    Sighting sighting;
    sighting.key.source = Source::kDns;
    sighting.key.service = service;
    sighting.key.domain = *DomainName::parse("example.com");
    sighting.key.instance = id;
    sighting.key.record = id + " " + host + " 443";
    sighting.target_host = *DomainName::parse(host);
    sighting.port = 443;
    sighting.priority = 10;
    sighting.weight = 5;
    sighting.addresses = {*IpAddress::parse("203.0.113.7"), *IpAddress::parse("2001:db8::7")};
    sighting.txt.add("name", "turin");
    sighting.ttl = 60;
    sighting.dnssec = Dnssec::kSecure;
    SightingEntry entry;
    entry.sighting = std::make_shared<const Sighting>(std::move(sighting));
    entry.evidence = {EvidenceMethod::kDns, kNoon - std::chrono::minutes(1)};
    entry.expires = kNoon;
    cluster.sightings.push_back(entry);
  }
  return cluster;
}

Clusters share(std::initializer_list<Cluster> clusters) {
  Clusters shared;
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

bool is_browsed(const DomainName& domain, const std::optional<Dnssec>& /*dnssec*/) {
  return domain == *DomainName::parse("example.com");
}

}  // namespace liqo::test
