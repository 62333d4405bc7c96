#include <array>

#include "cli/command.h"
#include "cli/export/foreign_cluster.h"
#include "cli/export/manifest_feed.h"
#include "cli/live/live.h"
#include "cli/live/plain.h"
#include "cli/requests.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"-o,--output", "table|wide|json|yaml", "how it is printed"},
    Flag{"--source", "SOURCES", "only what these sources see: lan,dns,manual"},
    Flag{"--format", "foreigncluster", "as export has it"},
    Flag{"--liqo", "VERSION", "of --format: the version of Liqo (the cluster's own)"},
};

/// A document for each cluster: what one writes to a file by `export`, without what is to be filled
/// in and what a user may switch by hand.
Exit watch_manifests(Context& context, const Json& parameters,
                     const std::optional<LiqoVersion>& liqo) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const auto own = own_side(*client);
  if (!own) return context.fail(own.error());
  ManifestFeed feed([liqo, &own](const Json& cluster) -> Result<std::string> {
    const auto peer = peer_of(cluster);
    if (!peer) return peer.error();
    const auto target = target_of(*peer, liqo, *own);
    if (!target) return target.error();
    return foreign_cluster_yaml(*peer, *target, Intent::kFollow);
  });
  return watch_plainly(context, parameters,
                       [&feed](const Json& event) { return feed.take(event); });
}

Exit run_watch(const Arguments& arguments, Context& context) {
  Json parameters = Json::object();
  if (arguments.has("source")) {
    auto sources = source_list(arguments.get("source"));
    if (!sources) return context.fail(sources.error());
    parameters["sources"] = std::move(*sources);
  }
  const auto liqo = liqo_version(arguments);
  if (!liqo) return context.fail(liqo.error());
  if (arguments.has("format") && arguments.has("output")) {
    return context.fail(Exit::kUsage, "--format and --output do not go together");
  }
  if (arguments.has("format")) return watch_manifests(context, parameters, *liqo);
  if (*liqo) return context.fail(Exit::kUsage, "--liqo is for --format");
  const std::string format = arguments.get("output", "table");
  const bool table = format == "table" || format == "wide";
  if (table && context.out.terminal()) return watch_live(context, parameters, format);
  return watch_plainly(context, parameters, event_text(format));
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
        "object. When the agent restarts, watch finds it again and begins with a new snapshot.\n\n"
        "With `--format foreigncluster`, a YAML document for each cluster that comes or whose\n"
        "manifest changes, ended by `---`; what goes is a comment line. See docs/peering.md.",
};

}  // namespace liqo::cli
