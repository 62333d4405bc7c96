#include "agent/status.h"

#include <unistd.h>

#include <algorithm>

#include "agent/check/rows.h"
#include "agent/registration/wishes.h"
#include "agent/registration_status.h"
#include "resolver/dns/question_pool.h"
#include "resolver/memory.h"

namespace liqo {
namespace {

constexpr Duration kNoteInterval = std::chrono::seconds(1);

std::string state_name(lan::BackendState state) {
  switch (state) {
    case lan::BackendState::kConnecting:
      return "connecting";
    case lan::BackendState::kRunning:
      return "running";
    case lan::BackendState::kFailed:
      return "failed";
  }
  return "unknown";
}

/// Why an interface is not used; empty when it may be.
std::string reason_unused(const LanConfig& lan, const link::Link& link) {
  if (!lan.enabled) return "the LAN is switched off";
  if (link.loopback) return "loopback";
  if (!interface_allowed(lan, link.name)) return "not allowed by the configuration";
  if (!link.multicast || link.point_to_point) return "no multicast";
  if (!link.up) return "down, or without carrier";
  if (link.addresses.empty()) return "no address";
  return {};
}

LocalNetwork network_of(const LanWatcher* lan) {
  return lan == nullptr ? LocalNetwork() : lan->local_network();
}

}  // namespace

StatusReport::StatusReport(const Config& config, const Registry& registry,
                           const names::Publisher& names)
    : config_(config), registry_(registry), names_(names), since_(read_clocks().wall) {}

/// A source whose pass is over told all that it saw; the registry has yet to make clusters of it.
bool StatusReport::synced() const {
  if (registry_.next_deadline() == BootTime{}) return false;
  if (dns_ != nullptr && !dns_->synced()) return false;
  const auto lan = lan_ == nullptr ? std::nullopt : lan_->status();
  return !config_.lan.enabled || (lan && lan->synced);
}

bool StatusReport::is_asking_server(const ClusterId& cluster) const {
  return identity_ != nullptr && identity_->is_asking(cluster);
}

api::AgentStatus StatusReport::status() const {
  take_note(read_clocks());
  api::AgentStatus status;
  status.since = since_;
  status.cluster = config_.cluster;
  if (config_.cluster) {
    status.cluster_notes = check::own_notes(*config_.cluster, network_of(lan_),
                                            config_.lan.enabled && config_.lan.advertise);
  }
  add_lan(status);
  add_dns(status);
  add_manual(status);
  add_identity(status);
  add_registrations(status);
  status.counts["names"] = names_.status().names;
  status.counts["nameWrites"] = names_.status().writes;
  if (loop_ != nullptr) {
    status.counts["loopTimers"] = loop_->handles().timers;
    status.counts["loopHandles"] = loop_->handles().others;
  }
  const RegistryOptions registry_limits;
  status.limits["clusters"] = registry_limits.max_clusters;
  status.limits["dnsClusters"] = registry_limits.max_dns_clusters;
  status.limits["sightingsPerCluster"] = registry_limits.max_sightings_per_cluster;
  status.agent_rss_anon = rss_anon(::getpid());
  for (const auto& [message, entry] : warnings_.entries()) {
    status.warnings.push_back({message, entry.count, entry.last});
  }
  return status;
}

void StatusReport::add_lan(api::AgentStatus& status) const {
  const api::SourceStatus& source = status.sources.emplace_back(lan_source());
  if (source.helper_pid) status.helper_rss_anon = rss_anon(*source.helper_pid);
  status.interfaces = interfaces();
  status.limits["lanInstances"] = lan::SourceOptions{}.max_instances;
  if (const auto lan = lan_ == nullptr ? std::nullopt : lan_->status()) {
    status.counts["lanWaiting"] = lan->waiting;
    status.counts["lanSilent"] = lan->silent;
  }
}

void StatusReport::add_dns(api::AgentStatus& status) const {
  status.limits["dnsDomains"] = kMaxDnsDomains;
  status.limits["dnsInFlight"] = dns::QuestionPool::kMaxInFlight;
  const auto dns = dns_ == nullptr ? std::nullopt : dns_->status();
  if (!dns) {
    api::SourceStatus& off = status.sources.emplace_back();
    off.source = Source::kDns;
    off.enabled = false;
    off.state = "disabled";
    return;
  }
  status.sources.push_back(dns_source_status(*dns, dns_->synced(), read_clocks()));
  status.counts["dnsDomains"] = dns->domains.size();
  status.counts["dnsQuestions"] = dns->questions;
  status.counts["dnsFailures"] = dns->failures;
  status.counts["dnsInFlight"] = dns->in_flight;
  status.counts["dnsWaiting"] = dns->waiting;
}

void StatusReport::add_manual(api::AgentStatus& status) const {
  if (manual_ == nullptr) return;
  status.limits["manualEntries"] = manual::kMaxEntries;
  status.limits["manualChanges"] = manual::Source::kMaxWaiting;
  api::SourceStatus& source = status.sources.emplace_back();
  source.source = Source::kManual;
  source.state = "running";
  source.synced = true;
  source.instances = manual_->size();
  for (const manual::EntryStatus& entry : manual_->status()) {
    api::ManualEntryStatus& told = source.entries.emplace_back();
    told.url = entry.entry.url.to_string();
    told.name = entry.entry.name;
    told.id = entry.entry.id;
    for (const IpAddress& address : entry.addresses) told.addresses.push_back(address.to_string());
    told.added = entry.entry.added;
    told.problem = entry.error;
  }
}

void StatusReport::add_identity(api::AgentStatus& status) const {
  status.counts["certificates"] = registry_.certificates().size();
  status.limits["certificates"] = RegistryOptions().max_certificates;
  if (identity_ == nullptr) return;
  const IdentityWatcher::Counters counters = identity_->counters();
  status.counts["identityQuestions"] = counters.asked;
  status.counts["identityAnswers"] = counters.answered;
  status.counts["identityWaiting"] = counters.waiting;
  status.counts["identityInFlight"] = counters.in_flight;
  status.limits["identityInFlight"] = identity::ScheduleOptions().max_in_flight;
}

void StatusReport::add_registrations(api::AgentStatus& status) const {
  if (registrations_ == nullptr || config_.zones.empty()) return;
  status.registrations = registration_status(registrations_->status(), read_clocks());
  status.counts["registrations"] = status.registrations.size();
  status.counts["registrationsDone"] = static_cast<std::uint64_t>(std::count_if(
      status.registrations.begin(), status.registrations.end(),
      [](const api::RegistrationStatus& registration) { return registration.state == "done"; }));
  status.limits["registeredZones"] = kMaxRegisteredZones;
  status.limits["sharedClusters"] = registration::kMaxShared;
}

api::SourceStatus StatusReport::lan_source() const {
  api::SourceStatus told;
  told.source = Source::kLan;
  const auto lan = lan_ == nullptr ? std::nullopt : lan_->status();
  told.enabled = lan.has_value();
  if (!lan) {
    told.state = "disabled";
    return told;
  }
  told.state = state_name(lan->state);
  told.backend = lan::to_string(lan->backend);
  told.detail = lan->detail;
  told.host_name = lan->host_name;
  told.synced = lan->synced;
  if (lan->helper_pid > 0) told.helper_pid = lan->helper_pid;
  told.helper_restarts = lan->helper_restarts;
  told.instances = lan->instances;
  told.pending = lan->pending;
  told.over_limit = lan->over_limit;
  told.malformed = lan->malformed;
  told.interfaces = lan->interfaces;
  for (const auto& published : lan->published) {
    told.published.push_back({published.interface, published.instance,
                              std::string(lan::to_string(published.state)), published.detail});
  }
  return told;
}

std::vector<api::InterfaceStatus> StatusReport::interfaces() const {
  std::vector<api::InterfaceStatus> told;
  if (lan_ == nullptr) return told;
  for (const auto& [index, link] : lan_->links()) {
    api::InterfaceStatus& interface = told.emplace_back();
    interface.name = link.name;
    interface.index = index;
    interface.up = link.up;
    interface.reason = reason_unused(config_.lan, link);
    interface.used = interface.reason.empty();
    for (const auto& address : link.addresses) {
      interface.addresses.push_back(address.address.to_string() + "/" +
                                    std::to_string(address.prefix_bits));
    }
  }
  return told;
}

void StatusReport::take_note(Now now) const {
  if (now.boot - noted_ < kNoteInterval) return;
  noted_ = now.boot;
  const Registry::Counters counters = registry_.counters();
  warnings_.tell("instances without a valid cluster id were ignored", counters.not_clusters, now);
  warnings_.tell("sightings were refused: a limit of the registry is reached", counters.over_limit,
                 now);
  warnings_.tell("advertised addresses that nobody can reach were left out",
                 counters.unusable_address, now);
  warnings_.tell("auth endpoints named another cluster than the one they are told to be of",
                 counters.mismatches, now);
  warnings_.tell("auth endpoints showed another certificate than those known for their cluster",
                 counters.changed_certificates, now);
  if (const auto dns = dns_ == nullptr ? std::nullopt : dns_->status()) {
    domain_troubles_.tell(*dns, warnings_, now);
  }
  note_files(now);
  const auto lan = lan_ == nullptr ? std::nullopt : lan_->status();
  if (!lan) return;
  warnings_.tell("instances on the LAN are not followed: too many", lan->over_limit, now);
  warnings_.tell("instances listed on the LAN were silent when asked for their records",
                 lan->silent, now);
  warnings_.tell("records from the LAN could not be read", lan->malformed, now);
  warnings_.tell("the LAN helper ended and was started again", lan->helper_restarts, now);
}

/// The reasons are in the log, each when it came.
void StatusReport::note_files(Now now) const {
  warnings_.tell("the files of host names could not be written", names_.status().failed, now);
  if (known_ != nullptr) {
    warnings_.tell("what is known could not be kept for a restart", known_->failed(), now);
  }
  if (certificates_ != nullptr) {
    warnings_.tell("accepted certificates could not be kept", certificates_->failed(), now);
  }
  if (manual_ != nullptr) {
    warnings_.tell("what was added by hand could not be read", manual_->unreadable(), now);
  }
}

}  // namespace liqo
