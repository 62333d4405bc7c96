#pragma once

#include <functional>
#include <memory>

#include "agent/check/report.h"
#include "agent/registry/cluster.h"

namespace liqo::api {

/// One check of the peering requirements that is under way, or over. Implemented by the agent.
/// Destroying it ends it: its callbacks are never called then.
class ClusterCheck {
 public:
  /// Neither is called inside the call that began it.
  struct Handlers {
    std::function<void(const check::Row& row)> row;
    std::function<void(const check::Verdict& verdict)> verdict;  ///< last
  };
  using Begin = std::function<std::unique_ptr<ClusterCheck>(std::shared_ptr<const Cluster> cluster,
                                                            Handlers handlers)>;

  virtual ~ClusterCheck() = default;
  ClusterCheck(const ClusterCheck&) = delete;
  ClusterCheck& operator=(const ClusterCheck&) = delete;

  [[nodiscard]] virtual const check::Setting& setting() const = 0;

 protected:
  ClusterCheck() = default;
};

}  // namespace liqo::api
