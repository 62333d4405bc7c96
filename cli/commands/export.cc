#include <algorithm>
#include <array>
#include <charconv>

#include "cli/cluster_table.h"
#include "cli/command.h"
#include "cli/export/foreign_cluster.h"
#include "cli/export/hosts.h"
#include "cli/export/liqoctl.h"
#include "cli/export/zone.h"
#include "cli/requests.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"--format", "foreigncluster|liqoctl|hosts|zone", "what it is for"},
    Flag{"--liqo", "VERSION",
         "of foreigncluster, liqoctl: the version of Liqo (the cluster's own)"},
    Flag{"--domain", "DOMAIN", "of zone: write whole names, below this domain"},
    Flag{"--ttl", "TTL", "of zone: of the records, in seconds (60)"},
};

struct Options;

/// A form in which clusters are exported.
struct Format {
  std::string_view name;
  std::string_view flags;    ///< its own, each between blanks
  std::string_view between;  ///< two clusters
  bool needs_own_side;       ///< what is written depends on this host's own cluster
  Result<std::string> (*text)(const Json& cluster, const Options& options);
};

/// What was asked for, and what Status says of this host's own cluster.
struct Options {
  const Format* format = nullptr;
  ZoneOptions zone;
  std::optional<LiqoVersion> liqo;
  bool named = false;  ///< the clusters were, one by one
  OwnSide own;
};

Result<std::string> foreign_cluster_text(const Json& cluster, const Options& options) {
  const auto peer = peer_of(cluster);
  if (!peer) return peer.error();
  const auto target = target_of(*peer, options.liqo, options.own);
  if (!target) return target.error();
  const Intent intent = options.named ? Intent::kPeer : Intent::kKnow;
  auto manifest = foreign_cluster_yaml(*peer, *target, intent);
  if (!manifest) return manifest;
  // The token first: Liqo asks for it as soon as the ForeignCluster is there.
  return token_secret_yaml(*peer) + "---\n" + *manifest;
}

Result<std::string> liqoctl_text(const Json& cluster, const Options& options) {
  const auto peer = peer_of(cluster);
  if (!peer) return peer.error();
  const auto target = target_of(*peer, options.liqo, options.own);
  if (!target) return target.error();
  return liqoctl_lines(*peer, *target, options.own);
}

Result<std::string> hosts_lines(const Json& cluster, const Options& /*options*/) {
  return hosts_text(cluster);
}

Result<std::string> zone_lines(const Json& cluster, const Options& options) {
  const auto zone = zone_cluster(cluster);
  if (!zone) return zone.error();
  return zone_text(*zone, options.zone);
}

constexpr std::array kFormats = {
    Format{"foreigncluster", " liqo ", "---\n", true, foreign_cluster_text},
    Format{"liqoctl", " liqo ", "\n", true, liqoctl_text},
    Format{"hosts", "", "", false, hosts_lines},
    Format{"zone", " domain ttl ", "\n", false, zone_lines},
};

Result<const Format*> read_format(const Arguments& arguments) {
  const auto* const format = std::find_if(
      kFormats.begin(), kFormats.end(),
      [&arguments](const Format& each) { return each.name == arguments.get("format"); });
  if (format == kFormats.end()) {
    return Error{Errc::kInvalid, "export needs --format " + std::string(kFlags[0].value)};
  }
  for (const auto& [flag, value] : arguments.flags) {
    const bool of_format = format->flags.find(" " + flag + " ") != std::string_view::npos;
    if (flag == "format" || of_format) continue;
    return Error{Errc::kInvalid, "--" + flag + " is not for --format " + std::string(format->name)};
  }
  return format;
}

Result<std::uint32_t> read_ttl(const std::string& text) {
  std::uint32_t ttl = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, ttl);
  if (read.ec == std::errc() && read.ptr == end && ttl <= ZoneOptions::kMaxTtl) return ttl;
  return Error{Errc::kInvalid, "--ttl: expected seconds from 0 to " +
                                   std::to_string(ZoneOptions::kMaxTtl) + ", not " +
                                   printable(text)};
}

Result<DomainName> read_domain(const std::string& text) {
  auto domain = DomainName::parse(text);
  if (domain && !domain->is_root()) return domain;
  return Error{Errc::kInvalid,
               "--domain: expected a domain such as example.com, not " + printable(text)};
}

