#include "resolver/lan/helper/poll.h"

#include <algorithm>
#include <limits>
#include <new>

namespace liqo::lan::helper {
namespace {

void nothing(AvahiWatch* /*watch*/, int /*fd*/, AvahiWatchEvent /*event*/, void* /*self*/) {}

int milliseconds_until(Monotonic::time_point until) {
  // Rounded up: a turn that ends early is a turn for nothing.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Monotonic::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, std::numeric_limits<int>::max()));
}

}  // namespace

Poll::Poll() : poll_(avahi_simple_poll_new()) {
  if (!poll_) throw std::bad_alloc();
}

bool Poll::turn(Monotonic::time_point until, const std::function<void()>& woken) {
  AvahiSimplePoll* poll = poll_.get();
  if (avahi_simple_poll_prepare(poll, milliseconds_until(until)) != 0) return false;
  if (avahi_simple_poll_run(poll) != 0) return false;
  woken();
  return avahi_simple_poll_dispatch(poll) == 0;
}

Wakeup::Wakeup(const AvahiPoll* api, int fd)
    : api_(api), watch_(api->watch_new(api, fd, AVAHI_WATCH_IN, nothing, nullptr)) {
  if (watch_ == nullptr) throw std::bad_alloc();
}

void Wakeup::want_input(bool wanted) {
  if (wanted == wanted_) return;
  wanted_ = wanted;
  api_->watch_update(watch_, wanted ? AVAHI_WATCH_IN : AvahiWatchEvent{});
}

}  // namespace liqo::lan::helper
