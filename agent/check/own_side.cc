#include <algorithm>

#include "agent/check/rows.h"
#include "agent/check/wording.h"

namespace liqo::check {
namespace {

std::string_view thing(Service service) {
  switch (service) {
    case Service::kAuth:
      return "authentication server";
    case Service::kApi:
      return "API server";
    case Service::kGateway:
      return "network gateway";
  }
  return "service";
}

}  // namespace

Row our_row(const Sides& sides, const Setting& setting, Service service) {
  Row row{.requirement = endpoint_name(service), .direction = Direction::kOurs};
  if (!sides.own) {
    row.detail = "this host has no cluster configured";
    return row;
  }
  const auto& all = sides.own->endpoints;
  const auto endpoint = std::find_if(all.begin(), all.end(), [service](const EndpointAdvert& each) {
    return each.service == service;
  });
  if (endpoint == all.end()) {
    row.detail = "not configured, so nobody is told of it";
    row.advice = "name it in [cluster." + std::string(endpoint_name(service)) + "]";
    if (service == Service::kAuth) row.outcome = Outcome::kFailed;
    return row;
  }
  const auto addresses = own_addresses(*endpoint, sides.network);
  const auto* host = std::get_if<DomainName>(&endpoint->target);
  row.advertised = (host != nullptr ? host->to_string() : std::string("this host")) + ":" +
                   std::to_string(endpoint->port);
  if (const auto* address = std::get_if<IpAddress>(&endpoint->target)) {
    row.advertised = address->to_string() + " port " + std::to_string(endpoint->port);
  } else if (!addresses.empty()) {
    row.advertised += " (" + addresses_text(addresses) + ")";
  }
  row.exposure = guessed_exposure(service, endpoint->port);
  if (over_the_internet(setting) && are_hidden(addresses)) {
    fail(row, setting, "a private address, which cannot be reached over the Internet");
    row.advice +=
        ", and tell its public address in [cluster." + std::string(endpoint_name(service)) + "]";
    return row;
  }
  row.detail = "nothing speaks against it; only from there can it be measured";
  return row;
}

std::vector<std::string> own_notes(const Advert& own, const LocalNetwork& network,
                                   bool told_on_lan) {
  std::vector<std::string> notes;
  const std::string_view site = own.txt.get("site").value_or(std::string_view());
  if (!told_on_lan) notes.emplace_back("nothing is told to the LAN: [lan] advertise is false");
  for (const Service service : kServices) {
    const std::string name(endpoint_name(service));
    const auto endpoint =
        std::find_if(own.endpoints.begin(), own.endpoints.end(),
                     [service](const EndpointAdvert& each) { return each.service == service; });
    if (endpoint == own.endpoints.end()) {
      notes.push_back("no " + std::string(thing(service)) + " is configured ([cluster." + name +
                      "])");
    } else if (site == "cloud" && are_hidden(own_addresses(*endpoint, network))) {
      notes.push_back("the " + std::string(thing(service)) +
                      " is told with a private address, which no cluster across the Internet "
                      "reaches ([cluster." +
                      name + "])");
    }
  }
  if (site.empty()) {
    notes.emplace_back("site is not told, so the other side has to guess the scenario");
  }
  if (!own.txt.get("version")) {
    notes.emplace_back("version is not told, so nobody can tell whether the versions fit");
  }
  return notes;
}

}  // namespace liqo::check
