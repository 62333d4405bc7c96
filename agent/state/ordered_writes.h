#pragma once

#include <cstdint>
#include <mutex>

#include "resolver/result.h"

namespace liqo::state {

/// Orders the writes of one file by two threads, one at a time: an older one never replaces a
/// newer.
class OrderedWrites {
 public:
  /// Calls `write`, a Result<void>(), unless a newer generation was written already.
  template <class Write>
  Result<void> write(std::uint64_t generation, Write write) {
    const std::lock_guard lock(mutex_);
    if (generation < newest_) return {};
    newest_ = generation;
    return write();
  }

 private:
  std::mutex mutex_;
  std::uint64_t newest_ = 0;
};

}  // namespace liqo::state
