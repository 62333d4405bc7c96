#include "agent/api/list_answer.h"

#include <utility>

namespace liqo::api {
namespace {

ClusterReplies::Form form_of(const Context& context, const ListRequest& request) {
  return {.sources = request.sources,
          .more = request.more,
          .method = "List",
          .text = [&feed = context.feed](const auto& cluster) { return feed.text(cluster); },
          .end = [&status = context.status]() -> std::string {
            return status.synced() ? R"("complete":true)" : R"("complete":false)";
          }};
}

}  // namespace

ListAnswer::ListAnswer(const Context& context, ListRequest request, std::function<void()> wake)
    : context_(context),
      wake_(std::move(wake)),
      replies_(context.feed.registry(), context.limits, form_of(context, request)) {
  if (!request.wait || context_.status.synced()) return;
  context_.feed.join(*this);
  patience_.emplace(context_.loop);
  patience_->arm(*request.wait, [this] { wake_(); });
}

ListAnswer::~ListAnswer() { stop_waiting(); }

void ListAnswer::stop_waiting() {
  if (!patience_) return;
  context_.feed.leave(*this);
  patience_.reset();
}

varlink::Answer::Step ListAnswer::produce(std::string& out) {
  if (patience_) {
    if (patience_->armed() && !context_.status.synced()) return Step::kWait;
    stop_waiting();
  }
  return replies_.produce(out);
}

}  // namespace liqo::api
