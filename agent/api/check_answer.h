#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/api/cluster_check.h"
#include "agent/api/place.h"
#include "agent/varlink/answer.h"

namespace liqo::api {

/// The answer to Check: the scenario at once, each row as it is known, and the verdict last. A
/// client that leaves ends the check.
class CheckAnswer final : public varlink::Answer {
 public:
  /// `checks` must outlive it.
  CheckAnswer(std::size_t& checks, const ClusterCheck::Begin& begin,
              std::shared_ptr<const Cluster> cluster, std::function<void()> wake);

  Step produce(std::string& out) override;

 private:
  Place place_;
  std::function<void()> wake_;
  std::string told_;  ///< whole messages that the client has not taken: at most a dozen
  bool over_ = false;
  std::unique_ptr<ClusterCheck> check_;
};

}  // namespace liqo::api
