#pragma once

#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/time.h"

namespace liqo {

/// Gives free memory back to the kernel a while after something changed: what lived for a moment,
/// an answer or a message, leaves holes between what stays.
class MemoryTrimmer {
 public:
  /// After the first change since the last time: once for a crowd of them, never while all is
  /// quiet.
  static constexpr Duration kDelay = std::chrono::seconds(60);

  /// `loop` must outlive it.
  explicit MemoryTrimmer(loop::Loop& loop, Duration delay = kDelay) : delay_(delay), timer_(loop) {}

  /// Something was allocated, and something may have been freed.
  void changed();

 private:
  Duration delay_;
  loop::Timer timer_;
};

}  // namespace liqo
