#include "resolver/lan/publish_plan.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "resolver/dnssd/rdata.h"
#include "resolver/lan/local_name.h"

namespace liqo::lan {
namespace {

/// With three services, each of SRV, TXT and two PTR records, well below the 32 records that
/// avahi-daemon takes in a group, and within one packet.
constexpr std::size_t kMaxAddresses = 16;

PublishedRecord pointer(const DomainName& name, const DomainName& to) {
  return {name, RecordType::kPtr, kServiceTtl, false, std::string(to.wire())};
}

PublishedRecord address_record(const DomainName& name, const IpAddress& address) {
  const bool v4 = address.family() == Family::kIpv4;
  return {name, v4 ? RecordType::kA : RecordType::kAaaa, kAddressTtl, true,
          std::string(as_text(address.octets()))};
}

DomainName target_name(const Advert& advert, const EndpointAdvert& endpoint,
                       const DomainName& host) {
  if (const auto* given = std::get_if<DomainName>(&endpoint.target)) return *given;
  if (std::holds_alternative<OwnHost>(endpoint.target)) return host;
  const std::string_view labels[] = {endpoint_name(endpoint.service), advert.id};
  auto name = local_name(labels[0]).parent().with_labels(labels);
  assert(name);  // a cluster id is a label
  return std::move(*name);
}

}  // namespace

std::string instance_label(const ClusterId& id, unsigned number) {
  if (number <= 1) return id;
  const std::string suffix = " #" + std::to_string(number);
  return id.substr(0, DomainName::kMaxLabelOctets - suffix.size()) + suffix;
}

DomainName numbered_host(const DomainName& host, unsigned number) {
  if (number <= 1) return host;
  const std::string suffix = "-" + std::to_string(number);
  std::string label(host.first_label().substr(0, DomainName::kMaxLabelOctets - suffix.size()));
  const auto numbered = host.parent().with_label(label + suffix);
  return numbered ? *numbered : host;
}

std::vector<PublishedRecord> service_records(const Advert& advert, const std::string& instance,
                                             const DomainName& host) {
  std::vector<PublishedRecord> records;
  const DomainName types = local_name("_services._dns-sd._udp");
  for (const EndpointAdvert& endpoint : advert.endpoints) {
    const DomainName type = local_name(service_type(endpoint.service));
    const auto name = type.with_label(instance);
    if (!name) continue;
    const DomainName target = target_name(advert, endpoint, host);
    const SrvData srv{.priority = 0, .weight = 0, .port = endpoint.port, .target = target};
    records.push_back(pointer(type, *name));
    records.push_back({*name, RecordType::kSrv, kServiceTtl, true, to_rdata(srv)});
    records.push_back({*name, RecordType::kTxt, kServiceTtl, true, advert.txt.to_rdata()});
    records.push_back(pointer(types, type));
    if (const auto* address = std::get_if<IpAddress>(&endpoint.target)) {
      records.push_back(address_record(target, *address));
    }
  }
  return records;
}

bool uses_own_host(const Advert& advert) {
  return std::any_of(advert.endpoints.begin(), advert.endpoints.end(), [](const auto& endpoint) {
    return std::holds_alternative<OwnHost>(endpoint.target);
  });
}

std::vector<PublishedRecord> host_records(const link::Link& link, const DomainName& host) {
  const auto is_routable_v6 = [](const link::Link::Address& known) {
    return known.address.family() == Family::kIpv6 && !known.address.is_link_local();
  };
  const bool routable = std::any_of(link.addresses.begin(), link.addresses.end(), is_routable_v6);
  std::vector<PublishedRecord> records;
  for (const link::Link::Address& known : link.addresses) {
    const bool v4 = known.address.family() == Family::kIpv4;
    if (!v4 && routable && known.address.is_link_local()) continue;
    if (known.address.is_loopback() || records.size() == kMaxAddresses) continue;
    records.push_back(address_record(host, known.address));
  }
  return records;
}

}  // namespace liqo::lan
