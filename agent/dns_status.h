#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "agent/api/status.h"
#include "agent/warnings.h"
#include "resolver/dns/status.h"
#include "resolver/time.h"

namespace liqo {

/// The DNS source as `status` shows it.
api::SourceStatus dns_source_status(const dns::SourceStatus& dns, bool synced, Now now);

/// Tells the warnings what is wrong with the domains: one line for each kind of trouble of each
/// configured domain, and of all enumerated ones together, whose names are others' to choose.
class DomainTroubles {
 public:
  /// Looks at the domains as they are now.
  void tell(const dns::SourceStatus& dns, Warnings& warnings, Now now);

 private:
  struct Failures {
    std::uint64_t count = 0;
    std::optional<WallTime> last;
  };
  std::map<std::string, Failures> failures_;  // by what the warning calls the domain
};

}  // namespace liqo
