#include "agent/api/cluster_answer.h"

#include <utility>

#include "agent/api/errors.h"
#include "agent/varlink/call.h"

namespace liqo::api {

ClusterAnswer::ClusterAnswer(const Context& context, ClusterId cluster, std::function<void()> wake)
    : context_(context),
      cluster_(std::move(cluster)),
      state_(std::make_shared<State>(State{std::nullopt, std::move(wake)})) {}

Done ClusterAnswer::done() {
  return [answer = std::weak_ptr(state_)](const Result<void>& outcome) {
    const auto state = answer.lock();
    if (!state) return;
    state->outcome = outcome;
    state->wake();
  };
}

varlink::Answer::Step ClusterAnswer::produce(std::string& out) {
  if (!state_->outcome) return Step::kWait;
  const auto& clusters = context_.feed.registry().clusters();
  const auto found = clusters.find(cluster_);
  if (!*state_->outcome) {
    return storage_failed(state_->outcome->error().detail)->produce(out);
  }
  if (found == clusters.end()) return no_such_cluster(cluster_)->produce(out);
  varlink::append_reply(out, R"({"cluster":)" + *context_.feed.text(found->second) + "}");
  return Step::kDone;
}

}  // namespace liqo::api
