#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "agent/api/cluster_walk.h"
#include "agent/api/context.h"
#include "agent/varlink/answer.h"

namespace liqo::api {

/// The answer to Watch: a snapshot, "sync", then changes, without an end. What waits for a slow
/// watcher is shared with the others and bounded; past the bound it is dropped, and the watcher
/// starts over with "resync".
class WatchAnswer final : public varlink::Answer, private FeedListener {
 public:
  WatchAnswer(const Context& context, SourceSet sources, std::function<void()> wake);
  ~WatchAnswer() override;

  Step produce(std::string& out) override;
  [[nodiscard]] bool endless() const override { return true; }

 private:
  /// The events of one reply.
  struct Piece;

  void on_event(const std::shared_ptr<const FeedEvent>& event) override;
  void on_renewal() override;
  void start_over();
  void tell_snapshot(Piece& piece);
  void tell_changes(Piece& piece);
  void append_change(Piece& piece, const FeedEvent& event);
  void append(Piece& piece, std::string_view event, std::string_view reason,
              const std::string* cluster);
  [[nodiscard]] bool is_full(const Piece& piece) const;

  const Context& context_;
  SourceSet sources_;
  std::function<void()> wake_;
  ClusterWalk snapshot_;
  bool synced_ = false;  // the snapshot was told, and "sync"
  bool resync_ = false;  // to be told before all else
  std::uint64_t seq_ = 0;
  /// Changes of what the snapshot told already.
  std::deque<std::shared_ptr<const FeedEvent>> queue_;
  std::size_t queued_octets_ = 0;
};

}  // namespace liqo::api
