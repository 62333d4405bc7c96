#pragma once

#include <functional>
#include <optional>

#include "agent/api/cluster_walk.h"
#include "agent/api/context.h"
#include "agent/varlink/answer.h"
#include "resolver/loop/timer.h"

namespace liqo::api {

struct ListRequest {
  SourceSet sources = SourceSet::all();
  bool more = false;
  std::optional<Duration> wait;
};

/// The answer to List: waits where it was asked to, then tells the clusters as the client takes
/// them, in pieces or as parts of one reply.
class ListAnswer final : public varlink::Answer, private FeedListener {
 public:
  ListAnswer(const Context& context, ListRequest request, std::function<void()> wake);
  ~ListAnswer() override;

  Step produce(std::string& out) override;

 private:
  void on_event(const std::shared_ptr<const FeedEvent>&) override {}
  void on_sources() override { wake_(); }
  void stop_waiting();

  Step produce_piece(std::string& out);
  Step measure(std::string& out);
  Step produce_part(std::string& out);
  void append_end(std::string& out) const;

  const Context& context_;
  ListRequest request_;
  std::function<void()> wake_;
  std::optional<loop::Timer> patience_;  // while it waits
  ClusterWalk walk_;
  bool measured_ = false;  // one reply: it is known to be short enough
  bool begun_ = false;     // one reply: its start was told
  bool comma_ = false;     // one reply: a cluster was told
  std::size_t length_ = 0;
};

}  // namespace liqo::api
