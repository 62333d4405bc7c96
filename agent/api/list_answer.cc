#include "agent/api/list_answer.h"

#include <utility>

#include "agent/api/errors.h"
#include "agent/varlink/call.h"

namespace liqo::api {

ListAnswer::ListAnswer(const Context& context, ListRequest request, std::function<void()> wake)
    : context_(context),
      request_(request),
      wake_(std::move(wake)),
      walk_(context.feed.registry(), request.sources) {
  if (!request_.wait || context_.status.synced()) return;
  context_.feed.join(*this);
  patience_.emplace(context_.loop);
  patience_->arm(*request_.wait, [this] { wake_(); });
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
  if (request_.more) return produce_piece(out);
  return measured_ ? produce_part(out) : measure(out);
}

varlink::Answer::Step ListAnswer::produce_piece(std::string& out) {
  varlink::begin_reply(out);
  out += R"({"clusters":[)";
  std::size_t clusters = 0;
  walk_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    if (clusters++ > 0) out += ',';
    out += *context_.feed.text(cluster);
    return clusters < context_.limits.max_piece && out.size() < kPiece;
  });
  append_end(out);
  varlink::end_reply(out, !walk_.ended());
  return walk_.ended() ? Step::kDone : Step::kMore;
}

varlink::Answer::Step ListAnswer::measure(std::string& out) {
  std::size_t clusters = 0;
  walk_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    length_ += context_.feed.text(cluster)->size() + 1;
    return ++clusters < context_.limits.max_piece && length_ <= context_.limits.max_whole_list;
  });
  if (length_ > context_.limits.max_whole_list) {
    out += limit_reached_message("maxWholeList", "call List with `more`");
    return Step::kDone;
  }
  measured_ = walk_.ended();
  if (measured_) walk_.restart();
  return Step::kMore;
}

varlink::Answer::Step ListAnswer::produce_part(std::string& out) {
  if (!std::exchange(begun_, true)) {
    varlink::begin_reply(out);
    out += R"({"clusters":[)";
  }
  walk_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    if (std::exchange(comma_, true)) out += ',';
    out += *context_.feed.text(cluster);
    return out.size() < kPiece;
  });
  if (!walk_.ended()) return Step::kMore;
  append_end(out);
  varlink::end_reply(out);
  return Step::kDone;
}

void ListAnswer::append_end(std::string& out) const {
  out.append(R"(],"complete":)").append(context_.status.synced() ? "true}" : "false}");
}

}  // namespace liqo::api
