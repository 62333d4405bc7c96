#include "cli/completion.h"

#include "cli/command.h"

namespace liqo::cli {
namespace {

Exit run_completion(const Arguments& arguments, Context& context) {
  context.out.write(completion_script(arguments.operands.front()));
  return Exit::kDone;
}

}  // namespace

constinit const Command kCompletion = {
    .name = "completion",
    .run = run_completion,
    .help = "the script by which a shell completes commands, flags and clusters",
    .operands = "bash|zsh|fish",
    .detail =
        "bash: source <(liqo-discovery completion bash)\n"
        "zsh:  source <(liqo-discovery completion zsh), after compinit\n"
        "fish: liqo-discovery completion fish | source",
};

}  // namespace liqo::cli
