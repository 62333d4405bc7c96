#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "resolver/dns/record_keeper.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::dns {

/// Browsing-domain enumeration (RFC 6763 section 11): which domains the network would have browsed,
/// by b._dns-sd._udp and lb._dns-sd._udp of the search domains.
class Enumeration {
 public:
  /// Of each search domain.
  static constexpr std::size_t kMaxDomains = 16;

  /// As RecordKeeper's; all must outlive it. Asks at once.
  Enumeration(const std::vector<DomainName>& search, Transport& asks, Transport& retries,
              std::function<Now()> clock, std::function<void()> wake, std::uint64_t seed);

  void advance(BootTime now) { keeper_.advance(now); }
  void refresh() { keeper_.refresh_all(); }
  [[nodiscard]] std::optional<BootTime> next_deadline() const { return keeper_.next_deadline(); }

  /// Every question was tried once.
  [[nodiscard]] bool complete() const;
  /// In order, each once; the root and "local" left out, which is not for unicast DNS (RFC 6762
  /// section 3).
  [[nodiscard]] std::vector<DomainName> domains();

 private:
  RecordKeeper keeper_;
  std::vector<KeptSet*> sets_;
};

}  // namespace liqo::dns
