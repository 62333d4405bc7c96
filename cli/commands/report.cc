#include <array>

#include "cli/command.h"
#include "cli/requests.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|json|yaml", "how the answer is printed"},
    Flag{"--wait", "SECONDS", "for the outcome", "20"},
};

std::string open(const std::string& cluster) {
  return cluster + " is suspect and is being checked";
}

Exit run_report(const Arguments& arguments, Context& context) {
  return ask_outcome(context, arguments, "Report", open);
}

}  // namespace

constinit const Command kReport = {
    .name = "report",
    .run = run_report,
    .help = "tell the agent that a cluster could not be reached",
    .operands = "CLUSTER",
    .flags = kFlags,
    .detail =
        "It turns suspect and is checked at once; it is gone within 15 s if nothing answers.\n"
        "What DNS tells of it stays for as long as DNS does.\n"
        "CLUSTER is an id, a unique beginning of one, or a unique name.",
};

}  // namespace liqo::cli
