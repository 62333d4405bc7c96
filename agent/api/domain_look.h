#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/registry/registry.h"
#include "resolver/result.h"

namespace liqo::api {

/// One look at a domain that is under way, or over. Implemented by the agent. Destroying it ends
/// it: its callback is never called then.
class DomainLook {
 public:
  virtual ~DomainLook() = default;
  DomainLook(const DomainLook&) = delete;
  DomainLook& operator=(const DomainLook&) = delete;

  /// What was seen; nothing changes in it once the look is over.
  [[nodiscard]] virtual const Registry& seen() const = 0;

  /// Called once, when the look is over, never inside the call that began it; `error` is why the
  /// domain could not be listed, or empty.
  using Done = std::function<void(std::string error)>;
  /// kInvalid where `domain` is none that can be looked at.
  using Begin =
      std::function<Result<std::unique_ptr<DomainLook>>(const std::string& domain, Done done)>;

 protected:
  DomainLook() = default;
};

}  // namespace liqo::api
