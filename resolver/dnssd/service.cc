#include "resolver/dnssd/service.h"

namespace liqo {
namespace {

struct Names {
  std::string_view type;
  std::string_view endpoint;
  std::string_view transport;
};

constexpr std::array<Names, kServiceCount> kNames = {{
    {"_liqo_auth._tcp", "auth", "tcp"},
    {"_liqo_api._tcp", "api", "tcp"},
    {"_liqo_gateway._udp", "gateway", "udp"},
}};

template <class Matches>
std::optional<Service> find(Matches&& matches) {
  for (const Service service : kServices) {
    if (matches(kNames[index_of(service)])) return service;
  }
  return std::nullopt;
}

}  // namespace

std::string_view service_type(Service service) { return kNames[index_of(service)].type; }
std::string_view endpoint_name(Service service) { return kNames[index_of(service)].endpoint; }
std::string_view transport(Service service) { return kNames[index_of(service)].transport; }

std::optional<Service> service_from_type(std::string_view type) {
  return find([type](const Names& names) { return names.type == type; });
}

std::optional<Service> service_from_endpoint(std::string_view name) {
  return find([name](const Names& names) { return names.endpoint == name; });
}

}  // namespace liqo
