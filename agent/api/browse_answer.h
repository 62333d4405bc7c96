#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/api/cluster_replies.h"
#include "agent/api/domain_look.h"
#include "agent/api/limits.h"
#include "agent/api/place.h"
#include "agent/varlink/answer.h"

namespace liqo::api {

/// The answer to Browse: waits until the look is over, then tells its clusters as the client takes
/// them. A client that leaves ends the look.
class BrowseAnswer final : public varlink::Answer {
 public:
  /// `limits` and `looks` must outlive it. Tell it the look that it is the answer of by begin().
  BrowseAnswer(const Limits& limits, std::size_t& looks, bool more, std::function<void()> wake);

  /// Begins the look; what is wrong with the domain where it cannot.
  Result<void> begin(const DomainLook::Begin& begin, const std::string& domain);

  Step produce(std::string& out) override;

 private:
  [[nodiscard]] std::string end_text() const;

  const Limits& limits_;
  Place place_;
  bool more_;
  std::function<void()> wake_;
  std::optional<std::string> error_;  // once the look is over
  std::unique_ptr<DomainLook> look_;
  std::optional<ClusterReplies> replies_;
};

}  // namespace liqo::api
