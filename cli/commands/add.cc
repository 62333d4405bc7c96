#include <array>

#include "cli/command.h"
#include "cli/json.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"--name", "NAME", "what it is called, where its server does not say"},
    Flag{"-o,--output", "table|json|yaml|name", "how the answer is printed"},
};

std::string sentence(const Json& reply) {
  const Json& cluster = field(reply, "cluster");
  const std::string problem = text_field(reply, "problem");
  std::string text = "added " + text_field(reply, "url");
  if (cluster.is_object()) {
    const std::string name = text_field(cluster, "name");
    text += ": " + (name.empty() ? "" : name + ", ") + text_field(cluster, "id") + ", " +
            text_field(cluster, "identity");
  }
  return problem.empty() ? text + "\n" : text + "; not confirmed: " + problem + "\n";
}

Exit run_add(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  Json parameters{{"url", arguments.operands.front()}};
  if (arguments.has("name")) parameters["name"] = arguments.get("name");
  const auto reply = client->call("Add", parameters);
  if (!reply) return context.fail(reply.error());
  const std::string format = arguments.get("output", "table");
  if (format == "name") {
    context.out.write(text_field(field(*reply, "cluster"), "id") + "\n");
  } else if (format == "table") {
    context.out.write(sentence(*reply));
  } else {
    context.out.write(document(*reply, format));
  }
  return Exit::kDone;
}

}  // namespace

constinit const Command kAdd = {
    .name = "add",
    .run = run_add,
    .help = "add a cluster by the URL of its authentication server",
    .operands = "URL",
    .flags = kFlags,
    .detail =
        "URL is https://HOST or https://HOST:PORT. It is kept over restarts until it is removed.\n"
        "The server is asked who it is; one that does not answer is added all the same, asked now\n"
        "and then, and known by a made-up id until it does. `status` tells what is wrong with it.",
};

}  // namespace liqo::cli
