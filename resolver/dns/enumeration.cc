#include "resolver/dns/enumeration.h"

#include <algorithm>
#include <array>
#include <utility>

namespace liqo::dns {
namespace {

bool is_browsable(const DomainName& domain) {
  return !domain.is_root() && fold_case(domain.labels().back()) != "local";
}

void append(const KeptSet& set, std::vector<DomainName>& domains) {
  std::size_t taken = 0;
  for (const std::string_view rdata : set.rdata) {
    auto domain = DomainName::from_wire(as_octets(rdata));
    if (!domain || !is_browsable(*domain) || ++taken > Enumeration::kMaxDomains) continue;
    domains.push_back(std::move(*domain));
  }
}

}  // namespace

void Enumeration::set_search(const std::vector<DomainName>& search) {
  for (auto it = sets_.begin(); it != sets_.end();) {
    if (std::find(search.begin(), search.end(), it->first) != search.end()) {
      ++it;
      continue;
    }
    for (KeptSet* set : it->second) keeper_.release(*set);
    it = sets_.erase(it);
  }
  for (const DomainName& domain : search) {
    if (!sets_.contains(domain)) sets_.emplace(domain, keep(domain));
  }
}

std::vector<KeptSet*> Enumeration::keep(const DomainName& search) {
  std::vector<KeptSet*> kept;
  for (const std::string_view which : {"b", "lb"}) {
    const std::array<std::string_view, 3> labels = {which, "_dns-sd", "_udp"};
    const auto name = search.with_labels(labels);
    if (name) kept.push_back(&keeper_.keep(*name, RecordType::kPtr));
  }
  return kept;
}

bool Enumeration::complete() const {
  return std::all_of(sets_.begin(), sets_.end(), [](const auto& entry) {
    return std::all_of(entry.second.begin(), entry.second.end(),
                       [](const KeptSet* set) { return set->tried; });
  });
}

std::vector<DomainName> Enumeration::domains() {
  while (keeper_.next_changed() != nullptr) {
  }
  keeper_.forget_others();
  std::vector<DomainName> domains;
  for (const auto& [search, sets] : sets_) {
    for (const KeptSet* set : sets) append(*set, domains);
  }
  std::sort(domains.begin(), domains.end());
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  return domains;
}

}  // namespace liqo::dns
