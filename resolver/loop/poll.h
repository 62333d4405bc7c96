#pragma once

#include <uv.h>

#include <functional>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"

namespace liqo::loop {

enum class Interest : int {
  kRead = UV_READABLE,
  kWrite = UV_WRITABLE,
  kBoth = kRead | kWrite,
  /// Nothing but that the other end is gone, which is told as neither readable nor writable. libuv
  /// must watch for something: out-of-band data, which nobody here sends.
  kHangUp = UV_PRIORITIZED,
};

/// Readiness of one descriptor, which it borrows and makes non-blocking: destroy the Poll before
/// the descriptor is closed. libuv allows one Poll for a descriptor.
class Poll {
 public:
  /// Called with what is ready, for as long as it is; a descriptor in error is told as ready for
  /// everything, so that the next read or write tells the error. May destroy the Poll.
  using Callback = std::function<void(bool readable, bool writable)>;

  static Result<std::unique_ptr<Poll>> create(Loop& loop, int fd, Interest interest,
                                              Callback callback);
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;

  void set_interest(Interest interest);

 private:
  Poll(Handle<uv_poll_t> handle, Callback callback);

  static void on_ready(uv_poll_t* handle, int status, int events);

  Handle<uv_poll_t> handle_;
  Callback callback_;
  Interest interest_ = Interest::kRead;
};

}  // namespace liqo::loop
