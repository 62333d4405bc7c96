#pragma once

#include <functional>
#include <optional>
#include <string>

#include "agent/api/context.h"
#include "agent/varlink/answer.h"
#include "resolver/loop/timer.h"

namespace liqo::api {

/// The answer to Refresh and Report with `wait`: told when it is settled what became of the
/// cluster, or of all of them, and at the latest after outcome_time.
class OutcomeAnswer final : public varlink::Answer, private FeedListener {
 public:
  /// `cluster`: nothing for all. To be made before the action is begun.
  OutcomeAnswer(const Context& context, std::optional<ClusterId> cluster,
                std::function<void()> wake);
  ~OutcomeAnswer() override;

  Step produce(std::string& out) override;

 private:
  void on_event(const std::shared_ptr<const FeedEvent>& event) override;
  void on_sources() override;
  void settle(std::string outcome);
  [[nodiscard]] std::string outcome_of(const Cluster& cluster) const;
  [[nodiscard]] std::string outcome_by_now() const;

  const Context& context_;
  std::optional<ClusterId> cluster_;
  std::function<void()> wake_;
  WallTime begun_;
  loop::Timer patience_;
  std::string outcome_;  // empty until it is settled
};

}  // namespace liqo::api
