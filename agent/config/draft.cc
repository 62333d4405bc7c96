#include "agent/config/draft.h"

#include <utility>

namespace liqo {
namespace {

TxtRecord txt_of(const ConfigDraft::Cluster& cluster) {
  TxtRecord txt;
  txt.add("txtvers", "1");  // RFC 6763 section 6.7: the first
  txt.add("id", *cluster.id);
  if (!cluster.name.empty()) txt.add("name", cluster.name);
  if (!cluster.version.empty()) txt.add("version", cluster.version);
  if (!cluster.site.empty()) txt.add("site", cluster.site);
  return txt;
}

}  // namespace

Error ConfigPlace::error(const std::string& expected) const {
  std::string detail = file;
  if (line > 0) detail += ":" + std::to_string(line);
  if (!key.empty()) detail += ": " + key;
  return {Errc::kInvalid, detail + ": " + expected};
}

Result<Config> finish(const ConfigDraft& draft) {
  Config config;
  config.lan = draft.lan;
  config.names = draft.names;
  if (!draft.cluster) {
    return config;
  }
  const ConfigDraft::Cluster& cluster = *draft.cluster;
  if (!cluster.id) return cluster.place.error("`id` is missing: the cluster's id");
  Advert advert{*cluster.id, txt_of(cluster), {}};
  for (const Service service : kServices) {
    const auto& endpoint = cluster.endpoints[index_of(service)];
    if (!endpoint) continue;
    if (!endpoint->port) return endpoint->place.error("`port` is missing");
    advert.endpoints.push_back({service, *endpoint->port, endpoint->target});
  }
  config.cluster = std::move(advert);
  return config;
}

}  // namespace liqo
