#include "cli/command.h"

namespace liqo::cli {
namespace {

Exit run_metrics(const Arguments& /*arguments*/, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const auto reply = client->call("Metrics", Json::object());
  if (!reply) return context.fail(reply.error());
  context.out.write(raw_field(*reply, "text"));
  return Exit::kDone;
}

}  // namespace

constinit const Command kMetrics = {
    .name = "metrics",
    .run = run_metrics,
    .help = "counts, limits and memory in the Prometheus text format",
    .operands = "",
};

}  // namespace liqo::cli
