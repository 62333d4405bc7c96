#include "resolver/loop/loop.h"

#include <cassert>
#include <cstdlib>
#include <new>

namespace liqo::loop {

Loop::Loop() : loop_(std::make_unique<uv_loop_t>()) {
  if (uv_loop_init(loop_.get()) != 0) throw std::bad_alloc();
}

Loop::~Loop() {
  uv_run(loop_.get(), UV_RUN_NOWAIT);
  // Requests under way (a write to a peer that went) still complete with an error.
  while (uv_loop_alive(loop_.get()) != 0) uv_run(loop_.get(), UV_RUN_ONCE);
  [[maybe_unused]] const int status = uv_loop_close(loop_.get());
  assert(status == 0 && "a handle outlived its loop");
}

void Loop::run() { uv_run(loop_.get(), UV_RUN_DEFAULT); }

void Loop::turn() { uv_run(loop_.get(), UV_RUN_NOWAIT); }

void Loop::stop() { uv_stop(loop_.get()); }

}  // namespace liqo::loop
