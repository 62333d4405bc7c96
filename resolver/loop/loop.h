#pragma once

#include <uv.h>

#include <cstddef>
#include <memory>
#include <optional>

#include "resolver/loop/read_quota.h"
#include "resolver/time.h"

namespace liqo::loop {

/// One libuv loop, run by one thread. Everything that holds a handle on it must be gone before it
/// is: the destructor runs the close callbacks and asserts that none was forgotten.
class Loop {
 public:
  /// How long the destructor waits for children and tasks that end in the background. One that
  /// the kernel does not let go must not keep the agent from stopping in 2 s; the loop's memory is
  /// then given up.
  static constexpr Duration kPatience = std::chrono::milliseconds(1'500);

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(), or until nothing is left that could ever call back. A stop() that came
  /// before counts: it returns at once.
  void run();
  /// One turn; returns at once when nothing is due. For tests.
  void turn();
  /// Turns until no child is left, retired ones above all; kPatience at the longest.
  void wait_for_children();
  /// Ends run() after the callbacks of this turn. May be called from any callback.
  void stop();

  /// What others opened on it: who leaks shows here.
  struct Handles {
    std::size_t timers = 0;  ///< armed or not
    std::size_t others = 0;
  };
  [[nodiscard]] Handles handles() const;

  /// What may be read from the network in this turn.
  [[nodiscard]] ReadQuota& reads() { return *reads_; }

  [[nodiscard]] uv_loop_t* raw() { return loop_.get(); }

 private:
  std::unique_ptr<uv_loop_t> loop_;
  std::optional<ReadQuota> reads_;
};

}  // namespace liqo::loop
