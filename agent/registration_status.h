#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/api/status.h"
#include "resolver/registrar/registrar.h"
#include "resolver/time.h"

namespace liqo {

/// Registrations as `status` shows them.
std::vector<api::RegistrationStatus> registration_status(
    const std::vector<registrar::InstanceStatus>& registrations, Now now);

/// Logs what becomes of registrations: one line when one of our own cluster fails, in other words
/// than before, or is there; of all clusters shared in a zone one line together.
class RegistrationLog {
 public:
  void tell(const std::vector<registrar::InstanceStatus>& registrations);

 private:
  std::map<std::string, std::string> told_;  ///< by what a line is about: its last words
};

}  // namespace liqo
