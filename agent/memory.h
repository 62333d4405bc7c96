#pragma once

#include <cstddef>

#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/time.h"

namespace liqo {

/// Anonymous resident memory of a process in octets (RssAnon of proc(5)); 0 where it cannot be
/// read. What the process owns itself, without the pages of libraries that it shares.
std::size_t rss_anon(int pid);

/// Gives free memory back to the kernel a while after something changed. What lived for a moment,
/// an answer or a message, leaves holes between what stays, and glibc gives back by itself only
/// what is free at the end of its heap.
class MemoryTrimmer {
 public:
  /// After the first change since the last time: once for a crowd of them, never while all is
  /// quiet.
  static constexpr Duration kDelay = std::chrono::seconds(60);
  /// Of a larger process nothing is given back: malloc_trim(3) takes a millisecond for each 10 MB,
  /// in which nobody is served.
  static constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;

  /// `loop` must outlive it.
  explicit MemoryTrimmer(loop::Loop& loop, Duration delay = kDelay) : delay_(delay), timer_(loop) {}

  /// Something was allocated, and something may have been freed.
  void changed();

 private:
  Duration delay_;
  loop::Timer timer_;
};

}  // namespace liqo
