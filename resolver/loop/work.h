#pragma once

#include <functional>
#include <memory>

#include "resolver/loop/loop.h"

namespace liqo::loop {

/// A task that may block, on libuv's thread pool, and what is done on the loop once it is through.
/// Destroying it forgets `done`; a task that has begun still runs to its end, and the Loop's
/// destructor waits for it.
class Work {
 public:
  /// `task` touches nothing that any other thread alters. `done` may destroy the Work. Both are
  /// destroyed on the loop's thread.
  Work(Loop& loop, std::function<void()> task, std::function<void()> done);
  ~Work();
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

 private:
  struct Job;
  Job* job_;  // frees itself once through
};

}  // namespace liqo::loop
