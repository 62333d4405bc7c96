#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "agent/api/context.h"
#include "agent/varlink/answer.h"

namespace liqo::api {

/// The answer of a call that does something to a cluster: that cluster as it is then, once the
/// agent says that it is done and kept.
class ClusterAnswer final : public varlink::Answer {
 public:
  ClusterAnswer(const Context& context, ClusterId cluster, std::function<void()> wake);

  /// To be called with the outcome, at any time, also after the answer is gone.
  [[nodiscard]] Done done();

  Step produce(std::string& out) override;

 private:
  struct State {
    std::optional<Result<void>> outcome;
    std::function<void()> wake;
  };

  const Context& context_;
  ClusterId cluster_;
  std::shared_ptr<State> state_;
};

}  // namespace liqo::api
