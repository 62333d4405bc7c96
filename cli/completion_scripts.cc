#include "cli/completion.h"

namespace liqo::cli {
namespace {

// The shells differ in how they show candidates; what the candidates are, they ask the program.

constexpr std::string_view kBash = R"(# bash completion for liqo-discovery
_liqo_discovery() {
    local words=() word candidate glue='' current=${COMP_WORDS[COMP_CWORD]}
    # bash breaks words at '=': the program wants them whole, bash the part behind it.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ $word == = && ${#words[@]} -gt 0 ]]; then
            words[-1]+="="
            glue=yes
        elif [[ $glue ]]; then
            words[-1]+=$word
            glue=''
        else
            words+=("$word")
        fi
    done
    [[ $current == = ]] && current=
    local whole=${words[-1]} before
    before=${whole%"$current"}
    COMPREPLY=()
    if [[ $before == --socket= || ( ${#words[@]} -gt 1 && ${words[-2]} == --socket ) ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    while IFS= read -r candidate; do
        candidate=${candidate%%$'\t'*}
        [[ $candidate ]] && COMPREPLY+=("${candidate#"$before"}")
    done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
}
complete -F _liqo_discovery liqo-discovery
)";

constexpr std::string_view kZsh = R"(#compdef liqo-discovery
# zsh completion for liqo-discovery
_liqo-discovery() {
    local -a candidates
    local line
    if [[ ${words[CURRENT-1]} == --socket ]] || compset -P '--socket='; then
        _files
        return
    fi
    while IFS= read -r line; do
        local word=${line%%$'\t'*} help=${line#*$'\t'}
        candidates+=("${word//:/\\:}${help:+:$help}")
    done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
    _describe 'liqo-discovery' candidates
}
if [[ $funcstack[1] == _liqo-discovery ]]; then
    _liqo-discovery "$@"
else
    compdef _liqo-discovery liqo-discovery
fi
)";

constexpr std::string_view kFish = R"(# fish completion for liqo-discovery
function __liqo_discovery_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c liqo-discovery -f -a '(__liqo_discovery_complete)'
complete -c liqo-discovery -l socket -r -F
)";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return {};
}

}  // namespace liqo::cli
