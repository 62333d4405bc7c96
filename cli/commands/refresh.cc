#include <array>

#include "cli/command.h"
#include "cli/requests.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|json|yaml", "how the answer is printed"},
    Flag{"--wait", "SECONDS", "until the outcome is known", "20"},
};

std::string open(const std::string& cluster) {
  return cluster.empty() ? "every source looks again" : cluster + " is being looked for again";
}

Exit run_refresh(const Arguments& arguments, Context& context) {
  return ask_outcome(context, arguments, "Refresh", open);
}

}  // namespace

constinit const Command kRefresh = {
    .name = "refresh",
    .run = run_refresh,
    .help = "look again now, for every cluster or for one",
    .operands = "[CLUSTER]",
    .flags = kFlags,
};

}  // namespace liqo::cli
