#include <array>

#include "cli/cluster_output.h"
#include "cli/command.h"
#include "cli/requests.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|wide|json|yaml|name", "how it is printed"},
    Flag{"--source", "SOURCES", "only what these sources see: lan,dns,manual"},
    Flag{"--wait", "SECONDS", "until every source has finished its first pass", "5"},
};

struct Listing {
  std::vector<Json> clusters;
  bool complete = true;
};

Result<Listing> ask(const Context& context, const Json& parameters, Duration wait) {
  auto client = context.connect();
  if (!client) return client.error();
  Listing listing;
  const auto take = [&listing](const Json& reply) {
    for (const Json& cluster : field(reply, "clusters")) listing.clusters.push_back(cluster);
    listing.complete = flag_field(reply, "complete");
  };
  if (auto done = client->call_more("List", parameters, take, wait); !done) return done.error();
  return listing;
}

Exit run_list(const Arguments& arguments, Context& context) {
  Json parameters = Json::object();
  if (arguments.has("source")) {
    auto sources = source_list(arguments.get("source"));
    if (!sources) return context.fail(sources.error());
    parameters["sources"] = std::move(*sources);
  }
  const auto wait = arguments.seconds("wait");
  if (wait) parameters["wait"] = std::chrono::duration<double>(*wait).count();
  const auto listing = ask(context, parameters, wait.value_or(Duration::zero()));
  if (!listing) return context.fail(listing.error());
  const std::string format = arguments.get("output", "table");
  const Json answer = {{"clusters", listing->clusters}, {"complete", listing->complete}};
  print_clusters(listing->clusters, answer, format, context.out);
  if (wait && !listing->complete) {
    return context.fail(Exit::kWaitRanOut,
                        "not every source has finished its first pass; "
                        "`liqo-discovery status` tells which");
  }
  if (listing->clusters.empty() && is_for_people(format)) {
    context.out.complain("no clusters are known");
  }
  return Exit::kDone;
}

}  // namespace

constinit const Command kList = {
    .name = "list",
    .run = run_list,
    .help = "the clusters known now",
    .operands = "",
    .flags = kFlags,
    .detail = "On a narrow terminal ids are cut and columns left out; `-o wide` shows everything.",
};

}  // namespace liqo::cli
