#include "tests/unit/check/sides.h"

namespace liqo::test {

IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }

Pair::Pair() {
  cluster.id = "turin-id";
  cluster.name = "turin";
}

Pair& Pair::ours(const std::string& site, const std::string& address) {
  if (!site.empty()) own->txt.add("site", site);
  decltype(EndpointAdvert::target) target = OwnHost{};
  if (!address.empty()) target = ip(address);
  own->endpoints = {{Service::kAuth, 30740, target},
                    {Service::kApi, 6443, target},
                    {Service::kGateway, 5871, target}};
  return *this;
}

Pair& Pair::theirs(const std::string& site, const std::string& address, bool on_lan) {
  cluster.site = site;
  const Source source = on_lan ? Source::kLan : Source::kDns;
  for (const auto& [service, port] :
       {std::pair(Service::kAuth, 443), {Service::kApi, 6443}, {Service::kGateway, 5871}}) {
    Endpoint endpoint;
    endpoint.host = *DomainName::parse("node.example.com");
    endpoint.port = static_cast<std::uint16_t>(port);
    endpoint.addresses = {ip(address)};
    endpoint.source = source;
    cluster.endpoints[index_of(service)] = endpoint;
    Sighting sighting;
    sighting.key.source = source;
    sighting.key.service = service;
    cluster.sightings.emplace_back().sighting = std::make_shared<const Sighting>(sighting);
  }
  return *this;
}

Pair& Pair::versions(const std::string& ours, const std::string& theirs) {
  if (!ours.empty()) own->txt.add("version", ours);
  cluster.version = theirs;
  return *this;
}

}  // namespace liqo::test
