#include "agent/api/figures.h"

#include <unistd.h>

#include <utility>

namespace liqo::api {
namespace {

std::uint64_t seconds(Duration duration) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

std::map<std::string, std::uint64_t> own_limits(const Limits& limits) {
  return {
      {"maxConnections", limits.max_connections},
      {"maxConnectionsPerUser", limits.max_connections_per_user},
      {"reservedConnections", limits.reserved_connections},
      {"maxRequestOctets", limits.max_request},
      {"requestSeconds", seconds(limits.request_time)},
      {"stallSeconds", seconds(limits.stall_time)},
      {"idleGraceSeconds", seconds(limits.idle_grace)},
      {"watchQueueOctets", limits.watch_queue},
      {"maxLooks", limits.max_looks},
      {"maxChecks", limits.max_checks},
      {"maxPiece", limits.max_piece},
      {"maxWholeList", limits.max_whole_list},
      {"callsPerSecond", static_cast<std::uint64_t>(limits.calls_per_second)},
      {"callsAtOnce", static_cast<std::uint64_t>(limits.calls_at_once)},
  };
}

std::map<std::string, std::uint64_t> own_counts(const Registry::Counters& registry,
                                                const ServerCounts& server) {
  return {
      {"clusters", registry.clusters},
      {"sightings", registry.sightings},
      {"refuted", registry.refuted},
      {"notClusters", registry.not_clusters},
      {"overLimit", registry.over_limit},
      {"unusableAddresses", registry.unusable_address},
      {"connections", server.connections},
      {"watchers", server.watchers},
      {"looks", server.looks},
      {"checks", server.checks},
      {"connectionsAccepted", server.accepted},
      {"connectionsRefused", server.refused},
      {"connectionsDropped", server.dropped},
      {"acceptPauses", server.pauses},
      {"calls", server.calls},
      {"resyncs", server.resyncs},
  };
}

}  // namespace

Figures gather_figures(std::string version, AgentStatus agent, const Registry::Counters& registry,
                       const ServerCounts& server, const Limits& limits) {
  Figures figures{std::move(version), ::getpid(), std::move(agent), own_counts(registry, server),
                  own_limits(limits)};
  figures.counts.insert(figures.agent.counts.begin(), figures.agent.counts.end());
  figures.limits.insert(figures.agent.limits.begin(), figures.agent.limits.end());
  return figures;
}

}  // namespace liqo::api
