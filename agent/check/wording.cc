#include "agent/check/wording.h"

#include <algorithm>
#include <utility>

namespace liqo::check {
namespace {

Service service_of(const Row& row) {
  for (const Service service : kServices) {
    if (row.requirement == endpoint_name(service)) return service;
  }
  return Service::kAuth;
}

}  // namespace

bool over_the_internet(const Setting& setting) {
  return setting.scenario != Scenario::kSameLan && setting.scenario != Scenario::kUnknown;
}

std::string expose_as(const Setting& setting, Service service, bool ours) {
  const std::string_view exposure = advised_exposure(setting, service, ours);
  if (exposure.empty()) return {};
  return (ours ? "expose it as " : "they should expose it as ") + std::string(exposure);
}

void fail(Row& row, const Setting& setting, std::string detail) {
  row.outcome = Outcome::kFailed;
  row.detail = std::move(detail);
  row.advice = expose_as(setting, service_of(row), row.direction == Direction::kOurs);
}

std::string addresses_text(const std::vector<IpAddress>& addresses) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(addresses.size(), kShown); ++i) {
    text.append(i == 0 ? "" : ", ").append(addresses[i].to_string());
  }
  return addresses.size() > kShown ? text + ", ..." : text;
}

}  // namespace liqo::check
