#include "resolver/lan/helper.h"

#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <cstdlib>
#include <exception>

#include "resolver/lan/helper/driver.h"
#include "resolver/lan/helper/log.h"
#include "resolver/lan/helper/rights.h"

namespace liqo::lan {
namespace {

/// Avahi spreads what hosts would else do all at once by rand(), and does not seed it.
void seed_rand() {
  unsigned seed = 0;
  if (::getrandom(&seed, sizeof(seed), 0) == sizeof(seed)) std::srand(seed);
}

}  // namespace

int run_helper(int fd) {
  helper::give_up_rights(fd);
  helper::take_avahi_log();
  seed_rand();
  try {
    helper::Driver driver(fd);
    return driver.run() ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    // Out of memory: the agent starts another.
    spdlog::error("LAN helper: {}", error.what());
    return EXIT_FAILURE;
  }
}

}  // namespace liqo::lan
