#include "agent/config/draft.h"

namespace liqo {
namespace {

TxtRecord build_txt(const ClusterDraft& draft) {
  TxtRecord txt;
  txt.add("txtvers", "1");
  txt.add("id", *draft.id);
  if (draft.name) txt.add("name", *draft.name);
  if (draft.version) txt.add("version", *draft.version);
  if (draft.site) txt.add("site", *draft.site);
  return txt;
}

std::optional<EndpointAdvert> build_endpoint(Service service, const EndpointDraft& draft,
                                             Complaints& complaints) {
  const std::string path = "cluster." + std::string(endpoint_name(service));
  if (!draft.port) {
    complaints.add(draft.place, path + ".port",
                   std::string("missing; expected ").append(kPortExpected));
    return std::nullopt;
  }
  return EndpointAdvert{service, *draft.port, draft.target};
}

std::optional<Advert> build_advert(const ClusterDraft& draft, Complaints& complaints) {
  if (!draft.id) {
    complaints.add(draft.place, "cluster.id",
                   std::string("missing; expected ").append(kIdExpected));
    return std::nullopt;
  }
  Advert advert{*draft.id, build_txt(draft), {}};
  for (const Service service : kServices) {
    const auto& endpoint_draft = draft.endpoints[index_of(service)];
    if (!endpoint_draft) continue;
    auto endpoint = build_endpoint(service, *endpoint_draft, complaints);
    if (endpoint) advert.endpoints.push_back(std::move(*endpoint));
  }
  return advert;
}

}  // namespace

Config build_config(const Draft& draft, Complaints& complaints) {
  Config config;
  config.prefer = draft.prefer;
  if (draft.cluster) config.cluster = build_advert(*draft.cluster, complaints);
  config.lan = draft.lan;
  config.dns.enumerate = draft.dns.enumerate;
  config.dns.trust_anchor = draft.dns.trust_anchor;
  for (const auto& domain : draft.dns.domains) config.dns.domains.push_back(domain.value);
  for (const auto& zone : draft.dns.zones) {
    if (!draft.cluster) {
      complaints.add(zone.place, "dns.register", "needs [cluster] with an id: who registers");
    }
    config.zones.push_back(zone.value);
  }
  config.names = draft.names;
  config.verify = draft.verify;
  return config;
}

}  // namespace liqo
