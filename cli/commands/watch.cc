#include <array>

#include "cli/command.h"
#include "cli/live/live.h"
#include "cli/live/plain.h"
#include "cli/requests.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|wide|json|yaml", "how it is printed"},
    Flag{"--source", "SOURCES", "only what these sources see: lan,dns,manual"},
};

Exit run_watch(const Arguments& arguments, Context& context) {
  Json parameters = Json::object();
  if (arguments.has("source")) {
    auto sources = source_list(arguments.get("source"));
    if (!sources) return context.fail(sources.error());
    parameters["sources"] = std::move(*sources);
  }
  const std::string format = arguments.get("output", "table");
  const bool table = format == "table" || format == "wide";
  if (table && context.out.terminal()) return watch_live(context, parameters, format);
  return watch_plainly(context, parameters, format);
}

}  // namespace

constinit const Command kWatch = {
    .name = "watch",
    .run = run_watch,
    .help = "the clusters known now, then every change as it happens",
    .operands = "",
    .flags = kFlags,
    .detail =
        "On a terminal a live table: arrows scroll, q or Ctrl-C leaves. Otherwise a line for each\n"
        "change: EVENT REASON NAME ID STATE IDENTITY AUTH API GATEWAY; with `-o json` one JSON\n"
        "object. When the agent restarts, watch finds it again and begins with a new snapshot.",
};

}  // namespace liqo::cli
