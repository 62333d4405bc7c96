#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace liqo::cli {

/// What may stand where the user presses Tab, a candidate a line, its explanation behind a tab.
/// `words` are those behind the program's name, the last one being typed. Commands and flags come
/// from the table of commands; clusters from the agent, which is given half a second.
std::string completions(const std::vector<std::string>& words);

/// The script that makes `bash`, `zsh` or `fish` ask for completions(); "" for another shell.
std::string_view completion_script(std::string_view shell);

}  // namespace liqo::cli
