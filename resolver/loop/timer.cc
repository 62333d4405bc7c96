#include "resolver/loop/timer.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace liqo::loop {
namespace {

/// A task of some timer runs. Each loop has a thread of its own.
thread_local bool in_task = false;

/// How far the loop's own time lags behind: it stands still while callbacks run.
std::uint64_t lag(const uv_loop_t* loop) {
  const std::uint64_t now = uv_hrtime() / 1'000'000;
  return now - std::min(now, uv_now(loop));
}

}  // namespace

Timer::Timer(Loop& loop) : handle_(new uv_timer_t) {
  [[maybe_unused]] const int status = uv_timer_init(loop.raw(), handle_.get());
  assert(status == 0);  // libuv 1.x: cannot fail
  handle_->data = this;
}

void Timer::arm(Duration delay, std::function<void()> task) {
  task_ = std::move(task);
  auto wait = static_cast<std::uint64_t>(std::max<Duration::rep>(delay.count(), 0));
  wait += lag(handle_->loop);
  // libuv 1.44 would run one that is due in the same turn, and nothing else while such are armed.
  if (in_task) wait = std::max<std::uint64_t>(wait, 1);
  uv_timer_start(
      handle_.get(),
      [](uv_timer_t* handle) {
        auto* self = static_cast<Timer*>(handle->data);
        if (self == nullptr) return;
        // On the stack, for the task may destroy its timer.
        const std::function<void()> due = std::exchange(self->task_, nullptr);
        in_task = true;
        if (due) due();
        in_task = false;
      },
      wait, 0);
}

void Timer::arm_at(std::optional<BootTime> deadline, std::function<void()> task) {
  if (!deadline) {
    cancel();
    return;
  }
  // Both clocks are read in whole milliseconds: without one more it could be early by a part.
  const Duration left = *deadline - BootClock::now();
  arm(left > Duration::zero() ? left + Duration(1) : left, std::move(task));
}

void Timer::cancel() {
  uv_timer_stop(handle_.get());
  task_ = nullptr;
}

bool Timer::armed() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(handle_.get())) != 0;
}

}  // namespace liqo::loop
