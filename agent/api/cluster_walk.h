#pragma once

#include <memory>
#include <string_view>

#include "agent/api/source_set.h"
#include "agent/registry/registry.h"

namespace liqo::api {

/// A walk over the clusters in the order of their ids, in as many parts as it takes: it remembers
/// only how far it came, so clusters may change between two parts, and a slow reader holds nothing.
class ClusterWalk {
 public:
  /// `registry` must outlive it.
  ClusterWalk(const Registry& registry, SourceSet wanted) : registry_(registry), wanted_(wanted) {}

  /// Calls `take` with each wanted cluster until it returns false, which ends this part after that
  /// cluster, or none is left.
  template <class Take>
  void go_on(Take&& take) {
    const Registry::View& clusters = registry_.clusters();
    auto next = begun_ ? clusters.upper_bound(last_) : clusters.begin();
    for (; next != clusters.end(); ++next) {
      if (wants(*next->second) && !take(next->second)) {
        begun_ = true;
        last_ = next->first;
        return;
      }
    }
    ended_ = true;
  }

  /// Nothing is left.
  [[nodiscard]] bool ended() const { return ended_; }
  /// The walk was where this cluster is, or would be.
  [[nodiscard]] bool passed(std::string_view id) const {
    return ended_ || (begun_ && id <= std::string_view(last_));
  }
  void restart() { begun_ = ended_ = false; }

 private:
  [[nodiscard]] bool wants(const Cluster& cluster) const {
    return wanted_.is_all() || wanted_.wants(SourceSet::of(cluster));
  }

  const Registry& registry_;
  SourceSet wanted_;
  ClusterId last_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace liqo::api
