#include "cli/help.h"

#include <array>

namespace liqo::cli {
namespace {

constexpr std::size_t kFlagColumn = 26;
constexpr std::size_t kCommandColumn = 14;

constexpr std::array kEverywhere = {
    Flag{"--socket", "PATH", "the agent's socket (or LIQO_DISCOVERY_SOCKET)"},
    Flag{"-h,--help", "", "this text"},
};

std::string padded(std::string text, std::size_t width) {
  text.append(text.size() < width ? width - text.size() : 2, ' ');
  return text;
}

/// "-o, --output FORMAT"
std::string spelled(const Flag& flag) {
  std::string text(flag.names);
  const std::size_t comma = text.find(',');
  text = comma == std::string::npos ? "    " + text : text.insert(comma + 1, " ");
  if (flag.value.empty()) return text;
  const std::string value = is_choice(flag.value) ? "FORMAT" : std::string(flag.value);
  return text + (flag.alone.empty() ? " " + value : "[=" + value + "]");
}

std::string flag_line(const Flag& flag) {
  std::string line = padded("  " + spelled(flag), kFlagColumn).append(flag.help);
  if (is_choice(flag.value)) line.append(": ").append(flag.value);
  if (!flag.alone.empty()) line.append(" (").append(flag.alone).append(" where none is given)");
  return line.append("\n");
}

}  // namespace

std::string program_help() {
  std::string text =
      "Liqo clusters near and far, as the agent on this host knows them.\n\n"
      "Usage: liqo-discovery [--socket PATH] COMMAND\n\nCommands:\n";
  for (const Command* command : commands()) {
    text += padded("  " + std::string(command->name), kCommandColumn);
    text.append(command->help).append("\n");
  }
  text += "\nEverywhere:\n";
  for (const Flag& flag : kEverywhere) text += flag_line(flag);
  text += flag_line({"--version", "", "the version"});
  text +=
      "\nExit status: 0 done, 1 failed, 2 wrong usage, 3 no such cluster or several,\n"
      "4 the agent cannot be reached, 5 --wait ran out.\n";
  return text;
}

std::string command_help(const Command& command) {
  std::string text(command.help);
  text[0] = static_cast<char>(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 32 : text[0]);
  text.append(".\n\nUsage: liqo-discovery ").append(command.name);
  if (!command.flags.empty()) text += " [FLAGS]";
  if (!command.operands.empty()) text.append(" ").append(command.operands);
  text += "\n";
  if (!command.detail.empty()) text.append("\n").append(command.detail).append("\n");
  text += "\nFlags:\n";
  for (const Flag& flag : command.flags) text += flag_line(flag);
  for (const Flag& flag : kEverywhere) text += flag_line(flag);
  return text;
}

}  // namespace liqo::cli
