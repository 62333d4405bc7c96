#pragma once

#include <uv.h>

#include <functional>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"

namespace liqo::loop {

/// Calls back in the loop for the deliveries of one signal, for as long as it lives; the kernel may
/// gather several into one. The callback may destroy it.
class Signal {
 public:
  /// Made when the process starts: throws std::runtime_error where there are no descriptors left.
  Signal(Loop& loop, int number, std::function<void()> callback);
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

 private:
  Handle<uv_signal_t> handle_;
  std::function<void()> callback_;
};

}  // namespace liqo::loop
