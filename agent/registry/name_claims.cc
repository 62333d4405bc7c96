#include "agent/registry/name_claims.h"

#include <tuple>
#include <utility>

#include "resolver/dnssd/domain_name.h"

namespace liqo {

std::string claimed_label(const Cluster& cluster) {
  std::string label = fold_case(cluster.name);
  if (!is_rfc1123_label(label) || is_uuid(label) || label == cluster.id) label.clear();
  return label;
}

Record* NameClaims::claim(Record& record, const std::string& label) {
  if (record.claim == label) return nullptr;
  Record* heir = nullptr;
  if (!record.claim.empty()) {
    const bool held = holder(record.claim) == &record;
    claims_.erase(&record);
    if (held) heir = holder(record.claim);
  }
  record.claim = label;
  record.claim_order = next_order_++;
  record.holds = false;
  if (!label.empty()) claims_.insert(&record);
  return heir;
}

Record* NameClaims::holder(std::string_view label) const {
  const auto first = claims_.lower_bound(label);
  return first != claims_.end() && (*first)->claim == label ? *first : nullptr;
}

bool NameClaims::FirstClaim::operator()(const Record* a, const Record* b) const {
  return std::tie(a->claim, a->claim_order) < std::tie(b->claim, b->claim_order);
}
bool NameClaims::FirstClaim::operator()(const Record* a, std::string_view label) const {
  return a->claim < label;
}
bool NameClaims::FirstClaim::operator()(std::string_view label, const Record* b) const {
  return label < b->claim;
}

}  // namespace liqo
