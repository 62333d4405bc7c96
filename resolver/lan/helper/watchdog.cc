#include "resolver/lan/helper/watchdog.h"

#include <cerrno>
#include <csignal>
#include <system_error>

namespace liqo::lan::helper {

Watchdog::Watchdog() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;  // the one that ends a stopped process
  // Not CLOCK_BOOTTIME: who sleeps with the host does not hang.
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0) {
    throw std::system_error(errno, std::generic_category(), "timer_create");
  }
  feed();
}

Watchdog::~Watchdog() { ::timer_delete(timer_); }

void Watchdog::feed(Monotonic::time_point now) {
  if (now < hungry_at_) return;
  hungry_at_ = now + kMeal;
  itimerspec limit{};
  limit.it_value.tv_sec = kLimit.count();
  ::timer_settime(timer_, 0, &limit, nullptr);
}

}  // namespace liqo::lan::helper
