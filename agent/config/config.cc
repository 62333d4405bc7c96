#include "agent/config/config.h"

#include <fnmatch.h>

#include <algorithm>

namespace liqo {
namespace {

bool matches_any(const std::vector<std::string>& globs, const std::string& name) {
  return std::any_of(globs.begin(), globs.end(), [&name](const std::string& glob) {
    return fnmatch(glob.c_str(), name.c_str(), 0) == 0;
  });
}

}  // namespace

std::string_view to_string(LanBackend backend) {
  switch (backend) {
    case LanBackend::kAuto:
      return "auto";
    case LanBackend::kEmbedded:
      return "embedded";
    case LanBackend::kAvahiDaemon:
      return "avahi-daemon";
  }
  return "unknown";
}

bool interface_allowed(const LanConfig& lan, const std::string& name) {
  const bool denied = matches_any(lan.deny_interfaces, name);
  if (lan.deny_given && denied) return false;
  if (!lan.allow_interfaces.empty()) return matches_any(lan.allow_interfaces, name);
  return !denied;
}

}  // namespace liqo
