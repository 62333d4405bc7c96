#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cli/export/liqo_version.h"

namespace liqo::cli {

/// A field of a ForeignCluster's `spec`, as some version has it.
enum class SpecField : std::uint8_t {
  kPeeringType,            ///< peeringType: OutOfBand or InBand, never changed afterwards
  kClusterIdentity,        ///< clusterIdentity: clusterID and clusterName
  kAuthUrl,                ///< authUrl, of any form
  kForeignAuthUrl,         ///< foreignAuthUrl, of the form of is_foreign_auth_url()
  kDiscoveryType,          ///< discoveryType; a label in later versions
  kInsecureSkipTlsVerify,  ///< insecureSkipTLSVerify
  kJoin,                   ///< join: a boolean
  kOutgoingPeering,        ///< outgoingPeeringEnabled: Auto, No or Yes
  kIncomingPeering,        ///< incomingPeeringEnabled: likewise
  kNetworking,             ///< networkingEnabled: No or Yes
};

/// How liqoctl is told to peer.
enum class LiqoctlSyntax : std::uint8_t {
  kNone,
  kAddCluster,     ///< liqoctl add cluster NAME --auth-url --id --token
  kPeerOutOfBand,  ///< liqoctl peer out-of-band NAME --auth-url --cluster-id --auth-token
  kPeer,           ///< liqoctl peer --remote-kubeconfig, and where the gateway's server is
};

/// What a version of Liqo takes from who wants to peer. A version that needs something else gets a
/// row in liqo_release.cc.
struct LiqoRelease {
  LiqoVersion first;  ///< those from this one on are alike, up to the next row
  /// Of a ForeignCluster made by hand, in the order in which they are written; empty: none is.
  std::span<const SpecField> spec;
  LiqoctlSyntax liqoctl = LiqoctlSyntax::kNone;
  /// A ForeignCluster without the cluster's name, or whose name is no RFC 1123 label, is refused.
  bool name_required = false;
  /// Why there is no ForeignCluster, or no liqoctl, behind "Liqo 0.1 ".
  std::string_view why_not = {};
};

const LiqoRelease& release_of(const LiqoVersion& version);

}  // namespace liqo::cli
