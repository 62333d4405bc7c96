#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "agent/api/cluster_text.h"
#include "agent/api/cluster_walk.h"
#include "agent/api/limits.h"
#include "agent/varlink/answer.h"

namespace liqo::api {

/// A registry's clusters as the replies of one call, made as the client takes them: in pieces where
/// it wants `more`, else as parts of one reply, which is refused where it would be too long.
class ClusterReplies {
 public:
  struct Form {
    SourceSet sources = SourceSet::all();
    bool more = false;
    std::string method;  ///< what to call with `more`, for who did not
    /// A cluster's text; the same each time.
    std::function<ClusterTexts::Text(const std::shared_ptr<const Cluster>&)> text;
    /// The members behind `clusters`, as JSON text: `"complete":true`.
    std::function<std::string()> end;
  };

  /// `registry` and `limits` must outlive it.
  ClusterReplies(const Registry& registry, const Limits& limits, Form form)
      : limits_(limits), form_(std::move(form)), walk_(registry, form_.sources) {}

  /// As Answer::produce(); never waits.
  varlink::Answer::Step produce(std::string& out);

 private:
  using Step = varlink::Answer::Step;
  Step produce_piece(std::string& out);
  Step measure(std::string& out);
  Step produce_part(std::string& out);
  void append_end(std::string& out) const;

  const Limits& limits_;
  Form form_;
  ClusterWalk walk_;
  bool measured_ = false;  // one reply: it is known to be short enough
  bool begun_ = false;     // one reply: its start was told
  bool comma_ = false;     // one reply: a cluster was told
  std::size_t length_ = 0;
};

}  // namespace liqo::api
