#include "resolver/loop/clock_watch.h"

#include <sys/timerfd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>
#include <utility>

namespace liqo::loop {
namespace {

Duration time_asleep() {
  timespec boot{};
  timespec monotonic{};
  clock_gettime(CLOCK_BOOTTIME, &boot);
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  return std::chrono::duration_cast<Duration>(
      std::chrono::seconds(boot.tv_sec - monotonic.tv_sec) +
      std::chrono::nanoseconds(boot.tv_nsec - monotonic.tv_nsec));
}

}  // namespace

bool SuspendDetector::resumed(Duration asleep) {
  const Duration slept = asleep - asleep_;
  asleep_ = asleep;
  return slept >= kShortest;
}

Result<std::unique_ptr<ResumeWatch>> ResumeWatch::create(Loop& loop,
                                                         std::function<void()> on_resume) {
  UniqueFd timer(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer) return Error{Errc::kIo, std::string("timerfd: ") + std::strerror(errno)};
  std::unique_ptr<ResumeWatch> watch(new ResumeWatch(std::move(timer), std::move(on_resume)));
  if (!watch->arm()) return Error{Errc::kIo, std::string("timerfd: ") + std::strerror(errno)};
  auto poll = Poll::create(loop, watch->timer_.get(), Interest::kRead,
                           [raw = watch.get()](bool, bool) { raw->on_cancelled(); });
  if (!poll) return poll.error();
  watch->poll_ = std::move(*poll);
  return watch;
}

ResumeWatch::ResumeWatch(UniqueFd timer, std::function<void()> on_resume)
    : timer_(std::move(timer)), detector_(time_asleep()), on_resume_(std::move(on_resume)) {}

bool ResumeWatch::arm() {
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<std::time_t>::max();
  return timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                         nullptr) == 0;
}

void ResumeWatch::on_cancelled() {
  std::uint64_t expirations = 0;
  // ECANCELED is the message; reading it takes it away.
  if (::read(timer_.get(), &expirations, sizeof expirations) < 0 && errno == EAGAIN) return;
  arm();
  look();
}

void ResumeWatch::look() {
  if (!detector_.resumed(time_asleep())) return;
  const auto told = on_resume_;  // it may destroy the watch
  told();
}

}  // namespace liqo::loop
