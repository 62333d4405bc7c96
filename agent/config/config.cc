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

Result<DomainName> parse_browsing_domain(std::string_view text) {
  auto name = DomainName::parse(fold_case(text));
  if (!name || name->is_root()) {
    return Error{Errc::kInvalid, "expected a domain such as example.com"};
  }
  if (name->labels().size() == 1 && name->first_label() == "local") {
    return Error{Errc::kInvalid, "local is multicast DNS's, and the LAN is looked at that way"};
  }
  if (name->wire().size() > kMaxBrowsingDomainOctets) {
    return Error{Errc::kInvalid, "expected at most " + std::to_string(kMaxBrowsingDomainOctets) +
                                     " octets: the names below it would be too long"};
  }
  return name;
}

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