Result<Options> read_options(const Arguments& arguments) {
  Options options;
  const auto format = read_format(arguments);
  if (!format) return format.error();
  options.format = *format;
  options.named = !arguments.operands.empty();
  if (arguments.has("domain")) {
    auto domain = read_domain(arguments.get("domain"));
    if (!domain) return domain.error();
    options.zone.domain = *std::move(domain);
  }
  if (arguments.has("ttl")) {
    const auto ttl = read_ttl(arguments.get("ttl"));
    if (!ttl) return ttl.error();
    options.zone.ttl = *ttl;
  }
  const auto liqo = liqo_version(arguments);
  if (!liqo) return liqo.error();
  options.liqo = *liqo;
  return options;
}

/// Those that were named, or all that are known, by name.
Result<std::vector<Json>> clusters_to_export(Client& client, const Arguments& arguments) {
  std::vector<Json> clusters;
  for (const std::string& reference : arguments.operands) {
    const auto reply = client.call("Get", {{"cluster", reference}});
    if (!reply) return reply.error();
    clusters.push_back(field(*reply, "cluster"));
  }
  if (!arguments.operands.empty()) return clusters;
  const auto take = [&clusters](const Json& reply) {
    for (const Json& cluster : field(reply, "clusters")) clusters.push_back(cluster);
  };
  if (auto done = client.call_more("List", Json::object(), take); !done) return done.error();
  std::sort(clusters.begin(), clusters.end(),
            [](const Json& a, const Json& b) { return sort_key(a) < sort_key(b); });
  return clusters;
}

/// This host's own cluster, for a zone.
Exit export_own(const Options& options, Client& client, Context& context) {
  const auto status = client.call("Status", Json::object());
  if (!status) return context.fail(status.error());
  const auto cluster = own_zone_cluster(*status);
  if (!cluster) return context.fail(cluster.error());
  const auto text = zone_text(*cluster, options.zone);
  if (!text) return context.fail(Exit::kFailed, text.error().detail);
  context.out.write(*text);
  return Exit::kDone;
}

/// What cannot be exported is told, and keeps nobody else from it.
Exit export_all(const std::vector<Json>& clusters, const Options& options, Context& context) {
  Exit status = Exit::kDone;
  std::string_view between;
  for (const Json& cluster : clusters) {
    const auto text = options.format->text(cluster, options);
    if (text) {
      context.out.write(std::string(between) + *text);
      between = options.format->between;
    } else {
      status = context.fail(Exit::kFailed, text.error().detail);
    }
  }
  return status;
}

Exit run_export(const Arguments& arguments, Context& context) {
  auto options = read_options(arguments);
  if (!options) return context.fail(options.error());
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  if (options->format->name == "zone" && !options->named) {
    return export_own(*options, *client, context);
  }
  const auto clusters = clusters_to_export(*client, arguments);
  if (!clusters) return context.fail(clusters.error());
  if (clusters->empty()) context.out.complain("no clusters are known");
  if (options->format->needs_own_side) {
    const auto own = own_side(*client);
    if (!own) return context.fail(own.error());
    options->own = *own;
  }
  return export_all(*clusters, *options, context);
}

}  // namespace

constinit const Command kExport = {
    .name = "export",
    .run = run_export,
    .help = "clusters for kubectl, liqoctl, /etc/hosts, or a DNS zone",
    .operands = "[CLUSTER...]",
    .flags = kFlags,
    .detail =
        "foreigncluster  Liqo 0.2 to 0.10: YAML for kubectl, with a Secret for the token. "
        "Clusters\n"
        "                that are named are to be peered with, others only to be known.\n"
        "liqoctl         Liqo 0.3 and later: the command line by which liqoctl peers\n"
        "hosts           lines for /etc/hosts: the names that clusters have on this host\n"
        "zone            DNS records; without a CLUSTER those of this host's own cluster\n\n"
        "Without a CLUSTER, all that are known. What cannot be exported is told on standard "
        "error,\n"
        "and the status is 1. See docs/peering.md and docs/zones.md.",
};

}  // namespace liqo::cli
