#include "cli/export/liqo_release.h"

#include <array>

namespace liqo::cli {
namespace {

using enum SpecField;

constexpr std::array kSpec02 = {kClusterIdentity, kAuthUrl, kDiscoveryType, kJoin};
constexpr std::array kSpec03 = {kClusterIdentity, kForeignAuthUrl, kInsecureSkipTlsVerify,
                                kOutgoingPeering, kIncomingPeering};
constexpr std::array kSpec05 = {kClusterIdentity, kForeignAuthUrl,  kInsecureSkipTlsVerify,
                                kOutgoingPeering, kIncomingPeering, kNetworking};
constexpr std::array kSpec06 = {kPeeringType,           kClusterIdentity, kForeignAuthUrl,
                                kInsecureSkipTlsVerify, kOutgoingPeering, kIncomingPeering};

/// Oldest first. After Liqo's CRDs (discovery.liqo.io_foreignclusters.yaml) and the commands of
/// liqoctl at each tag.
constexpr std::array kReleases = {
    LiqoRelease{{0, 1, 0},
                {},
                LiqoctlSyntax::kNone,
                false,
                "has no liqoctl, and a ForeignCluster of it names the namespace and the CA of the "
                "other's Liqo, which are not known from here"},
    LiqoRelease{{0, 2, 0},
                kSpec02,
                LiqoctlSyntax::kNone,
                false,
                "has no liqoctl: use --format foreigncluster"},
    LiqoRelease{{0, 3, 0}, kSpec03, LiqoctlSyntax::kAddCluster},
    LiqoRelease{{0, 3, 2}, kSpec03, LiqoctlSyntax::kAddCluster, true},
    LiqoRelease{{0, 5, 0}, kSpec05, LiqoctlSyntax::kPeerOutOfBand, true},
    LiqoRelease{{0, 6, 0}, kSpec06, LiqoctlSyntax::kPeerOutOfBand, true},
    LiqoRelease{{1, 0, 0},
                {},
                LiqoctlSyntax::kPeer,
                false,
                "makes ForeignClusters itself, when it peers: use --format liqoctl"},
};

}  // namespace

const LiqoRelease& release_of(const LiqoVersion& version) {
  const LiqoRelease* found = kReleases.data();
  for (const LiqoRelease& release : kReleases) {
    if (!(version < release.first)) found = &release;
  }
  return *found;
}

}  // namespace liqo::cli
