#include "agent/api/cluster_replies.h"

#include <utility>

#include "agent/api/errors.h"
#include "agent/varlink/call.h"

namespace liqo::api {

varlink::Answer::Step ClusterReplies::produce(std::string& out) {
  if (form_.more) return produce_piece(out);
  return measured_ ? produce_part(out) : measure(out);
}

varlink::Answer::Step ClusterReplies::produce_piece(std::string& out) {
  varlink::begin_reply(out);
  out += R"({"clusters":[)";
  std::size_t clusters = 0;
  walk_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    if (clusters++ > 0) out += ',';
    out += *form_.text(cluster);
    return clusters < limits_.max_piece && out.size() < varlink::Answer::kPiece;
  });
  append_end(out);
  varlink::end_reply(out, !walk_.ended());
  return walk_.ended() ? Step::kDone : Step::kMore;
}

varlink::Answer::Step ClusterReplies::measure(std::string& out) {
  std::size_t clusters = 0;
  walk_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    length_ += form_.text(cluster)->size() + 1;
    return ++clusters < limits_.max_piece && length_ <= limits_.max_whole_list;
  });
  if (length_ > limits_.max_whole_list) {
    out += limit_reached_message("maxWholeList", "call " + form_.method + " with `more`");
    return Step::kDone;
  }
  measured_ = walk_.ended();
  if (measured_) walk_.restart();
  return Step::kMore;
}

varlink::Answer::Step ClusterReplies::produce_part(std::string& out) {
  if (!std::exchange(begun_, true)) {
    varlink::begin_reply(out);
    out += R"({"clusters":[)";
  }
  walk_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    if (std::exchange(comma_, true)) out += ',';
    out += *form_.text(cluster);
    return out.size() < varlink::Answer::kPiece;
  });
  if (!walk_.ended()) return Step::kMore;
  append_end(out);
  varlink::end_reply(out);
  return Step::kDone;
}

void ClusterReplies::append_end(std::string& out) const {
  out.append("],").append(form_.end()).append("}");
}

}  // namespace liqo::api
