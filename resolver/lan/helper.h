#pragma once

namespace liqo::lan {

/// The LAN helper's whole life: gives up its rights, runs Avahi on Avahi's own poll, and speaks
/// messages.h on `fd` until that is closed. Returns the exit status of the process.
int run_helper(int fd);

}  // namespace liqo::lan
