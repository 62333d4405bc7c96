#pragma once

#include <cstddef>
#include <map>
#include <unordered_map>

#include "resolver/dnssd/domain_name.h"
#include "resolver/time.h"

namespace liqo::lan {

/// The instances that were told and are followed no more, for a while: should they come back amid
/// many that nobody knows, they come first. Pure.
class NameMemory {
 public:
  /// Long enough for a responder, or Avahi, to be started again.
  static constexpr Duration kTime = std::chrono::minutes(10);

  /// Of more than `most` the oldest are forgotten.
  explicit NameMemory(std::size_t most) : most_(most) {}

  void add(const DomainName& name, BootTime now);
  [[nodiscard]] bool contains(const DomainName& name) const { return names_.contains(name); }
  void erase(const DomainName& name);
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  using OldestFirst = std::multimap<BootTime, const DomainName*>;

  std::size_t most_;
  OldestFirst oldest_first_;  ///< by the end of their time; into `names_`
  std::unordered_map<DomainName, OldestFirst::const_iterator> names_;
};

}  // namespace liqo::lan
