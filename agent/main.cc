#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdlib>
#include <variant>

#include "agent/agent.h"
#include "agent/log.h"
#include "agent/notify.h"
#include "resolver/lan/helper.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/signal.h"
#include "resolver/standard_streams.h"

namespace {

constexpr int kHelperDescriptor = 3;
// EX_CONFIG of sysexits.h: the unit does not start the agent again on a file that stays as wrong.
constexpr int kWrongConfiguration = 78;

int run_agent(const liqo::Options& options) {
  liqo::set_up_log(options.log_level);
  auto config = liqo::load_config(options.config_file, options.config_given);
  if (!config) {
    spdlog::error("{}", config.error().detail);
    return kWrongConfiguration;
  }
  liqo::loop::Loop loop;
  auto agent = liqo::Agent::create(loop, options, std::move(*config));
  if (!agent) {
    spdlog::error("{}", agent.error().detail);
    return EXIT_FAILURE;
  }
  const auto stop = [&] {
    liqo::notify_stopping();
    (*agent)->withdraw([&] { loop.stop(); });
  };
  const liqo::loop::Signal terminated(loop, SIGTERM, stop);
  const liqo::loop::Signal interrupted(loop, SIGINT, stop);
  const liqo::loop::Signal reload(loop, SIGHUP, [&] { (*agent)->reload(); });
  const liqo::Heartbeat heartbeat(loop);
  liqo::notify_ready("Running");
  loop.run();
  (*agent)->leave();
  loop.wait_for_children();
  // The kernel takes all memory back at once; a hundred thousand clusters take seconds to free.
  std::_Exit(EXIT_SUCCESS);
}

}  // namespace

int main(int argc, char** argv) {
  if (!liqo::open_standard_streams()) return EXIT_FAILURE;
  // A peer that went is an error of its own write, never the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  const auto asked = liqo::parse_options(argc, argv);
  if (const auto* leave = std::get_if<liqo::Leave>(&asked)) return leave->status;
  if (const auto* helper = std::get_if<liqo::HelperRole>(&asked)) {
    liqo::set_up_log(helper->log_level);
    return liqo::lan::run_helper(kHelperDescriptor);
  }
  return run_agent(std::get<liqo::Options>(asked));
}
