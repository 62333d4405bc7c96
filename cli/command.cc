#include "cli/command.h"

#include <array>
#include <cstdlib>

namespace liqo::cli {
namespace {

constexpr std::array kCommands = {&kList,   &kShow,   &kWatch,   &kBrowse,    &kRefresh,
                                  &kReport, &kTrust,  &kCheck,   &kAdd,       &kRemove,
                                  &kExport, &kStatus, &kMetrics, &kCompletion};

}  // namespace

std::span<const Command* const> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  for (const Command* command : kCommands) {
    if (command->name == name) return command;
  }
  return nullptr;
}

std::string Arguments::get(std::string_view flag, std::string_view otherwise) const {
  const auto found = flags.find(flag);
  return found == flags.end() ? std::string(otherwise) : found->second;
}

std::optional<Duration> Arguments::seconds(std::string_view flag) const {
  const auto found = flags.find(flag);
  if (found == flags.end()) return std::nullopt;
  const double seconds = std::strtod(found->second.c_str(), nullptr);  // checked when parsed
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

Result<Client> Context::connect() const { return Client::connect({socket, answer_time}); }

Exit Context::fail(const Error& error) const { return fail(exit_of(error), error.detail); }

Exit Context::fail(Exit status, std::string_view why) const {
  out.complain(why);
  return status;
}

}  // namespace liqo::cli
