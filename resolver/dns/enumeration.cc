#include "resolver/dns/enumeration.h"

#include <algorithm>
#include <array>
#include <utility>

namespace liqo::dns {
namespace {

bool is_browsable(const DomainName& domain) {
  return !domain.is_root() && fold_case(domain.labels().back()) != "local";
}

}  // namespace

Enumeration::Enumeration(const std::vector<DomainName>& search, Transport& asks, Transport& retries,
                         std::function<Now()> clock, std::function<void()> wake, std::uint64_t seed)
    : keeper_(asks, retries, std::move(clock), std::move(wake), seed) {
  for (const DomainName& domain : search) {
    for (const std::string_view which : {"b", "lb"}) {
      const std::array<std::string_view, 3> labels = {which, "_dns-sd", "_udp"};
      const auto name = domain.with_labels(labels);
      if (name) sets_.push_back(&keeper_.keep(*name, RecordType::kPtr));
    }
  }
}

bool Enumeration::complete() const {
  return std::all_of(sets_.begin(), sets_.end(), [](const KeptSet* set) { return set->tried; });
}

std::vector<DomainName> Enumeration::domains() {
  while (keeper_.next_changed() != nullptr) {
  }
  keeper_.forget_others();
  std::vector<DomainName> domains;
  for (const KeptSet* set : sets_) {
    std::size_t taken = 0;
    for (const std::string_view rdata : set->rdata) {
      auto domain = DomainName::from_wire(as_octets(rdata));
      if (!domain || !is_browsable(*domain) || ++taken > kMaxDomains) continue;
      domains.push_back(std::move(*domain));
    }
  }
  std::sort(domains.begin(), domains.end());
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  return domains;
}

}  // namespace liqo::dns
