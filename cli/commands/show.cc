#include <array>

#include "cli/cluster_page.h"
#include "cli/command.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|wide|json|yaml|name", "how it is printed"},
};

Exit run_show(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const auto reply = client->call("Get", {{"cluster", arguments.operands.front()}});
  if (!reply) return context.fail(reply.error());
  const Json& cluster = field(*reply, "cluster");
  const std::string format = arguments.get("output", "table");
  if (format == "name") {
    context.out.write(text_field(cluster, "id") + "\n");
  } else if (format == "json" || format == "yaml") {
    context.out.write(document(cluster, format));
  } else {
    context.out.write(cluster_page(cluster, context.out.palette(), read_clocks().wall));
  }
  return Exit::kDone;
}

}  // namespace

constinit const Command kShow = {
    .name = "show",
    .run = run_show,
    .help = "one cluster with every sighting",
    .operands = "CLUSTER",
    .flags = kFlags,
    .detail = "CLUSTER is an id, a unique beginning of one, or a unique name.",
};

}  // namespace liqo::cli
