#include "agent/notify.h"

#include <systemd/sd-daemon.h>

#include <cinttypes>
#include <ctime>

namespace liqo {

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

}  // namespace liqo
