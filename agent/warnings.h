#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "resolver/time.h"

namespace liqo {

/// Conditions that an administrator should know of, each counted, and logged without flooding the
/// log however often it happens.
class Warnings {
 public:
  /// A condition that goes on happening is logged again after this long.
  static constexpr Duration kLogInterval = std::chrono::minutes(1);

  struct Entry {
    std::uint64_t count = 0;
    WallTime last;
    BootTime logged;
  };

  /// `message`: a fixed text of ours, the condition's name. `total`: how often it has happened so
  /// far, of which 0 makes the condition known; nothing is told while that is what it was before.
  /// True when it was logged.
  bool tell(const std::string& message, std::uint64_t total, Now now);

  [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  std::map<std::string, Entry> entries_;
};

}  // namespace liqo
