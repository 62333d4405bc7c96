#include <array>
#include <charconv>

#include "cli/command.h"
#include "cli/text.h"
#include "cli/zone.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"--format", "zone", "what it is for"},
    Flag{"--domain", "DOMAIN", "write whole names, below this domain"},
    Flag{"--ttl", "TTL", "of the records, in seconds (60 where none is given)"},
};

Result<ZoneOptions> read_options(const Arguments& arguments) {
  ZoneOptions options;
  if (!arguments.has("format")) return Error{Errc::kInvalid, "export needs --format zone"};
  if (arguments.has("domain")) {
    const std::string text = arguments.get("domain");
    auto domain = DomainName::parse(text);
    if (!domain || domain->is_root()) {
      return Error{Errc::kInvalid,
                   "--domain: expected a domain such as example.com, not " + printable(text)};
    }
    options.domain = *std::move(domain);
  }
  if (arguments.has("ttl")) {
    const std::string text = arguments.get("ttl");
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, options.ttl);
    if (read.ec != std::errc() || read.ptr != end || options.ttl > ZoneOptions::kMaxTtl) {
      return Error{Errc::kInvalid, "--ttl: expected seconds from 0 to " +
                                       std::to_string(ZoneOptions::kMaxTtl) + ", not " +
                                       printable(text)};
    }
  }
  return options;
}

/// The clusters that were named, or this host's own.
Result<std::vector<ZoneCluster>> clusters_to_export(Client& client, const Arguments& arguments) {
  std::vector<ZoneCluster> clusters;
  const auto add = [&clusters](Result<ZoneCluster> cluster) -> Result<void> {
    if (!cluster) return cluster.error();
    clusters.push_back(*std::move(cluster));
    return {};
  };
  if (arguments.operands.empty()) {
    const auto status = client.call("Status", Json::object());
    if (!status) return status.error();
    if (auto added = add(own_zone_cluster(*status)); !added) return added.error();
  }
  for (const std::string& reference : arguments.operands) {
    const auto reply = client.call("Get", {{"cluster", reference}});
    if (!reply) return reply.error();
    if (auto added = add(zone_cluster(field(*reply, "cluster"))); !added) return added.error();
  }
  return clusters;
}

Exit run_export(const Arguments& arguments, Context& context) {
  const auto options = read_options(arguments);
  if (!options) return context.fail(options.error());
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const auto clusters = clusters_to_export(*client, arguments);
  if (!clusters) return context.fail(clusters.error());
  Exit status = Exit::kDone;
  bool first = true;
  for (const ZoneCluster& cluster : *clusters) {
    const auto text = zone_text(cluster, *options);
    if (text) {
      context.out.write((first ? "" : "\n") + *text);
      first = false;
    } else {
      status = context.fail(Exit::kFailed, text.error().detail);
    }
  }
  return status;
}

}  // namespace

constinit const Command kExport = {
    .name = "export",
    .run = run_export,
    .help = "the DNS records that publish this host's cluster, or others",
    .operands = "[CLUSTER...]",
    .flags = kFlags,
    .detail =
        "For pasting into a zone: names are relative to it unless --domain is given. Without a\n"
        "CLUSTER it is the one that this host's agent is configured with. See docs/zones.md.",
};

}  // namespace liqo::cli
