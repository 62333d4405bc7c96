#include "cli/parse.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <deque>

#include "cli/text.h"

namespace liqo::cli {
namespace {

/// More clusters than anybody names by hand.
constexpr int kMaxOperands = 1024;

/// One flag while CLI11 reads it.
struct Given {
  const Flag* flag;
  CLI::Option* option;
  std::string value;
};

/// One command while CLI11 reads it; deque: CLI11 keeps references to the values.
struct Candidate {
  const Command* command;
  CLI::App* app;
  std::deque<Given> given;
  std::vector<std::string> operands;
};

std::string_view long_name(const Flag& flag) {
  const std::size_t dashes = flag.names.rfind("--");
  return flag.names.substr(dashes + 2);
}

std::string check_seconds(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  const bool digits = !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
  if (digits && *end == '\0' && seconds <= kMaxWaitSeconds) return {};
  return "expected seconds from 0 to " + std::to_string(static_cast<int>(kMaxWaitSeconds)) +
         ", not " + printable(text);
}

std::string check_choice(std::string_view choices, const std::string& text) {
  for (std::string_view rest = choices; !rest.empty();) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    if (rest.substr(0, bar) == text) return {};
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return "expected " + std::string(choices) + ", not " + printable(text);
}

void check_values(CLI::Option* option, std::string_view value) {
  if (value == "SECONDS") {
    option->check(check_seconds);
  } else if (is_choice(value)) {
    option->check([value](const std::string& text) { return check_choice(value, text); });
  }
}

void add_flag(Candidate& candidate, const Flag& flag) {
  Given& given = candidate.given.emplace_back(Given{&flag, nullptr, {}});
  const std::string names(flag.names);
  if (flag.value.empty()) {
    given.option = candidate.app->add_flag(names);
  } else if (flag.alone.empty()) {
    given.option = candidate.app->add_option(names, given.value);
  } else {
    // CLI11's flag with a default: `--wait` and `--wait=7`, but never takes the next word.
    given.option =
        candidate.app->add_flag(names + "{" + std::string(flag.alone) + "}", given.value);
  }
  check_values(given.option, flag.value);
}

void add_command(CLI::App& app, std::deque<Candidate>& candidates, const Command& command) {
  CLI::App* sub = app.add_subcommand(std::string(command.name));
  sub->set_help_flag("-h,--help");
  sub->fallthrough();  // --socket may stand behind the command too
  Candidate& candidate = candidates.emplace_back(Candidate{&command, sub, {}, {}});
  for (const Flag& flag : command.flags) add_flag(candidate, flag);
  if (command.operands.empty()) return;
  CLI::Option* operands = sub->add_option("operand", candidate.operands);
  const bool optional = command.operands.front() == '[';
  const bool several = command.operands.find("...") != std::string_view::npos;
  operands->expected(optional ? 0 : 1, several ? kMaxOperands : 1)->required(!optional);
  check_values(operands, command.operands);
}

Arguments arguments_of(const Candidate& candidate) {
  Arguments arguments;
  arguments.operands = candidate.operands;
  for (const Given& given : candidate.given) {
    if (given.option->count() == 0) continue;
    arguments.flags[std::string(long_name(*given.flag))] = given.value;
  }
  return arguments;
}

const Candidate* parsed(const std::deque<Candidate>& candidates) {
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [](const Candidate& each) { return each.app->parsed(); });
  return found == candidates.end() ? nullptr : &*found;
}

/// The words that CLI11 could not place are the user's: named, and made safe to show.
std::string reason(const CLI::ParseError& error, const Candidate* candidate,
                   const std::vector<std::string>& words) {
  if (candidate == nullptr) {
    for (const std::string& word : words) {
      if (!word.starts_with("-")) return "unknown command " + printable(word);
    }
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return std::string(candidate->command->name) + " needs " +
           std::string(candidate->command->operands);
  }
  std::string text = printable(error.what());
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

}  // namespace

std::variant<Call, HelpCall, VersionCall, UsageError> parse(std::vector<std::string> arguments) {
  CLI::App app("", "liqo-discovery");
  app.set_help_flag("-h,--help");
  bool version = false;
  app.add_flag("--version", version);
  std::string socket;
  app.add_option("--socket", socket);
  std::deque<Candidate> candidates;
  for (const Command* command : commands()) add_command(app, candidates, *command);
  const std::vector<std::string> words = arguments;
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    const Candidate* asked = parsed(candidates);
    return HelpCall{asked != nullptr ? asked->command : nullptr};
  } catch (const CLI::ParseError& error) {
    return UsageError{reason(error, parsed(candidates), words)};
  }
  if (version) return VersionCall{};
  const Candidate* chosen = parsed(candidates);
  if (chosen == nullptr) return UsageError{"a command is needed"};
  return Call{chosen->command, arguments_of(*chosen), socket};
}

}  // namespace liqo::cli
