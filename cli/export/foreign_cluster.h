#pragma once

#include <cstdint>
#include <string>

#include "cli/export/peer.h"
#include "resolver/result.h"

namespace liqo::cli {

/// What the user wants of a cluster that is exported as a ForeignCluster.
enum class Intent : std::uint8_t {
  kPeer,    ///< peer with it: it was named
  kKnow,    ///< have it known, and decide later
  kFollow,  ///< have it kept true while it changes: what a user may switch by hand is left out, so
            ///< that no later document takes it back
};

/// A ForeignCluster (discovery.liqo.io/v1alpha1) of the target's version, as YAML and without
/// `---`, a comment in front. It has no discovery-type label, which makes it a manual one: Liqo
/// does not remove it when the LAN is silent for a while. kRefused, with the reason, where the
/// version takes none made by hand, or none of this peer.
Result<std::string> foreign_cluster_yaml(const Peer& peer, const Target& target, Intent intent);

/// The Secret from which Liqo takes the token that it shows to the peer, with a placeholder in
/// place of it: a token is never discovered.
std::string token_secret_yaml(const Peer& peer);

}  // namespace liqo::cli
