#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/client.h"
#include "cli/exit_status.h"
#include "cli/output.h"
#include "resolver/result.h"

namespace liqo::cli {

/// Whether a value, of a flag or an operand, is one of some words, "table|json", rather than
/// anything that its placeholder, "SECONDS", stands for.
constexpr bool is_choice(std::string_view value) {
  return !value.empty() && value.front() >= 'a' && value.front() <= 'z';
}

/// A flag of a command, as the help, the parser and the completions read it.
struct Flag {
  std::string_view names;  ///< "-o,--output"; the last one is the name to look it up by
  /// What its value is: "table|json" are choices, "SECONDS" a number, any other placeholder a word;
  /// empty for a switch.
  std::string_view value;
  std::string_view help;
  /// The value where the flag stands alone, as in `--wait[=SECONDS]`; empty: a value is required.
  std::string_view alone = {};
};

/// What the user gave to a command, checked against its flags.
class Arguments {
 public:
  std::map<std::string, std::string, std::less<>> flags;  ///< by long name without the dashes
  std::vector<std::string> operands;

  [[nodiscard]] bool has(std::string_view flag) const { return flags.contains(flag); }
  /// The value, or `otherwise`.
  [[nodiscard]] std::string get(std::string_view flag, std::string_view otherwise = {}) const;
  /// A value in seconds; nothing where the flag is not given.
  [[nodiscard]] std::optional<Duration> seconds(std::string_view flag) const;
};

/// What every command works with.
struct Context {
  std::string socket;
  Output& out;
  Duration answer_time;

  [[nodiscard]] Result<Client> connect() const;
  /// Says why on standard error, in one line.
  [[nodiscard]] Exit fail(const Error& error) const;
  [[nodiscard]] Exit fail(Exit status, std::string_view why) const;
};

/// A row of the table of commands.
struct Command {
  std::string_view name;
  Exit (*run)(const Arguments&, Context&);
  std::string_view help;      ///< one line, for the list of commands
  std::string_view operands;  ///< "CLUSTER", "[CLUSTER]", "[CLUSTER...]", "bash|zsh|fish", ""
  std::span<const Flag> flags = {};
  std::string_view detail = {};  ///< what `--help` says below the usage
};

/// All of them, in the order of the help.
std::span<const Command* const> commands();
/// Nothing where there is none of that name.
const Command* find_command(std::string_view name);

// One file each, in commands/.
extern const Command kList;
extern const Command kShow;
extern const Command kWatch;
extern const Command kBrowse;
extern const Command kRefresh;
extern const Command kReport;
extern const Command kTrust;
extern const Command kAdd;
extern const Command kCheck;
extern const Command kRemove;
extern const Command kExport;
extern const Command kStatus;
extern const Command kMetrics;
extern const Command kCompletion;

}  // namespace liqo::cli
