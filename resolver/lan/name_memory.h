#pragma once

#include <cstddef>
#include <cstdint>
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
  struct Entry {
    std::uint64_t order;
    BootTime until;
  };
  using Names = std::unordered_map<DomainName, Entry>;

  std::size_t most_;
  std::uint64_t last_ = 0;
  Names names_;
  std::map<std::uint64_t, Names::const_pointer> oldest_first_;  ///< into `names_`
};

}  // namespace liqo::lan
