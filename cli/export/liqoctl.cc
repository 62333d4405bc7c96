#include "cli/export/liqoctl.h"

#include <initializer_list>
#include <string_view>
#include <vector>

#include "cli/export/shell.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

using Words = std::vector<std::string>;

/// The port of a gateway's Service where nobody says otherwise; Liqo 1.x.
constexpr std::uint16_t kGatewayPort = 51840;

/// Kubernetes' default --service-node-port-range.
bool is_node_port(std::uint16_t port) { return port >= 30000 && port <= 32767; }

void append(Words& words, std::initializer_list<std::string_view> more) {
  for (const std::string_view word : more) words.emplace_back(word);
}

std::string line_of(const Words& words) {
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ") += shell_word(word);
  return line + "\n";
}

/// Without a quote or a dollar sign of ours: a shell that takes no comments would read it.
std::string comment(const std::string& text) { return "# " + text + "\n"; }

/// Who it is, for a comment: what the network said, quoted.
std::string head(const Peer& peer, const Target& target) {
  const std::string name = peer.name.empty() ? "" : shell_word(printable(peer.name)) + ", ";
  std::string text = comment(name + peer.id + ", for Liqo " + target.version.to_string());
  if (!target.note.empty()) text += comment(target.note);
  return text;
}

/// Liqo 0.3 to 0.10. `flags` are those of the id and the token.
Result<std::string> out_of_band(const Peer& peer, const Target& target, Words words,
                                std::string_view id_flag, std::string_view token_flag) {
  const auto name = object_name(peer, target);
  if (!name) return name.error();
  const auto url = auth_url(peer, target);
  if (!url) return url.error();
  append(words, {*name, "--auth-url", *url, id_flag, peer.id, token_flag, kTokenPlaceholder});
  return head(peer, target) + comment("Its token, on its side:") +
         comment("  " + std::string(kTokenCommand)) + line_of(words);
}

Result<std::string> peer_out_of_band(const Peer& peer, const Target& target) {
  auto text =
      out_of_band(peer, target, {"liqoctl", "peer", "out-of-band"}, "--cluster-id", "--auth-token");
  if (!text) return text;
  const std::string in_band = line_of(
      {"liqoctl", "peer", "in-band", "--remote-kubeconfig", std::string(kKubeconfigPlaceholder)});
  return *text + comment("Or in-band, from a host with both kubeconfigs:") + "#   " + in_band;
}

/// What liqoctl cannot find out by itself: which port the server has, and where the client reaches
/// it.
Words gateway_flags(const PeerGateway& gateway, std::string_view location) {
  Words words = {"--gw-server-service-location", std::string(location)};
  const std::string port = std::to_string(gateway.port);
  if (is_node_port(gateway.port)) {
    append(words, {"--gw-server-service-type", "NodePort", "--gw-server-service-nodeport", port});
  } else if (!gateway.address && gateway.port != kGatewayPort) {
    append(words, {"--gw-server-service-port", port});
  }
  if (gateway.address) {
    append(words, {"--gw-client-address", *gateway.address, "--gw-client-port", port});
  }
  return words;
}

/// How the user gets at the kubeconfig of a 1.x peer.
std::string kubeconfig_comments(const Peer& peer, const OwnSide& own) {
  const std::string_view id = own.id.empty() ? kOwnIdPlaceholder : std::string_view(own.id);
  std::string text =
      comment("Its kubeconfig, on its side:") +
      comment("  liqoctl generate peering-user --consumer-cluster-id " + shell_word(id));
  if (!peer.api_urls.empty()) {
    text += comment("Its API server is to be reached at " + shell_word(peer.api_urls.front()));
  }
  return text;
}

/// Liqo 1.x: the server of the tunnel stands on a side that has a gateway to be reached, the
/// peer's before ours.
std::string peer_by_kubeconfig(const Peer& peer, const Target& target, const OwnSide& own) {
  std::string text = head(peer, target) + kubeconfig_comments(peer, own);
  Words words = {"liqoctl", "peer", "--remote-kubeconfig", std::string(kKubeconfigPlaceholder)};
  const bool provider = peer.gateway.has_value();
  const auto& gateway = provider ? peer.gateway : own.gateway;
  if (!gateway) {
    return text + comment("No gateway is advertised: liqoctl chooses.") + line_of(words);
  }
  text += comment(provider ? "The gateway server is on its side, as advertised."
                           : "It advertises no gateway: the gateway server is on this side.");
  if (gateway->address && !is_node_port(gateway->port)) {
    text += comment(
        "Where that port is forwarded to a node, add --gw-server-service-type NodePort "
        "--gw-server-service-nodeport and the port there.");
  }
  const Words flags = gateway_flags(*gateway, provider ? "Provider" : "Consumer");
  words.insert(words.end(), flags.begin(), flags.end());
  return text + line_of(words);
}

}  // namespace

Result<std::string> liqoctl_lines(const Peer& peer, const Target& target, const OwnSide& own) {
  switch (target.release->liqoctl) {
    case LiqoctlSyntax::kAddCluster:
      return out_of_band(peer, target, {"liqoctl", "add", "cluster"}, "--id", "--token");
    case LiqoctlSyntax::kPeerOutOfBand:
      return peer_out_of_band(peer, target);
    case LiqoctlSyntax::kPeer:
      return peer_by_kubeconfig(peer, target, own);
    case LiqoctlSyntax::kNone:
      break;
  }
  return Error{Errc::kRefused, peer.title() + " is not exported: Liqo " +
                                   target.version.to_string() + " " +
                                   std::string(target.release->why_not)};
}

}  // namespace liqo::cli
