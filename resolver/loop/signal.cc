#include "resolver/loop/signal.h"

#include <cassert>
#include <utility>

namespace liqo::loop {

Signal::Signal(Loop& loop, int number, std::function<void()> callback)
    : handle_(new uv_signal_t), callback_(std::move(callback)) {
  [[maybe_unused]] int status = uv_signal_init(loop.raw(), handle_.get());
  assert(status == 0);
  handle_->data = this;
  status = uv_signal_start(
      handle_.get(),
      [](uv_signal_t* handle, int) {
        auto* self = static_cast<Signal*>(handle->data);
        if (self != nullptr) self->callback_();
      },
      number);
  assert(status == 0);
}

}  // namespace liqo::loop
