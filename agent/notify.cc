#include "agent/notify.h"

#include <systemd/sd-daemon.h>

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <ctime>

namespace liqo {
namespace {

// Beats within the time that the watchdog waits: half of it is sd_watchdog_enabled(3)'s advice.
constexpr int kBeats = 2;

}  // namespace

void notify_ready(const std::string& status) {
  sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str());
}

void notify_reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::uint64_t microseconds = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000U +
                                     static_cast<std::uint64_t>(now.tv_nsec) / 1'000U;
  sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, microseconds);
}

void notify_stopping() { sd_notify(0, "STOPPING=1"); }

Heartbeat::Heartbeat(loop::Loop& loop) : timer_(loop) {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return;
  interval_ =
      std::chrono::duration_cast<Duration>(std::chrono::microseconds(microseconds)) / kBeats;
  beat();
}

void Heartbeat::beat() {
  sd_notify(0, "WATCHDOG=1");
  timer_.arm(interval_, [this] { beat(); });
}

}  // namespace liqo
