#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "agent/registry/entry.h"

namespace liqo {

/// The label that a cluster's name asks for: in lower case; empty where it is none (RFC 1123
/// section 2.1), is the cluster's own id, which it has anyway, or a UUID: those are ids, and nobody
/// takes one by coming first.
std::string claimed_label(const Cluster& cluster);

/// Who claims which name, and since when: the first claimant holds it until it gives it up.
class NameClaims {
 public:
  /// Gives up the record's former claim and, unless `label` is empty, makes this one. The same
  /// claim again keeps its place. Returns the other record that holds the former label now, if any.
  Record* claim(Record& record, const std::string& label);
  /// Nobody: null.
  [[nodiscard]] Record* holder(std::string_view label) const;

 private:
  struct FirstClaim {
    using is_transparent = void;
    bool operator()(const Record* a, const Record* b) const;
    bool operator()(const Record* a, std::string_view label) const;
    bool operator()(std::string_view label, const Record* b) const;
  };

  std::set<Record*, FirstClaim> claims_;  // by label, then by age
  std::uint64_t next_order_ = 0;
};

}  // namespace liqo
