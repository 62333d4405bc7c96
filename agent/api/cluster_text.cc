#include "agent/api/cluster_text.h"

#include <utility>

#include "agent/json/text.h"
#include "resolver/memory.h"

namespace liqo::api {
namespace {

/// Octets from the network, escaped where they are not text.
void write_octets(JsonWriter& json, std::string_view octets) {
  json.string_or_null(octets.empty() ? std::string() : label_to_text(octets));
}

void write_addresses(JsonWriter& json, const std::vector<IpAddress>& addresses) {
  json.key("addresses");
  json.begin_array();
  for (const IpAddress& address : addresses) json.string(address.to_string());
  json.end_array();
}

void write_endpoint(JsonWriter& json, Service service, const Endpoint& endpoint) {
  json.key(endpoint_name(service));
  json.begin_object();
  json.key("host").string(endpoint.host.to_string());
  json.key("port").number(endpoint.port);
  json.key("protocol").string(transport(service));
  write_addresses(json, endpoint.addresses);
  if (!endpoint.url.empty()) json.key("url").string(endpoint.url);
  json.key("source").string(to_string(endpoint.source));
  json.end_object();
}

void write_txt(JsonWriter& json, const TxtRecord& txt) {
  json.key("txt");
  json.begin_array();
  for (const TxtRecord::Item& item : txt.items()) {
    json.begin_object();
    json.key("key").string(label_to_text(item.key));
    if (item.value && is_utf8(*item.value)) {
      json.key("value").string(*item.value);
    } else if (item.value) {
      json.key("base64").string(to_base64(*item.value));
    }
    json.end_object();
  }
  json.end_array();
}

void write_judgement(JsonWriter& json, const SightingEntry& entry) {
  json.key("ttl");
  entry.sighting->ttl ? json.number(*entry.sighting->ttl) : json.null();
  json.key("expires");
  entry.expires ? json.string(to_rfc3339(*entry.expires)) : json.null();
  json.key("state").string(to_string(entry.state));
  json.key("dnssec");
  entry.sighting->dnssec ? json.string(to_string(*entry.sighting->dnssec)) : json.null();
  json.key("evidence");
  json.begin_object();
  json.key("method").string(to_string(entry.evidence.method));
  json.key("time").string(to_rfc3339(entry.evidence.time));
  json.end_object();
}

void write_ids(JsonWriter& json, const SightingEntry& entry) {
  if (!entry.ids) return;
  json.key("ids");
  json.begin_object();
  json.key("identity").string(to_string(entry.ids->verdict));
  json.key("id").string(entry.ids->id);
  write_octets(json.key("name"), entry.ids->name);
  json.key("fingerprint").string(entry.ids->fingerprint);
  json.key("time").string(to_rfc3339(entry.ids->time));
  json.end_object();
}

void write_sighting(JsonWriter& json, const SightingEntry& entry) {
  const Sighting& sighting = *entry.sighting;
  const SightingKey& key = sighting.key;
  json.begin_object();
  json.key("source").string(to_string(key.source));
  json.key("service").string(service_type(key.service));
  json.key("domain").string(key.domain.to_string());
  json.key("instance").string(label_to_text(key.instance));
  write_octets(json.key("interface"), sighting.interface_name);
  json.key("family");
  key.source == Source::kLan ? json.string(to_string(key.family)) : json.null();
  json.key("host").string(sighting.target_host.to_string());
  json.key("port").number(sighting.port);
  write_addresses(json, sighting.addresses);
  write_txt(json, sighting.txt);
  write_judgement(json, entry);
  write_ids(json, entry);
  json.end_object();
}

}  // namespace

void append_cluster(std::string& out, const Cluster& cluster, std::string_view suffix) {
  JsonWriter json(out);
  json.begin_object();
  json.key("id").string(cluster.id);
  write_octets(json.key("name"), cluster.name);
  write_octets(json.key("version"), cluster.version);
  write_octets(json.key("site"), cluster.site);
  json.key("state").string(to_string(cluster.state));
  json.key("identity").string(to_string(cluster.identity));
  json.key("fingerprint").string_or_null(cluster.fingerprint);
  json.key("firstSeen").string(to_rfc3339(cluster.first_seen));
  json.key("lastSeen").string(to_rfc3339(cluster.last_seen));
  json.key("endpoints").begin_object();
  for (const Service service : kServices) {
    const auto& endpoint = cluster.endpoints[index_of(service)];
    if (endpoint) write_endpoint(json, service, *endpoint);
  }
  json.end_object();
  json.key("hostnames").begin_array();
  if (!suffix.empty()) {
    for (const std::string& name : host_names(cluster, suffix)) json.string(name);
  }
  json.end_array();
  json.key("sightings").begin_array();
  for (const SightingEntry& entry : cluster.sightings) write_sighting(json, entry);
  json.end_array();
  json.end_object();
}

ClusterTexts::Text ClusterTexts::text(const std::shared_ptr<const Cluster>& cluster,
                                      std::string_view suffix) {
  if (suffix != suffix_) {
    clear();
    suffix_ = suffix;
  }
  const auto found = entries_.find(cluster.get());
  if (found != entries_.end()) return found->second.text;

  scratch_.clear();
  append_cluster(scratch_, *cluster, suffix);
  auto text = std::make_shared<const std::string>(scratch_);
  forget(cluster->id);
  if (octets_ + text->size() <= max_octets_) {
    octets_ += text->size();
    entries_.emplace(cluster.get(), Entry{cluster, text});
    latest_.emplace(cluster->id, cluster.get());
  }
  return text;
}

void ClusterTexts::forget(const ClusterId& id) {
  const auto latest = latest_.find(id);
  if (latest == latest_.end()) return;
  const auto entry = entries_.find(latest->second);
  latest_.erase(latest);
  octets_ -= entry->second.text->size();
  entries_.erase(entry);
}

void ClusterTexts::clear() {
  if (entries_.empty()) return;
  entries_ = {};
  latest_ = {};
  scratch_ = {};
  octets_ = 0;
  // Thousands of small pieces between others: without this most of them stay in the heap.
  give_back_memory();
}

}  // namespace liqo::api
