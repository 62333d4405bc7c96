#pragma once

#include <uv.h>

#include <functional>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"

namespace liqo::loop {

/// Calls back in the loop for each delivery of one signal, for as long as it lives.
class Signal {
 public:
  Signal(Loop& loop, int number, std::function<void()> callback);
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

 private:
  Handle<uv_signal_t> handle_;
  std::function<void()> callback_;
};

}  // namespace liqo::loop
