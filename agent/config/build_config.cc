#include "agent/config/draft.h"

namespace liqo {
namespace {

TxtRecord build_txt(const ClusterDraft& draft) {
  TxtRecord txt;
  txt.add("txtvers", "1");
  txt.add("id", draft.id->value);
  if (draft.name) txt.add("name", draft.name->value);
  if (draft.version) txt.add("version", draft.version->value);
  if (draft.site) txt.add("site", draft.site->value);
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
  if (draft.host && draft.address) {
    complaints.add(draft.host->place, path + ".host",
                   "expected host or address, not both; address is given at " +
                       to_string(draft.address->place));
    return std::nullopt;
  }
  EndpointAdvert endpoint{service, draft.port->value, OwnHost{}};
  if (draft.address) endpoint.target = draft.address->value;
  if (draft.host) endpoint.target = draft.host->value;
  return endpoint;
}

std::optional<Advert> build_advert(const ClusterDraft& draft, Complaints& complaints) {
  if (!draft.id) {
    complaints.add(draft.place, "cluster.id",
                   std::string("missing; expected ").append(kIdExpected));
    return std::nullopt;
  }
  Advert advert{draft.id->value, build_txt(draft), {}};
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
  if (draft.cluster) config.cluster = build_advert(*draft.cluster, complaints);
  config.lan = draft.lan;
  config.names = draft.names;
  return config;
}

}  // namespace liqo
