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

/// Puts service instances into zones by DNS UPDATE (RFC 2136), and keeps them there.
namespace liqo::registrar {

/// One place where a service is reached: an SRV record, and where an address was given the address
/// record that its target needs.
struct Holding {
  std::uint16_t port = 0;
  std::variant<DomainName, IpAddress> target;
  friend bool operator==(const Holding&, const Holding&) = default;
};

/// Names a holding in a lease: 32 bits, for the few of one instance.
std::uint32_t mark_of(const Holding& holding);

/// A service instance as it is to be in a zone. A value.
struct Entry {
  /// More places of one instance than anybody has, and their marks fit into a TXT string.
  static constexpr std::size_t kMaxHoldings = 16;

  Service service = Service::kAuth;
  ClusterId id;
  /// Who registers it for the cluster: our own id. Empty where it is our own cluster.
  ClusterId via{};
  TxtRecord txt{};  ///< `id=` among it; without via and what a lease adds
  std::vector<Holding> holdings{};
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// The names of one instance in a zone.
struct Names {
  DomainName zone;
  DomainName listing;   ///< _liqo_auth._tcp.ZONE, of the PTR record
  DomainName instance;  ///< <id>._liqo_auth._tcp.ZONE, of SRV and TXT
  DomainName host;      ///< auth.<id>.ZONE, of A and AAAA

  /// kInvalid where they would be too long.
  static Result<Names> of(const DomainName& zone, Service service, const ClusterId& id);
};

}  // namespace liqo::registrar
