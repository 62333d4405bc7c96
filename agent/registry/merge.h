#pragma once

#include <optional>
#include <vector>

#include "agent/registry/cluster.h"
#include "agent/registry/registry.h"

namespace liqo {

/// What decides between sightings besides themselves.
struct MergeRules {
  const LocalNetwork& network;
  Source prefer = Source::kLan;
};

/// Makes one cluster of its sightings, given in the order in which they were first seen. Nothing
/// when none of them gives an endpoint, unless there is one to show that is not to be believed:
/// bogus, indeterminate, or of an identity that is refuted. Those give no endpoint, no name,
/// version or site, and no state where there is any other; a refuted auth endpoint takes with it
/// what its source tells in the same domain of the other services on its host (by name, or by its
/// addresses), and where no other auth endpoint of that source stands there, of all.
///
/// Sightings are preferred in this order: manual, DNSSEC-secure DNS, then LAN and other DNS as
/// `prefer` says; fresh, suspect, stale; a confirmed identity; an instance label that is the id
/// before one that merely claims it in its TXT; SRV priority, then the greater weight (RFC 2782);
/// the first seen, so that a late-comer takes nothing over. Those without a usable address and
/// those with port 0 or target
/// "." give no endpoint.
///
/// An endpoint is the best sighting's host and port, with the addresses of all sightings of its
/// source that name the same: a host on several links keeps them all.
std::optional<Cluster> merge(const ClusterId& id, WallTime first_seen,
                             std::vector<SightingEntry> sightings, const MergeRules& rules);

}  // namespace liqo
