#pragma once

#include <string>

#include "resolver/loop/timer.h"

namespace liqo {

/// Tells the service manager (sd_notify(3)) where there is one; otherwise does nothing.
void notify_ready(const std::string& status);
/// Before a reload; notify_ready() ends it.
void notify_reloading();
void notify_stopping();

/// The heartbeat of the loop, for the service manager's watchdog (WatchdogSec=): where that waits
/// for one it is told in time, from a timer of the loop, so that a loop which hangs falls silent.
/// Elsewhere it does nothing. Stops with its owner.
class Heartbeat {
 public:
  explicit Heartbeat(loop::Loop& loop);

 private:
  void beat();

  loop::Timer timer_;
  Duration interval_{};
};

}  // namespace liqo
