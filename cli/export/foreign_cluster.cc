#include "cli/export/foreign_cluster.h"

#include <utility>

#include "cli/yaml.h"

namespace liqo::cli {
namespace {

constexpr const char* kClusterIdLabel = "discovery.liqo.io/cluster-id";
constexpr const char* kAuthTokenLabel = "discovery.liqo.io/auth-token";

/// Where Liqo's chart puts it, and looks for tokens.
constexpr const char* kLiqoNamespace = "liqo";

/// Left alone, these have a default that is right, and after that they are the user's.
bool is_switch(SpecField field) {
  switch (field) {
    case SpecField::kInsecureSkipTlsVerify:
    case SpecField::kJoin:
    case SpecField::kOutgoingPeering:
    case SpecField::kIncomingPeering:
    case SpecField::kNetworking:
      return true;
    default:
      return false;
  }
}

Json identity_of(const Peer& peer) {
  Json identity = {{"clusterID", peer.id}};
  if (!peer.name.empty()) identity["clusterName"] = peer.name;
  return identity;
}

/// The key and the value of a field.
std::pair<const char*, Json> spec_entry(SpecField field, const Peer& peer, const std::string& url,
                                        bool peering) {
  switch (field) {
    case SpecField::kPeeringType:
      return {"peeringType", "OutOfBand"};
    case SpecField::kClusterIdentity:
      return {"clusterIdentity", identity_of(peer)};
    case SpecField::kAuthUrl:
      return {"authUrl", url};
    case SpecField::kForeignAuthUrl:
      return {"foreignAuthUrl", url};
    case SpecField::kDiscoveryType:
      return {"discoveryType", "Manual"};
    case SpecField::kInsecureSkipTlsVerify:
      return {"insecureSkipTLSVerify", true};
    case SpecField::kJoin:
      return {"join", peering};
    case SpecField::kOutgoingPeering:
      return {"outgoingPeeringEnabled", peering ? "Yes" : "Auto"};
    case SpecField::kIncomingPeering:
      return {"incomingPeeringEnabled", "Auto"};
    case SpecField::kNetworking:
      return {"networkingEnabled", "Yes"};
  }
  return {};
}

std::string comment(const std::string& text) { return "# " + text + "\n"; }

}  // namespace

Result<std::string> foreign_cluster_yaml(const Peer& peer, const Target& target, Intent intent) {
  const LiqoRelease& release = *target.release;
  if (release.spec.empty()) {
    return Error{Errc::kRefused, peer.title() + " is not exported: Liqo " +
                                     target.version.to_string() + " " +
                                     std::string(release.why_not)};
  }
  const auto name = object_name(peer, target);
  if (!name) return name.error();
  const auto url = auth_url(peer, target);
  if (!url) return url.error();
  Json spec = Json::object();
  for (const SpecField field : release.spec) {
    if (intent == Intent::kFollow && is_switch(field)) continue;
    auto [key, value] = spec_entry(field, peer, *url, intent == Intent::kPeer);
    spec[key] = std::move(value);
  }
  const Json manifest = {{"apiVersion", "discovery.liqo.io/v1alpha1"},
                         {"kind", "ForeignCluster"},
                         {"metadata", {{"name", *name}, {"labels", {{kClusterIdLabel, peer.id}}}}},
                         {"spec", spec}};
  std::string text = comment("for Liqo " + target.version.to_string() + ": " + peer.title());
  if (!target.note.empty()) text += comment(target.note);
  return text + to_yaml(manifest);
}

std::string token_secret_yaml(const Peer& peer) {
  const Json secret = {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"metadata",
                        {{"name", "remote-token-" + peer.id},
                         {"namespace", kLiqoNamespace},
                         {"labels", {{kClusterIdLabel, peer.id}, {kAuthTokenLabel, ""}}}}},
                       {"stringData", {{"token", kTokenPlaceholder}}}};
  return comment("The token of " + peer.title() + ", to be put in below. On its side:") +
         comment("  " + std::string(kTokenCommand)) + to_yaml(secret);
}

}  // namespace liqo::cli
