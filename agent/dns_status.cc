#include "agent/dns_status.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>

namespace liqo {
namespace {

api::DomainStatus domain_status(const dns::DomainStatus& domain, Now now) {
  api::DomainStatus told;
  told.name = domain.name.to_string();
  told.mode = to_string(domain.mode);
  told.enumerated = domain.enumerated;
  told.synced = domain.synced;
  told.instances = domain.instances;
  told.over_limit = domain.over_limit;
  told.stale = domain.stale;
  told.in_flight = domain.in_flight;
  if (domain.server) told.server = to_string(*domain.server);
  told.last_answer = domain.answered;
  if (domain.refresh) told.next_refresh = now.wall + (*domain.refresh - now.boot);
  if (domain.dnssec) told.dnssec = to_string(*domain.dnssec);
  told.error = domain.error;
  told.error_time = domain.failed;
  return told;
}

/// Nothing that is known of it can be relied on.
bool is_lost(const dns::DomainStatus& domain) {
  return !domain.error.empty() && (!domain.answered || domain.stale > 0);
}

std::string servers_text(const std::vector<dns::NameServer>& servers) {
  if (servers.empty()) return "resolv.conf names no server";
  std::string text = "resolv.conf names ";
  for (const dns::NameServer& server : servers) {
    if (&server != &servers.front()) text += ", ";
    text += to_string(server);
  }
  return text;
}

void set_state(api::SourceStatus& told, const dns::SourceStatus& dns) {
  const auto& domains = dns.domains;
  told.state = told.synced ? "running" : "connecting";
  told.detail = servers_text(dns.system_servers);
  if (domains.empty() || !std::all_of(domains.begin(), domains.end(), is_lost)) return;
  told.state = "failed";
  told.detail = domains.front().name.to_string() + ": " + domains.front().error;
}

/// How warnings call a domain.
std::string called(const dns::DomainStatus& domain) {
  return domain.enumerated ? "a domain that the search domains name"
                           : "the domain " + domain.name.to_string();
}

}  // namespace

api::SourceStatus dns_source_status(const dns::SourceStatus& dns, bool synced, Now now) {
  api::SourceStatus told;
  told.source = Source::kDns;
  told.synced = synced;
  told.backend = "c-ares";
  for (const dns::DomainStatus& domain : dns.domains) {
    told.domains.push_back(domain_status(domain, now));
    told.instances += domain.instances;
    told.over_limit += domain.over_limit;
    if (domain.mode == dns::DnssecMode::kValidate) told.backend = "c-ares, libunbound";
  }
  set_state(told, dns);
  return told;
}

void DomainTroubles::tell(const dns::SourceStatus& dns, Warnings& warnings, Now now) {
  std::map<std::string, std::uint64_t> left_out;
  for (const dns::DomainStatus& domain : dns.domains) {
    left_out[called(domain)] += domain.over_limit;
    if (domain.error.empty() || !domain.failed) continue;
    Failures& failures = failures_[called(domain)];
    if (failures.last && *domain.failed <= *failures.last) continue;
    failures.last = domain.failed;
    ++failures.count;
    if (warnings.tell("questions about " + called(domain) + " fail", failures.count, now)) {
      spdlog::warn("{}", domain.error);  // it begins with the name that was asked for
    }
  }
  for (const auto& [domain, instances] : left_out) {
    if (instances == 0) continue;  // no condition for each domain: it has metrics of its own
    warnings.tell("instances of " + domain + " are left out: too many", instances, now);
  }
}

}  // namespace liqo
