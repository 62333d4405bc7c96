#include <variant>

#include "agent/api/figures.h"
#include "agent/json/text.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::api {
namespace {

/// The agent's texts may quote what came from outside.
void write_text(JsonWriter& json, const std::string& text) {
  json.string_or_null(is_utf8(text) ? text : label_to_text(text));
}

void write_count(JsonWriter& json, std::uint64_t count) {
  json.number(static_cast<std::int64_t>(count));
}

void write_texts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.string(is_utf8(text) ? text : label_to_text(text));
  json.end_array();
}

void write_counts(JsonWriter& json, const std::map<std::string, std::uint64_t>& counts) {
  json.begin_object();
  for (const auto& [name, count] : counts) write_count(json.key(name), count);
  json.end_object();
}

void write_octets(JsonWriter& json, std::string_view octets) {
  json.string_or_null(octets.empty() ? std::string() : label_to_text(octets));
}

template <class Items, class Write>
void write_list(JsonWriter& json, const Items& items, Write write) {
  json.begin_array();
  for (const auto& item : items) write(json, item);
  json.end_array();
}

std::string host_of(const EndpointAdvert& endpoint) {
  if (const auto* address = std::get_if<IpAddress>(&endpoint.target)) return address->to_string();
  if (const auto* host = std::get_if<DomainName>(&endpoint.target)) return host->to_string();
  return {};
}

void write_own_cluster(JsonWriter& json, const std::optional<Advert>& advert,
                       const std::vector<std::string>& notes) {
  if (!advert) return json.null();
  json.begin_object();
  json.key("id").string(advert->id);
  for (const char* name : {"name", "version", "site"}) {
    write_octets(json.key(name), advert->txt.get(name).value_or(std::string_view()));
  }
  json.key("endpoints").begin_object();
  for (const EndpointAdvert& endpoint : advert->endpoints) {
    json.key(endpoint_name(endpoint.service)).begin_object();
    json.key("port").number(endpoint.port);
    const std::string host = host_of(endpoint);
    if (!host.empty()) json.key("host").string(host);
    json.end_object();
  }
  json.end_object();
  write_texts(json.key("notes"), notes);
  json.end_object();
}

void write_published(JsonWriter& json, const std::vector<PublishedStatus>& published) {
  json.begin_array();
  for (const PublishedStatus& advert : published) {
    json.begin_object();
    write_octets(json.key("interface"), advert.interface);
    write_octets(json.key("instance"), advert.instance);
    json.key("state").string(advert.state);
    write_text(json.key("detail"), advert.detail);
    json.end_object();
  }
  json.end_array();
}

void write_time(JsonWriter& json, const std::optional<WallTime>& time) {
  time ? json.string(to_rfc3339(*time)) : json.null();
}

void write_domain(JsonWriter& json, const DomainStatus& domain) {
  json.begin_object();
  json.key("name").string(domain.name);
  json.key("mode").string(domain.mode);
  json.key("enumerated").boolean(domain.enumerated);
  json.key("synced").boolean(domain.synced);
  write_count(json.key("instances"), domain.instances);
  write_count(json.key("overLimit"), domain.over_limit);
  write_count(json.key("stale"), domain.stale);
  write_count(json.key("inFlight"), domain.in_flight);
  write_text(json.key("server"), domain.server);
  write_time(json.key("lastAnswer"), domain.last_answer);
  write_time(json.key("nextRefresh"), domain.next_refresh);
  write_text(json.key("dnssec"), domain.dnssec);
  write_text(json.key("error"), domain.error);
  write_time(json.key("errorTime"), domain.error_time);
  json.end_object();
}

void write_entry(JsonWriter& json, const ManualEntryStatus& entry) {
  json.begin_object();
  json.key("url").string(entry.url);
  write_text(json.key("name"), entry.name);
  write_text(json.key("id"), entry.id);
  write_texts(json.key("addresses"), entry.addresses);
  json.key("added").string(to_rfc3339(entry.added));
  write_text(json.key("problem"), entry.problem);
  json.end_object();
}

void write_source(JsonWriter& json, const SourceStatus& source) {
  json.begin_object();
  json.key("source").string(to_string(source.source));
  json.key("enabled").boolean(source.enabled);
  json.key("state").string(source.state);
  write_text(json.key("backend"), source.backend);
  write_text(json.key("detail"), source.detail);
  write_text(json.key("hostName"), source.host_name);
  json.key("synced").boolean(source.synced);
  json.key("helperPid");
  source.helper_pid ? json.number(*source.helper_pid) : json.null();
  write_count(json.key("helperRestarts"), source.helper_restarts);
  write_count(json.key("instances"), source.instances);
  write_count(json.key("pending"), source.pending);
  write_count(json.key("overLimit"), source.over_limit);
  write_count(json.key("malformed"), source.malformed);
  write_texts(json.key("interfaces"), source.interfaces);
  write_published(json.key("published"), source.published);
  write_list(json.key("domains"), source.domains, write_domain);
  write_list(json.key("entries"), source.entries, write_entry);
  json.end_object();
}

void write_registration(JsonWriter& json, const RegistrationStatus& registration) {
  json.begin_object();
  json.key("zone").string(registration.zone);
  json.key("service").string(registration.service);
  json.key("cluster").string(registration.cluster);
  json.key("shared").boolean(registration.shared);
  json.key("state").string(registration.state);
  write_text(json.key("server"), registration.server);
  write_time(json.key("until"), registration.until);
  write_time(json.key("next"), registration.next);
  write_text(json.key("error"), registration.error);
  write_text(json.key("advice"), registration.advice);
  json.end_object();
}

void write_interface(JsonWriter& json, const InterfaceStatus& interface) {
  json.begin_object();
  write_text(json.key("name"), interface.name);
  json.key("index").number(interface.index);
  json.key("up").boolean(interface.up);
  json.key("used").boolean(interface.used);
  write_text(json.key("reason"), interface.reason);
  write_texts(json.key("addresses"), interface.addresses);
  json.end_object();
}

void write_warning(JsonWriter& json, const WarningStatus& warning) {
  json.begin_object();
  write_text(json.key("message"), warning.message);
  write_count(json.key("count"), warning.count);
  json.key("last").string(to_rfc3339(warning.last));
  json.end_object();
}

void write_warnings(JsonWriter& json, const std::vector<WarningStatus>& warnings) {
  json.begin_array();
  for (const WarningStatus& warning : warnings) {
    if (warning.count > 0) write_warning(json, warning);
  }
  json.end_array();
}

}  // namespace

std::string status_text(const Figures& figures) {
  std::string text;
  JsonWriter json(text);
  const AgentStatus& agent = figures.agent;
  json.begin_object();
  json.key("version").string(figures.version);
  json.key("pid").number(figures.pid);
  json.key("since").string(to_rfc3339(agent.since));
  write_own_cluster(json.key("cluster"), agent.cluster, agent.cluster_notes);
  write_list(json.key("sources"), agent.sources, write_source);
  write_list(json.key("interfaces"), agent.interfaces, write_interface);
  write_list(json.key("registrations"), agent.registrations, write_registration);
  write_counts(json.key("counts"), figures.counts);
  write_counts(json.key("limits"), figures.limits);
  json.key("memory").begin_object();
  write_count(json.key("agentRssAnon"), agent.agent_rss_anon);
  write_count(json.key("helperRssAnon"), agent.helper_rss_anon);
  json.end_object();
  write_warnings(json.key("warnings"), agent.warnings);
  json.end_object();
  return text;
}

}  // namespace liqo::api
