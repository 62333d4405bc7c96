#pragma once

#include <uv.h>

#include <functional>
#include <optional>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"
#include "resolver/time.h"

namespace liqo::loop {

/// A one-shot timer that dies with its owner: once destroyed or cancelled it never fires. Its task
/// may re-arm it, cancel it or destroy it. It does not run while the host is asleep: who has a
/// deadline arms it anew on a resume (ResumeWatch).
class Timer {
 public:
  explicit Timer(Loop& loop);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Runs `task` after `delay`; replaces what was armed. A delay of zero or less runs it in the
  /// next turn, never inside this call.
  void arm(Duration delay, std::function<void()> task);
  /// As arm(), at a point in time and never before it; disarms where there is none.
  void arm_at(std::optional<BootTime> deadline, std::function<void()> task);
  void cancel();
  [[nodiscard]] bool armed() const;

 private:
  Handle<uv_timer_t> handle_;
  std::function<void()> task_;
};

}  // namespace liqo::loop
