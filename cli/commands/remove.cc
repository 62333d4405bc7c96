#include "cli/command.h"
#include "cli/json.h"

namespace liqo::cli {
namespace {

Exit run_remove(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const auto reply = client->call("Remove", {{"cluster", arguments.operands.front()}});
  if (!reply) return context.fail(reply.error());
  return Exit::kDone;
}

}  // namespace

constinit const Command kRemove = {
    .name = "remove",
    .run = run_remove,
    .help = "forget a cluster that was added",
    .operands = "CLUSTER",
    .detail =
        "CLUSTER is an id, a unique beginning of one, a unique name, or the URL that was added. "
        "What\n"
        "sees it on the LAN or in DNS goes on seeing it.",
};

}  // namespace liqo::cli
