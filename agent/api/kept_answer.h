#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/api/context.h"
#include "agent/varlink/answer.h"

namespace liqo::api {

/// The answer to a call whose effect is kept on the disk: given once the agent says that it is.
class KeptAnswer final : public varlink::Answer {
 public:
  /// The reply's parameters, as they are when it is given.
  using Render = std::function<std::string()>;

  KeptAnswer(Render render, std::function<void()> wake);

  /// To be called with the outcome, at any time, also after the answer is gone.
  [[nodiscard]] Done done();

  Step produce(std::string& out) override;

 private:
  struct State {
    std::optional<Result<void>> outcome;
    std::function<void()> wake;
  };

  Render render_;
  std::shared_ptr<State> state_;
};

}  // namespace liqo::api
