#pragma once

#include <string>
#include <string_view>

namespace liqo::cli {

/// A word of a POSIX shell's command line that stands for exactly this text, in single quotes
/// unless no shell would read anything else into it. Also right behind a `#`, which an interactive
/// zsh takes for no comment.
std::string shell_word(std::string_view text);

}  // namespace liqo::cli
