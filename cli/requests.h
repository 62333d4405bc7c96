#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/export/liqo_version.h"
#include "cli/export/peer.h"
#include "cli/json.h"

namespace liqo::cli {

/// "lan,dns" as the `sources` of a call; kInvalid where a word is no source.
Result<Json> source_list(std::string_view text);

/// `--liqo`; nothing where it is not given, kInvalid where it is no version.
Result<std::optional<LiqoVersion>> liqo_version(const Arguments& arguments);

/// This host's own side, of Status.
Result<OwnSide> own_side(Client& client);

/// Refresh and Report: calls `method`, prints the agent's answer as `-o` says, and says which
/// exit status its outcome means. `-o table` prints a sentence: `open(cluster)` where the outcome
/// is open, or was not waited for. `cluster` is "" where all are meant.
Exit ask_outcome(const Context& context, const Arguments& arguments, std::string_view method,
                 std::string (*open)(const std::string& cluster));

}  // namespace liqo::cli
