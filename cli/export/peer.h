#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/export/liqo_release.h"
#include "cli/export/liqo_version.h"
#include "cli/json.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/result.h"

namespace liqo::cli {

/// Where a network gateway is reached. `address` is one that its user chose, an IPv4 address or a
/// host name; nothing where it is the node's own, which Liqo finds by itself.
struct PeerGateway {
  std::uint16_t port = 0;
  std::optional<std::string> address;
};

/// A cluster as who wants to peer with it needs it.
struct Peer {
  ClusterId id;
  std::string name;     ///< raw octets as the network told them; may be empty, as the version
  std::string version;  ///< likewise
  /// The name is a label, and this cluster was the first of those known to claim it.
  bool holds_name = false;
  std::vector<std::string> auth_urls;  ///< in the order in which to try them
  std::vector<std::string> api_urls;   ///< likewise
  std::optional<PeerGateway> gateway;

  /// "milan (8b4b6c5e-...)", safe to show.
  [[nodiscard]] std::string title() const;
};

/// A cluster as the agent's List and Get tell it. What is not there, or of another type than it
/// should be, is left out. kMalformed where the id is none; kRefused where its identity is
/// `mismatch` or `changed`: who answers there may be somebody else.
Result<Peer> peer_of(const Json& cluster);

/// This host's own side: the `cluster` of Status, null where none is configured.
struct OwnSide {
  ClusterId id;  ///< may be empty
  std::optional<LiqoVersion> version;
  std::optional<PeerGateway> gateway;
};
OwnSide own_side_of(const Json& cluster);

/// The version that an export is for.
struct Target {
  LiqoVersion version;
  const LiqoRelease* release = nullptr;
  /// What the user should know of that version, for comments: safe to show, and without quotes,
  /// which a shell would pair. May be empty.
  std::string note;
};

/// The version that was asked for, else the peer's own. A peer that has an authentication server
/// and tells no version runs 0.10 or older, for later ones have none: it is taken to run this
/// host's version where that is so old, else 0.10. kRefused, with the reason, where that cannot be
/// told.
Result<Target> target_of(const Peer& peer, const std::optional<LiqoVersion>& asked,
                         const OwnSide& own);

/// The name by which Kubernetes and liqoctl are to know the peer: the one that it holds, or its id
/// where the version needs no name. kRefused, with the reason, where there is none that they take,
/// or another cluster has it: a neighbour must not take the place of a ForeignCluster by its name.
Result<std::string> object_name(const Peer& peer, const Target& target);

/// The first URL of the peer's authentication server that the version takes; kRefused, with the
/// reason and what was tried.
Result<std::string> auth_url(const Peer& peer, const Target& target);

/// What stands where a user has to put a secret that discovery does not know.
inline constexpr std::string_view kTokenPlaceholder = "REPLACE-WITH-ITS-TOKEN";
inline constexpr std::string_view kKubeconfigPlaceholder = "REPLACE-WITH-ITS-KUBECONFIG";
inline constexpr std::string_view kOwnIdPlaceholder = "REPLACE-WITH-YOUR-CLUSTER-ID";
/// The command that prints a cluster's token, to be run on its side.
inline constexpr std::string_view kTokenCommand =
    "kubectl get secret auth-token --namespace liqo --template {{.data.token}} | base64 --decode";

}  // namespace liqo::cli
