#pragma once

#include <string>

namespace liqo {

/// Sets up the process's log: standard error, a line each; where that is the journal's stream, with
/// "<N>" priorities (sd-daemon(3)) and without time and level, which the journal adds itself.
/// `level`: error, warning, info or debug.
void set_up_log(const std::string& level);

}  // namespace liqo
