#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/check/report.h"
#include "agent/probe/https.h"
#include "agent/registry/registry.h"
#include "resolver/dnssd/advert.h"
#include "resolver/loop/loop.h"

namespace liqo::check {

/// One check that is under way: asks the cluster's endpoints, all at once, and tells each row as it
/// is known. Destroying it ends it.
class Run {
 public:
  /// Of the gateway's addresses, those that are tried.
  static constexpr std::size_t kMaxGatewayAddresses = 4;

  struct Handlers {
    std::function<void(const Row& row)> row;
    /// Last.
    std::function<void(const Verdict& verdict)> verdict;
  };

  /// `loop` and `https` must outlive it. `fingerprints`: as in Sides. Tells nothing inside this
  /// call; over within the limits of `https` and UdpProbe.
  static std::unique_ptr<Run> create(loop::Loop& loop, probe::Https& https,
                                     std::optional<Advert> own, LocalNetwork network,
                                     std::shared_ptr<const Cluster> cluster,
                                     std::vector<std::string> fingerprints, Handlers handlers);
  virtual ~Run() = default;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  [[nodiscard]] virtual const Setting& setting() const = 0;

 protected:
  Run() = default;
};

}  // namespace liqo::check
