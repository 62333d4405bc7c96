#include "tests/unit/loop/support.h"

#include <sys/socket.h>

#include "resolver/loop/timer.h"
#include "tests/support/catch.h"

namespace liqo::loop {

bool run_until(Loop& loop, const std::function<bool()>& done) {
  const BootTime deadline = BootClock::now() + std::chrono::seconds(5);
  while (!done()) {
    if (BootClock::now() > deadline) return false;
    run_for(loop, std::chrono::milliseconds(1));
  }
  return true;
}

void run_for(Loop& loop, Duration time) {
  Timer timer(loop);
  timer.arm(time, [&loop] { loop.stop(); });
  loop.run();
}

SocketPair::SocketPair(int type) {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0);
  ours.reset(ends[0]);
  theirs.reset(ends[1]);
}

}  // namespace liqo::loop
