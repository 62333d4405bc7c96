#include <array>

#include "cli/check_page.h"
#include "cli/command.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|json|yaml", "how it is printed"},
};

/// The questions of a check have 5 s, and their turn.
constexpr Duration kCheckTime = std::chrono::seconds(15);

Exit run_check(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const std::string format = arguments.get("output", "table");
  CheckPage page(context.out.palette());
  Json verdict;
  Json all = Json::array();
  const auto take = [&](const Json& reply) {
    if (field(reply, "verdict").is_object()) verdict = field(reply, "verdict");
    if (format == "json") {
      context.out.write(to_line(reply) + "\n");
    } else if (format == "yaml") {
      all.push_back(reply);
    } else {
      context.out.write(page.next(reply));
    }
  };
  const auto done =
      client->call_more("Check", {{"cluster", arguments.operands.front()}}, take, kCheckTime);
  if (!done) return context.fail(done.error());
  if (format == "yaml") context.out.write(document(all, format));
  if (flag_field(verdict, "holds")) return Exit::kDone;
  return context.fail(Exit::kFailed, text_field(verdict, "summary"));
}

}  // namespace

constinit const Command kCheck = {
    .name = "check",
    .run = run_check,
    .help = "whether a cluster can be peered with, requirement by requirement",
    .operands = "CLUSTER",
    .flags = kFlags,
    .detail =
        "Measured from here: its authentication server, API server and network gateway; and "
        "judged\n"
        "by what is advertised: the way back. Each row says what was tried and what to change.\n"
        "Status 0 only where nothing that can be told from here stands against a peering.\n"
        "CLUSTER is an id, a unique beginning of one, or a unique name.",
};

}  // namespace liqo::cli
