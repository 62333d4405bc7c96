#include <array>

#include "cli/cluster_output.h"
#include "cli/command.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|wide|json|yaml|name", "how it is printed"},
};

/// A look has three steps, each of which the agent gives 10 s.
constexpr Duration kLookTime = std::chrono::seconds(30);

struct Look {
  std::vector<Json> clusters;
  bool complete = false;
  Json error;
};

Result<Look> look_at(const Context& context, const std::string& domain) {
  auto client = context.connect();
  if (!client) return client.error();
  Look look;
  const auto take = [&look](const Json& reply) {
    for (const Json& cluster : field(reply, "clusters")) look.clusters.push_back(cluster);
    look.complete = flag_field(reply, "complete");
    look.error = field(reply, "error");
  };
  const auto done = client->call_more("Browse", {{"domain", domain}}, take, kLookTime);
  if (!done) return done.error();
  return look;
}

Exit run_browse(const Arguments& arguments, Context& context) {
  const std::string& domain = arguments.operands.front();
  const auto look = look_at(context, domain);
  if (!look) return context.fail(look.error());
  const std::string format = arguments.get("output", "table");
  const Json answer = {
      {"clusters", look->clusters}, {"complete", look->complete}, {"error", look->error}};
  print_clusters(look->clusters, answer, format, context.out);
  if (!look->complete) {
    const std::string why = printable_of(look->error);
    return context.fail(Exit::kFailed, printable(domain) + " could not be listed" +
                                           (why.empty() ? "" : ": " + why));
  }
  if (look->clusters.empty() && is_for_people(format)) {
    context.out.complain("no clusters found in " + printable(domain));
  }
  return Exit::kDone;
}

}  // namespace

constinit const Command kBrowse = {
    .name = "browse",
    .run = run_browse,
    .help = "one look at a domain through DNS, configured or not",
    .operands = "DOMAIN",
    .flags = kFlags,
    .detail =
        "A domain that is configured is looked at as it is configured, any other one by the\n"
        "servers of resolv.conf and without DNSSEC. Nothing of it is kept.",
};

}  // namespace liqo::cli
