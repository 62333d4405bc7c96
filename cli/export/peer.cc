#include "cli/export/peer.h"

#include <algorithm>

#include "cli/export/auth_url.h"
#include "cli/text.h"
#include "resolver/dnssd/ip_address.h"

namespace liqo::cli {
namespace {

/// URLs that a reason names: a host may have more addresses than anybody reads.
constexpr std::size_t kMaxTried = 3;

Error refusal(const Peer& peer, const std::string& why) {
  return {Errc::kRefused, peer.title() + " is not exported: " + why};
}

std::optional<std::uint16_t> port_of(const Json& endpoint) {
  const auto port = number_field(endpoint, "port");
  if (!port || *port < 1 || *port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

/// Liqo's gateways speak IPv4 only.
std::optional<std::string> first_ipv4(const Json& addresses) {
  for (const Json& each : addresses) {
    if (!each.is_string()) continue;
    const auto address = IpAddress::parse(each.get_ref<const std::string&>());
    if (address && address->family() == Family::kIpv4) return address->to_string();
  }
  return std::nullopt;
}

std::optional<std::string> host_of(const Json& endpoint) {
  std::string host = raw_field(endpoint, "host");
  if (host.empty() || printable(host) != host) return std::nullopt;
  const auto address = IpAddress::parse(host);
  if (address && address->family() == Family::kIpv6) return std::nullopt;
  return host;
}

/// On the LAN an address of the gateway's own has a name of its own, which means nothing elsewhere;
/// any other host there is a node's.
std::optional<std::string> chosen_address(const Json& endpoint, const ClusterId& id) {
  const bool lan = raw_field(endpoint, "source") == "lan";
  if (lan && raw_field(endpoint, "host") != "gateway." + id + ".local") return std::nullopt;
  auto address = first_ipv4(field(endpoint, "addresses"));
  return address || lan ? address : host_of(endpoint);
}

std::optional<PeerGateway> gateway_of(const Json& endpoint, const ClusterId& id) {
  const auto port = port_of(endpoint);
  if (!port) return std::nullopt;
  return PeerGateway{*port, chosen_address(endpoint, id)};
}

/// The agent gives its host name to who claimed it first.
bool holds_name(const Json& cluster, const std::string& name) {
  const Json& names = field(cluster, "hostnames");
  return is_rfc1123_label(name) && names.is_array() &&
         std::any_of(names.begin(), names.end(), [&name](const Json& each) {
           return each.is_string() && each.get_ref<const std::string&>().starts_with(name + ".");
         });
}

std::string tried(const std::vector<std::string>& urls) {
  std::string text;
  for (std::size_t i = 0; i < std::min(urls.size(), kMaxTried); ++i) {
    text.append(i == 0 ? "" : ", ").append(urls[i]);
  }
  return urls.size() > kMaxTried ? text + ", ..." : text;
}

Result<Target> guessed_target(const Peer& peer, const OwnSide& own) {
  const bool old = !peer.auth_urls.empty();
  if (own.version && (!old || own.version->major == 0)) {
    return Target{
        *own.version, &release_of(*own.version),
        "its version is not known: taken for that of this host, " + own.version->to_string()};
  }
  if (old) {
    return Target{kLastWithAuthServer, &release_of(kLastWithAuthServer),
                  "its version is not known: taken for " + kLastWithAuthServer.to_string() +
                      ", --liqo names another"};
  }
  return refusal(peer,
                 "its Liqo version is not known, nor has it an authentication server to "
                 "tell it by: name one with --liqo");
}

}  // namespace

std::string Peer::title() const { return name.empty() ? id : printable(name) + " (" + id + ")"; }

Result<Peer> peer_of(const Json& cluster) {
  Peer peer;
  peer.id = raw_field(cluster, "id");
  if (!is_rfc1123_label(peer.id)) {
    return Error{Errc::kMalformed, "not a cluster's id: " + printable(peer.id)};
  }
  peer.name = raw_field(cluster, "name");
  peer.version = raw_field(cluster, "version");
  peer.holds_name = holds_name(cluster, peer.name);
  const std::string identity = raw_field(cluster, "identity");
  if (identity == "mismatch") {
    return refusal(peer, "its authentication server says that it is another cluster");
  }
  if (identity == "changed") {
    return refusal(peer,
                   "its certificate is another than the one first seen; where that is "
                   "right, `liqo-discovery trust " +
                       peer.id + "`");
  }
  const Json& endpoints = field(cluster, "endpoints");
  peer.auth_urls = https_urls(field(endpoints, "auth"));
  peer.api_urls = https_urls(field(endpoints, "api"));
  peer.gateway = gateway_of(field(endpoints, "gateway"), peer.id);
  return peer;
}

OwnSide own_side_of(const Json& cluster) {
  OwnSide own;
  if (const std::string id = raw_field(cluster, "id"); is_rfc1123_label(id)) own.id = id;
  if (auto version = LiqoVersion::parse(raw_field(cluster, "version"))) own.version = *version;
  const Json& gateway = field(field(cluster, "endpoints"), "gateway");
  if (const auto port = port_of(gateway)) own.gateway = PeerGateway{*port, host_of(gateway)};
  return own;
}

Result<Target> target_of(const Peer& peer, const std::optional<LiqoVersion>& asked,
                         const OwnSide& own) {
  if (!asked && peer.version.empty()) return guessed_target(peer, own);
  const auto version = asked ? Result<LiqoVersion>(*asked) : LiqoVersion::parse(peer.version);
  if (!version) {
    return refusal(peer, "its Liqo version, " + printable(peer.version) +
                             ", is none that is known here: name one with --liqo");
  }
  Target target = {*version, &release_of(*version), {}};
  if (own.version && !own.version->peers_with(*version)) {
    target.note = "the cluster of this host runs Liqo " + own.version->to_string() +
                  ": different minor versions do not peer";
  }
  return target;
}

Result<std::string> object_name(const Peer& peer, const Target& target) {
  if (peer.holds_name) return peer.name;
  if (!target.release->name_required) return peer.id;
  const std::string demand = "Liqo " + target.version.to_string() +
                             " demands one of at most 63 lower-case letters, digits and hyphens";
  if (peer.name.empty()) return refusal(peer, "its name is not known, and " + demand);
  if (!is_rfc1123_label(peer.name)) return refusal(peer, "its name is of no use: " + demand);
  return refusal(peer, "another cluster had its name before it");
}

Result<std::string> auth_url(const Peer& peer, const Target& target) {
  if (peer.auth_urls.empty()) {
    return refusal(peer, "it has no authentication server that others can reach");
  }
  const bool any = std::find(target.release->spec.begin(), target.release->spec.end(),
                             SpecField::kAuthUrl) != target.release->spec.end();
  for (const std::string& url : peer.auth_urls) {
    if (any || is_foreign_auth_url(url)) return url;
  }
  return refusal(peer, "Liqo " + target.version.to_string() +
                           " takes no URL of its authentication server, for it wants an IPv4 "
                           "address, or a host name with a label of at most 6 letters behind its "
                           "first; there is " +
                           tried(peer.auth_urls));
}

}  // namespace liqo::cli
