#include "resolver/loop/signal.h"

#include <stdexcept>
#include <utility>

namespace liqo::loop {
namespace {

Handle<uv_signal_t> open_signal(Loop& loop) {
  auto handle = open_handle<uv_signal_t>(
      "signal", [&loop](uv_signal_t* plain) { return uv_signal_init(loop.raw(), plain); });
  if (!handle) throw std::runtime_error(handle.error().detail);
  return std::move(*handle);
}

}  // namespace

Signal::Signal(Loop& loop, int number, std::function<void()> callback)
    : handle_(open_signal(loop)), callback_(std::move(callback)) {
  handle_->data = this;
  const int status = uv_signal_start(
      handle_.get(),
      [](uv_signal_t* handle, int) {
        const auto* self = static_cast<Signal*>(handle->data);
        if (self == nullptr) return;
        const std::function<void()> told = self->callback_;  // it may destroy the Signal
        told();
      },
      number);
  if (status < 0) throw std::runtime_error(uv_error("signal", status).detail);
}

}  // namespace liqo::loop
