#include "agent/registration_status.h"

#include <spdlog/spdlog.h>

#include <set>
#include <utility>

namespace liqo {
namespace {

using State = registrar::RegistrationStatus::State;

std::string subject_of(const registrar::InstanceStatus& instance) {
  const std::string zone = instance.zone.to_string();
  if (instance.shared) return "clusters shared in " + zone;
  return std::string(endpoint_name(instance.service)) + " in " + zone;
}

std::string words_of(const registrar::InstanceStatus& instance) {
  const auto& status = instance.registration;
  if (status.state == State::kDone) return "registered";
  // That one registers itself is as it should be.
  if (instance.shared && status.state == State::kHeld) return {};
  return status.advice.empty() ? status.error : status.error + "; " + status.advice;
}

}  // namespace

std::vector<api::RegistrationStatus> registration_status(
    const std::vector<registrar::InstanceStatus>& registrations, Now now) {
  std::vector<api::RegistrationStatus> told;
  for (const registrar::InstanceStatus& instance : registrations) {
    api::RegistrationStatus& one = told.emplace_back();
    one.zone = instance.zone.to_string();
    one.service = service_type(instance.service);
    one.cluster = instance.id;
    one.shared = instance.shared;
    one.state = to_string(instance.registration.state);
    if (instance.server) one.server = to_string(*instance.server);
    one.until = instance.registration.until;
    if (const auto& next = instance.registration.next) one.next = now.wall + (*next - now.boot);
    one.error = instance.registration.error;
    one.advice = instance.registration.advice;
  }
  return told;
}

void RegistrationLog::tell(const std::vector<registrar::InstanceStatus>& registrations) {
  std::map<std::string, std::pair<State, std::string>> lines;
  for (const registrar::InstanceStatus& instance : registrations) {
    std::string words = words_of(instance);
    if (words.empty()) continue;
    const State state = instance.registration.state;
    auto& line = lines[subject_of(instance)];
    // Of several shared ones, what fails.
    if (line.second.empty() || line.first == State::kDone) line = {state, std::move(words)};
  }
  for (const auto& [subject, line] : lines) {
    std::string& before = told_[subject];
    if (before == line.second) continue;
    before = line.second;
    if (line.first == State::kDone) {
      spdlog::info("{}: registered", subject);
    } else {
      spdlog::warn("{}: {}", subject, line.second);
    }
  }
}

}  // namespace liqo
