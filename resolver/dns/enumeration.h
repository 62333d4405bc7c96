#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
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

  /// As RecordKeeper's; all must outlive it.
  Enumeration(Transport& asks, Transport& retries, std::function<Now()> clock,
              std::function<void()> wake, std::uint64_t seed)
      : keeper_(asks, retries, std::move(clock), std::move(wake), seed) {}

  /// By which search domains, in any order. Those that are new are asked at once; what those name
  /// that stay is known until an answer says otherwise.
  void set_search(const std::vector<DomainName>& search);
  void advance(BootTime now) { keeper_.advance(now); }
  void refresh() { keeper_.refresh_all(); }
  [[nodiscard]] std::optional<BootTime> next_deadline() const { return keeper_.next_deadline(); }

  /// Every question was tried once.
  [[nodiscard]] bool complete() const;
  /// In order, each once; the root and "local" left out, which is not for unicast DNS (RFC 6762
  /// section 3).
  [[nodiscard]] std::vector<DomainName> domains();

 private:
  [[nodiscard]] std::vector<KeptSet*> keep(const DomainName& search);

  RecordKeeper keeper_;
  std::map<DomainName, std::vector<KeptSet*>> sets_;  ///< by search domain
};

}  // namespace liqo::dns
