#include "resolver/lan/composition.h"

#include <algorithm>
#include <tuple>

namespace liqo::lan {
namespace {

/// A TXT record that was too large to be kept reads as one that is too large.
TxtRecord txt_of(const RecordSet::Record& record) {
  static const std::string kTooLarge(TxtRecord::kMaxOctets + 1, '\0');
  const auto txt = TxtRecord::from_rdata(as_octets(record.oversized ? kTooLarge : record.rdata));
  return txt ? *txt : TxtRecord();
}

void append_addresses(const RecordSet& set, const link::Link& link, std::vector<IpAddress>& out) {
  for (const RecordSet::Record& record : set.records()) {
    if (out.size() == Sighting::kMaxAddresses) return;
    if (!record.on(link.index)) continue;
    const auto address = IpAddress::from_octets(as_octets(record.rdata));
    if (!address) continue;
    const bool zoned = address->family() == Family::kIpv6 && address->is_link_local();
    out.push_back(zoned ? address->with_zone(link.index, link.name) : *address);
  }
}

}  // namespace

std::optional<SrvData> srv_on(const Instance& instance, std::uint32_t interface) {
  const RecordSet::Record* record = instance.srv.set.newest_on(interface);
  if (record == nullptr) return std::nullopt;
  auto srv = parse_srv(as_octets(record->rdata));
  if (!srv || srv->target.is_root() || srv->port == 0) return std::nullopt;
  return std::move(*srv);
}

std::optional<Composition> compose(const Instance& instance, const link::Link& link) {
  const auto srv = srv_on(instance, link.index);
  if (!srv) return std::nullopt;
  Composition composition;
  Sighting& sighting = composition.sighting;
  sighting.key.source = liqo::Source::kLan;
  sighting.key.service = instance.listing.service;
  sighting.key.interface = link.index;
  sighting.key.domain = instance.listing.name.parent().parent().parent();
  sighting.key.instance = instance.listing.name.first_label();
  sighting.interface_name = link.name;
  sighting.target_host = srv->target;
  sighting.port = srv->port;
  sighting.priority = srv->priority;
  sighting.weight = srv->weight;
  const RecordSet::Record* txt = instance.txt.set.newest_on(link.index);
  composition.has_txt = txt != nullptr;
  if (txt != nullptr) sighting.txt = txt_of(*txt);
  const auto host = std::find_if(instance.hosts.begin(), instance.hosts.end(),
                                 [&](const Host* known) { return known->name == srv->target; });
  if (host == instance.hosts.end()) return composition;
  append_addresses((*host)->a.set, link, sighting.addresses);
  append_addresses((*host)->aaaa.set, link, sighting.addresses);
  composition.complete = composition.has_txt && (*host)->a.answered() && (*host)->aaaa.answered();
  return composition;
}

bool same_addresses(std::vector<IpAddress> a, std::vector<IpAddress> b) {
  if (a.size() != b.size()) return false;
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

bool one_went(const std::vector<IpAddress>& before, const std::vector<IpAddress>& after) {
  return std::any_of(before.begin(), before.end(), [&](const IpAddress& address) {
    return std::find(after.begin(), after.end(), address) == after.end();
  });
}

bool same_service(const Sighting& a, const Sighting& b) {
  const auto fields = [](const Sighting& s) {
    return std::tie(s.interface_name, s.target_host, s.port, s.priority, s.weight, s.txt);
  };
  return fields(a) == fields(b);
}

}  // namespace liqo::lan
