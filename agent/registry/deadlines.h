#pragma once

#include <optional>

#include "agent/registry/entry.h"
#include "resolver/time.h"

namespace liqo {

/// The entries that time will change, the earliest first: at most one deadline an entry.
class Deadlines {
 public:
  /// Files the entry under the earliest of its times, or nowhere.
  void update(Entry& entry);
  void remove(Entry& entry);
  [[nodiscard]] std::optional<BootTime> next() const;
  /// Takes out the first entry that is due; none when nothing is.
  Entry* take_due(BootTime now);

 private:
  DeadlineQueue queue_;
};

/// Gives each question its time: at once while few are asked, else no more than `burst` in each
/// `interval`.
class Pacer {
 public:
  Pacer(std::size_t burst, Duration interval) : burst_(burst), interval_(interval) {}
  BootTime slot(BootTime now);

 private:
  std::size_t burst_;
  Duration interval_;
  BootTime slot_ = BootTime::min();
  std::size_t used_ = 0;
};

}  // namespace liqo
