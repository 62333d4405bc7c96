#include "resolver/loop/poll.h"

#include <cassert>
#include <utility>

namespace liqo::loop {
Result<std::unique_ptr<Poll>> Poll::create(Loop& loop, int fd, Interest interest,
                                           Callback callback) {
  auto handle = open_handle<uv_poll_t>(
      "poll", [&](uv_poll_t* plain) { return uv_poll_init(loop.raw(), plain, fd); });
  if (!handle) return handle.error();
  std::unique_ptr<Poll> poll(new Poll(std::move(*handle), std::move(callback)));
  poll->set_interest(interest);
  return poll;
}

Poll::Poll(Handle<uv_poll_t> handle, Callback callback)
    : handle_(std::move(handle)), callback_(std::move(callback)) {
  handle_->data = this;
}

void Poll::set_interest(Interest interest) {
  interest_ = interest;
  [[maybe_unused]] const int status =
      uv_poll_start(handle_.get(), static_cast<int>(interest), on_ready);
  assert(status == 0);
}

void Poll::on_ready(uv_poll_t* handle, int status, int events) {
  auto* self = static_cast<Poll*>(handle->data);
  if (self == nullptr) return;
  const bool failed = status < 0;
  // libuv stops watching a descriptor in error; a datagram socket has more to tell after one.
  if (failed) self->set_interest(self->interest_);
  const Callback ready = self->callback_;  // on the stack: it may destroy the Poll
  ready(failed || (events & UV_READABLE) != 0, failed || (events & UV_WRITABLE) != 0);
}

}  // namespace liqo::loop
