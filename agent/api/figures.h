#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agent/api/limits.h"
#include "agent/api/status.h"
#include "agent/registry/registry.h"

namespace liqo::api {

/// What the API counts of itself.
struct ServerCounts {
  std::uint64_t connections = 0;  ///< now
  std::uint64_t watchers = 0;     ///< now
  std::uint64_t looks = 0;        ///< at domains, now
  std::uint64_t checks = 0;       ///< of clusters, now
  std::uint64_t accepted = 0;     ///< connections, ever
  std::uint64_t refused = 0;      ///< connections turned away by a limit, ever
  std::uint64_t dropped = 0;  ///< connections ended for what their client did or did not do, ever
  std::uint64_t pauses = 0;   ///< times without a descriptor for a guest, ever
  std::uint64_t calls = 0;    ///< ever
  std::uint64_t resyncs = 0;  ///< watchers that were too slow, ever
};

/// Everything that Status and Metrics show, gathered at one moment.
struct Figures {
  std::string version;
  int pid = 0;
  AgentStatus agent;
  std::map<std::string, std::uint64_t> counts;  ///< all of them, by name in camelCase
  std::map<std::string, std::uint64_t> limits;
};

Figures gather_figures(std::string version, AgentStatus agent, const Registry::Counters& registry,
                       const ServerCounts& server, const Limits& limits);

/// The reply of Status, as JSON text.
std::string status_text(const Figures& figures);

/// The text of Metrics: Prometheus' text format 0.0.4.
std::string metrics_text(const Figures& figures);

}  // namespace liqo::api
