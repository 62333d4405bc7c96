#pragma once

#include <functional>
#include <optional>

#include "agent/api/cluster_replies.h"
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
/// them.
class ListAnswer final : public varlink::Answer, private FeedListener {
 public:
  ListAnswer(const Context& context, ListRequest request, std::function<void()> wake);
  ~ListAnswer() override;

  Step produce(std::string& out) override;

 private:
  void on_event(const std::shared_ptr<const FeedEvent>&) override {}
  void on_sources() override { wake_(); }
  void stop_waiting();

  const Context& context_;
  std::function<void()> wake_;
  std::optional<loop::Timer> patience_;  // while it waits
  ClusterReplies replies_;
};

}  // namespace liqo::api
