#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/loop.h"

namespace liqo::dns {

/// What is known of a host's addresses.
struct HostAddresses {
  bool tried = false;  ///< the first questions are over, answered or not
  std::vector<IpAddress> addresses;
  std::string error;  ///< one line; empty where the last questions were answered
};

struct HostResolverOptions {
  std::string hosts_file = "/etc/hosts";
  std::string resolv_conf = "/etc/resolv.conf";
  /// A larger hosts file is not read: 30,000 lines, which block lists have, take 15 ms.
  std::size_t max_hosts_octets = std::size_t{1} << 20;
};

/// Follows the addresses of host names: by the hosts file where it has them, else through DNS, by
/// the servers of resolv.conf, asked again before a TTL ends. What a silent server had told stays.
class HostResolver {
 public:
  /// Called from the loop when what addresses_of() says of a host may differ.
  using Changed = std::function<void(const DomainName& host)>;

  /// `loop` must outlive it.
  static std::unique_ptr<HostResolver> create(loop::Loop& loop, HostResolverOptions options,
                                              Changed changed);
  virtual ~HostResolver() = default;
  HostResolver(const HostResolver&) = delete;
  HostResolver& operator=(const HostResolver&) = delete;

  /// Begins in the next turn: however many are followed at once, the hosts file is read once.
  virtual void follow(const DomainName& host) = 0;
  virtual void forget(const DomainName& host) = 0;
  /// Asks again for all of them, and reads the hosts file again.
  virtual void refresh() = 0;
  /// Nothing tried where it is not followed.
  [[nodiscard]] virtual HostAddresses addresses_of(const DomainName& host) const = 0;

 protected:
  HostResolver() = default;
};

/// Adds to each name the addresses that a hosts file (hosts(5)) gives it, in one pass.
using AddressesByName = std::map<DomainName, std::vector<IpAddress>>;
void add_from_hosts(std::string_view text, AddressesByName& hosts);

}  // namespace liqo::dns
