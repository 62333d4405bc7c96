#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include "agent/api/cluster_text.h"
#include "agent/api/limits.h"
#include "agent/api/source_set.h"
#include "agent/registry/registry.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"

namespace liqo::api {

/// A change as all watchers share it.
struct FeedEvent {
  Change change;
  ClusterTexts::Text text;  ///< of the change's cluster
  /// Those that saw the cluster before and after; before is empty for an added cluster, after for
  /// a removed one.
  SourceSet seen_before;
  SourceSet seen_after;
};

class FeedListener {
 public:
  virtual ~FeedListener() = default;
  // None of these may leave, or destroy any listener: take note, and act later.

  virtual void on_event(const std::shared_ptr<const FeedEvent>& event) = 0;
  /// All that was told has to be told again: the clusters' host names changed.
  virtual void on_renewal() {}
  /// A source finished its first pass, or began another; or what they saw has become clusters.
  virtual void on_sources() {}
};

/// The registry's clusters and changes as the interface tells them. Renders each change once, and
/// only while someone listens.
class Feed {
 public:
  using Suffix = std::function<std::string_view()>;

  /// All references must outlive it.
  Feed(loop::Loop& loop, Registry& registry, const Limits& limits, Suffix suffix);

  void join(FeedListener& listener);
  void leave(FeedListener& listener);
  void renew();
  void sources_changed();

  [[nodiscard]] ClusterTexts::Text text(const std::shared_ptr<const Cluster>& cluster);
  [[nodiscard]] const Registry& registry() const { return registry_; }

  /// Watchers that were too slow, ever.
  [[nodiscard]] std::uint64_t resyncs() const { return resyncs_; }
  void count_resync() { ++resyncs_; }

 private:
  void on_change(const Change& change);
  SourceSet remember(const Change& change, SourceSet seen_after);
  void drop_unused_texts();

  Registry& registry_;
  const Limits& limits_;
  Suffix suffix_;
  ClusterTexts texts_;
  bool texts_used_ = false;  // since the timer was armed
  loop::Timer texts_timer_;
  std::uint64_t resyncs_ = 0;
  std::set<FeedListener*> listeners_;
  std::map<ClusterId, SourceSet> seen_by_;  // as last told, while someone listens
  Registry::Token token_;
};

}  // namespace liqo::api
