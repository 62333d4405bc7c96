#include <array>

#include "cli/command.h"
#include "cli/status_page.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|json|yaml", "how it is printed"},
};

Exit run_status(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const auto reply = client->call("Status", Json::object());
  if (!reply) return context.fail(reply.error());
  const std::string format = arguments.get("output", "table");
  context.out.write(format == "table"
                        ? status_page(*reply, context.out.palette(), read_clocks().wall)
                        : document(*reply, format));
  return Exit::kDone;
}

}  // namespace

constinit const Command kStatus = {
    .name = "status",
    .run = run_status,
    .help = "how the agent is: warnings, sources, interfaces, what it tells of this host",
    .operands = "",
    .flags = kFlags,
};

}  // namespace liqo::cli
