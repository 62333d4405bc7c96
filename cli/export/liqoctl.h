#pragma once

#include <string>

#include "cli/export/peer.h"
#include "resolver/result.h"

namespace liqo::cli {

/// The command lines by which liqoctl of the target's version peers with a cluster, with comments
/// that say what the placeholders stand for. To be run, or pasted, in a POSIX shell: whatever the
/// network said, nothing but liqoctl runs. kRefused, with the reason, where there is no such
/// command.
Result<std::string> liqoctl_lines(const Peer& peer, const Target& target, const OwnSide& own);

}  // namespace liqo::cli
