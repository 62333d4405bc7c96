#pragma once

#include <string>

#include "cli/json.h"
#include "resolver/result.h"

namespace liqo::cli {

/// A cluster's host names as hosts(5) has them, by the rules of the agent's own names: those of the
/// cluster stand for the first of auth, api and gateway that there is, `auth.`, `api.` and
/// `gateway.` in front of them for these, and each has its addresses in the order in which to try
/// them. The canonical name is by the cluster's name where it holds one, and the alias by its id.
/// IPv6 link-local addresses are left out, and said so in a comment: the format has no place for
/// their zone.
///
/// kMalformed where the id is none; kNotFound where nothing is left.
Result<std::string> hosts_text(const Json& cluster);

}  // namespace liqo::cli
