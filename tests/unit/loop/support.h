#pragma once

#include <functional>

#include "resolver/loop/loop.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::loop {

/// Runs the loop until `done`, which is asked every millisecond; false when it did not come true
/// within 5 s.
bool run_until(Loop& loop, const std::function<bool()>& done);

/// Runs it for a moment, for what must not happen.
void run_for(Loop& loop, Duration time);

/// A pair of connected, non-blocking AF_UNIX sockets.
struct SocketPair {
  explicit SocketPair(int type);
  UniqueFd ours;
  UniqueFd theirs;
};

}  // namespace liqo::loop
