#include "agent/registry/cluster.h"

#include <algorithm>

namespace liqo {

std::string_view to_string(State state) {
  switch (state) {
    case State::kFresh:
      return "fresh";
    case State::kSuspect:
      return "suspect";
    case State::kStale:
      return "stale";
  }
  return "unknown";
}

std::vector<std::string> host_names(const Cluster& cluster, std::string_view suffix) {
  const auto below = [suffix](const std::string& label) {
    return label + "." + std::string(suffix);
  };
  std::vector<std::string> names;
  const auto& endpoints = cluster.endpoints;
  if (std::none_of(endpoints.begin(), endpoints.end(), [](const auto& e) { return e.has_value(); }))
    return names;
  if (!cluster.held_name.empty()) names.push_back(below(cluster.held_name));
  if (!cluster.id_taken) names.push_back(below(cluster.id));
  return names;
}

}  // namespace liqo
