#pragma once

#include <functional>
#include <memory>

#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/unique_fd.h"
#include "resolver/time.h"

namespace liqo::loop {

/// Tells a resume from suspend apart from a step of the wall clock. Pure.
class SuspendDetector {
 public:
  /// Shorter sleeps leave every answer and every link as it was.
  static constexpr Duration kShortest = std::chrono::seconds(2);

  /// `asleep`: CLOCK_BOOTTIME less CLOCK_MONOTONIC, which grows by the time slept.
  explicit SuspendDetector(Duration asleep) : asleep_(asleep) {}
  /// True once for each suspend that was long enough.
  bool resumed(Duration asleep);

 private:
  Duration asleep_;
};

/// Calls back when the host resumes from suspend. Costs no wake-up while nothing happens: the
/// kernel cancels a timer of CLOCK_REALTIME on a resume and on a step of that clock.
class ResumeWatch {
 public:
  static Result<std::unique_ptr<ResumeWatch>> create(Loop& loop, std::function<void()> on_resume);
  ResumeWatch(const ResumeWatch&) = delete;
  ResumeWatch& operator=(const ResumeWatch&) = delete;

  /// Calls back now if the host slept and the loop has not come to tell it. For who must not take
  /// the time slept for time that passed.
  void look();

 private:
  ResumeWatch(UniqueFd timer, std::function<void()> on_resume);
  bool arm();
  void on_cancelled();

  UniqueFd timer_;
  SuspendDetector detector_;
  std::function<void()> on_resume_;
  std::unique_ptr<Poll> poll_;  // before timer_ is closed: declared after it
};

}  // namespace liqo::loop
