#pragma once

#include <functional>
#include <optional>
#include <set>
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
  void look_at(const Cluster& cluster);
  /// Whether all that answered since the call is not to be believed, and nobody else may answer.
  [[nodiscard]] bool is_refuted_now(const Cluster& cluster) const;
  /// Whether who stands behind the records may still answer.
  [[nodiscard]] bool may_answer(const Cluster& cluster) const;
  /// What was proved since the call, by sightings that are not refuted.
  [[nodiscard]] std::set<EvidenceMethod> proofs(const Cluster& cluster) const;
  void settle(std::string outcome);
  void settle_by(const Cluster& cluster);
  void settle_by_now();
  /// As it is known now; null where it is not.
  [[nodiscard]] const Cluster* cluster_now() const;

  const Context& context_;
  std::optional<ClusterId> cluster_;
  std::function<void()> wake_;
  WallTime begun_;
  loop::Timer patience_;
  loop::Timer servers_;                ///< while authentication servers may answer
  bool named_ = false;                 ///< by DNS, and nobody has answered yet
  std::string outcome_;                // empty until it is settled
  std::set<EvidenceMethod> evidence_;  // of a cluster that is fresh
  std::optional<Identity> identity_;   // where it is refuted, and nothing else proves it
};

}  // namespace liqo::api
