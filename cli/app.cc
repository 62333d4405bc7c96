#include "cli/app.h"

#include <cstdlib>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/parse.h"

namespace liqo::cli {
namespace {

/// The hidden command by which the completions of every shell ask for candidates.
constexpr std::string_view kComplete = "__complete";

Exit dispatch(const Call& call, Output& out, Duration answer_time) {
  Context context{call.socket.empty() ? default_socket() : call.socket, out, answer_time};
  return call.command->run(call.arguments, context);
}

Exit refuse(const UsageError& error, const Output& out) {
  out.complain(error.why + "; see `liqo-discovery --help`");
  return Exit::kUsage;
}

Exit answer(const std::vector<std::string>& arguments, Output& out, Duration answer_time) {
  if (!arguments.empty() && arguments.front() == kComplete) {
    out.write(completions({arguments.begin() + 1, arguments.end()}));
    return Exit::kDone;
  }
  const auto parsed = parse(arguments);
  if (const auto* call = std::get_if<Call>(&parsed)) return dispatch(*call, out, answer_time);
  if (const auto* wrong = std::get_if<UsageError>(&parsed)) return refuse(*wrong, out);
  if (const auto* help = std::get_if<HelpCall>(&parsed)) {
    out.write(help->command != nullptr ? command_help(*help->command) : program_help());
  } else {
    out.write("liqo-discovery " LIQO_VERSION "\n");
  }
  return Exit::kDone;
}

}  // namespace

std::string default_socket() {
  const char* named = std::getenv("LIQO_DISCOVERY_SOCKET");
  if (named != nullptr && *named != '\0') return named;
  return LIQO_RUNTIME_DIR "/io.liqo.Discovery";
}

Exit run(const std::vector<std::string>& arguments, Output& out, Duration answer_time) {
  const Exit status = answer(arguments, out, answer_time);
  const auto written = out.result();
  if (written || status != Exit::kDone) return status;
  out.complain(written.error().detail);
  return Exit::kFailed;
}

}  // namespace liqo::cli
