#include "resolver/loop/loop.h"

#include <poll.h>

#include <algorithm>
#include <cassert>
#include <new>

namespace liqo::loop {
namespace {

/// Sleeps until the loop has something to do, `most` at the longest.
void wait_for_event(uv_loop_t* loop, Duration most) {
  const int timer = uv_backend_timeout(loop);
  const int wait = static_cast<int>(most.count());
  pollfd backend{uv_backend_fd(loop), POLLIN, 0};
  ::poll(&backend, 1, timer < 0 ? wait : std::min(timer, wait));
}

bool has_children(uv_loop_t* loop) {
  bool found = false;
  uv_walk(
      loop,
      [](uv_handle_t* handle, void* told) {
        if (uv_handle_get_type(handle) == UV_PROCESS) *static_cast<bool*>(told) = true;
      },
      &found);
  return found;
}

}  // namespace

Loop::Loop() : loop_(std::make_unique<uv_loop_t>()) {
  if (uv_loop_init(loop_.get()) != 0) throw std::bad_alloc();
  reads_.emplace(loop_.get());
}

Loop::~Loop() {
  reads_.reset();
  uv_loop_t* loop = loop_.get();
  const BootTime deadline = BootClock::now() + kPatience;
  while (uv_run(loop, UV_RUN_NOWAIT) != 0) {
    const Duration left = deadline - BootClock::now();
    if (left <= Duration::zero()) break;
    wait_for_event(loop, left);
  }
  if (uv_loop_close(loop) == 0) return;
  assert(has_children(loop) && "a handle outlived its loop");
  (void)loop_.release();  // what is still known to it may not be freed
}

Loop::Handles Loop::handles() const {
  Handles handles;
  uv_walk(
      loop_.get(),
      [](uv_handle_t* handle, void* told) {
        auto& counted = *static_cast<Handles*>(told);
        const uv_handle_type type = uv_handle_get_type(handle);
        if (type == UV_CHECK) return;  // the ReadQuota's
        ++(type == UV_TIMER ? counted.timers : counted.others);
      },
      &handles);
  return handles;
}

void Loop::run() { uv_run(loop_.get(), UV_RUN_DEFAULT); }

void Loop::turn() { uv_run(loop_.get(), UV_RUN_NOWAIT); }

void Loop::wait_for_children() {
  const BootTime deadline = BootClock::now() + kPatience;
  while (has_children(loop_.get())) {
    const Duration left = deadline - BootClock::now();
    if (left <= Duration::zero()) return;
    wait_for_event(loop_.get(), left);
    turn();
  }
}

void Loop::stop() { uv_stop(loop_.get()); }

}  // namespace liqo::loop
