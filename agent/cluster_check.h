#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/api/cluster_check.h"
#include "agent/check/run.h"

namespace liqo {

/// A check for the API.
class RunningCheck final : public api::ClusterCheck {
 public:
  /// `loop` and `https` must outlive it.
  RunningCheck(loop::Loop& loop, probe::Https& https, std::optional<Advert> own,
               LocalNetwork network, std::shared_ptr<const Cluster> cluster,
               std::vector<std::string> fingerprints, Handlers handlers)
      : run_(check::Run::create(loop, https, std::move(own), std::move(network), std::move(cluster),
                                std::move(fingerprints),
                                {std::move(handlers.row), std::move(handlers.verdict)})) {}

  [[nodiscard]] const check::Setting& setting() const override { return run_->setting(); }

 private:
  std::unique_ptr<check::Run> run_;
};

}  // namespace liqo
