#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/dnssd/service.h"
#include "resolver/dnssd/txt_record.h"

namespace liqo {

/// This host's own mDNS name and addresses.
struct OwnHost {
  friend bool operator==(const OwnHost&, const OwnHost&) = default;
};

struct EndpointAdvert {
  Service service = Service::kAuth;
  std::uint16_t port = 0;
  /// Where it is reached: this host, a given address (published as `auth.<id>.local`), or a host
  /// name that is published as it is.
  std::variant<OwnHost, IpAddress, DomainName> target;
  friend bool operator==(const EndpointAdvert&, const EndpointAdvert&) = default;
};

/// What this host tells of its own cluster. Derived from the configuration; publishers make the
/// world agree with it.
struct Advert {
  ClusterId id;
  TxtRecord txt;
  std::vector<EndpointAdvert> endpoints;
  friend bool operator==(const Advert&, const Advert&) = default;
};

}  // namespace liqo
