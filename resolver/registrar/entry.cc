#include "resolver/registrar/entry.h"

#include <array>
#include <utility>

#include "resolver/dnssd/rdata.h"

namespace liqo::registrar {
namespace {

/// FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
class Fnv1a {
 public:
  void add(std::string_view octets) {
    for (const char octet : octets) {
      hash_ = (hash_ ^ static_cast<unsigned char>(octet)) * 16'777'619U;
    }
  }
  [[nodiscard]] std::uint32_t hash() const { return hash_; }

 private:
  std::uint32_t hash_ = 2'166'136'261U;
};

}  // namespace

std::uint32_t mark_of(const Holding& holding) {
  Fnv1a fnv;
  fnv.add(std::to_string(holding.port));
  if (const auto* host = std::get_if<DomainName>(&holding.target)) {
    fnv.add("/" + fold_case(host->wire()));
  } else {
    fnv.add("=");
    fnv.add(as_text(std::get<IpAddress>(holding.target).octets()));
  }
  return fnv.hash();
}

Result<Names> Names::of(const DomainName& zone, Service service, const ClusterId& id) {
  const std::string_view type = service_type(service);
  const auto dot = type.find('.');
  const std::array below_type = {std::string_view(id), type.substr(0, dot), type.substr(dot + 1)};
  const std::array below_id = {endpoint_name(service), std::string_view(id)};
  auto instance = zone.with_labels(below_type);
  if (!instance) return instance.error();
  auto host = zone.with_labels(below_id);
  if (!host) return host.error();
  DomainName listing = instance->parent();
  return Names{zone, std::move(listing), *std::move(instance), *std::move(host)};
}

}  // namespace liqo::registrar
