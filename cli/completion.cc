#include "cli/completion.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/app.h"
#include "cli/command.h"

namespace liqo::cli {
namespace {

/// Longer than the agent ever takes, shorter than a person wonders.
constexpr Duration kAnswerTime = std::chrono::milliseconds(500);

/// A name that no shell reads as anything but a word; others are completed by their id.
bool is_word(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

class Candidates {
 public:
  explicit Candidates(std::string prefix) : prefix_(std::move(prefix)) {}

  void add(std::string_view word, std::string_view explanation) {
    if (!word.starts_with(prefix_)) return;
    text_.append(word).append("\t").append(explanation).append("\n");
  }

  /// "bash|zsh|fish", each behind `before`.
  void add_choices(std::string_view choices, const std::string& before = {}) {
    while (!choices.empty()) {
      const std::size_t bar = std::min(choices.find('|'), choices.size());
      add(before + std::string(choices.substr(0, bar)), "");
      choices.remove_prefix(std::min(bar + 1, choices.size()));
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string prefix_;
  std::string text_;
};

void add_clusters(Candidates& candidates, const std::string& socket) {
  auto client = Client::connect({socket, kAnswerTime});
  if (!client) return;
  const auto done = client->call_more("List", Json::object(), [&candidates](const Json& reply) {
    for (const Json& cluster : field(reply, "clusters")) {
      const std::string name = raw_field(cluster, "name");
      const std::string id = raw_field(cluster, "id");
      if (is_word(name)) candidates.add(name, id);
      if (is_word(id)) candidates.add(id, text_field(cluster, "name"));
    }
  });
  static_cast<void>(done);  // what came until then is offered
}

/// The domains that are browsed already.
void add_domains(Candidates& candidates, const std::string& socket) {
  auto client = Client::connect({socket, kAnswerTime});
  if (!client) return;
  const auto status = client->call("Status", Json::object());
  if (!status) return;
  for (const Json& source : field(*status, "sources")) {
    for (const Json& domain : field(source, "domains")) {
      const std::string name = raw_field(domain, "name");
      if (is_word(name)) candidates.add(name, "");
    }
  }
}

/// "lan,d" goes on as "lan,dns": each source once.
void add_sources(Candidates& candidates, const std::string& before, std::string_view typed) {
  const std::size_t last = typed.rfind(',');
  const std::string head(typed.substr(0, last == std::string_view::npos ? 0 : last + 1));
  for (const std::string source : {"lan", "dns", "manual"}) {
    if (("," + head).find("," + source + ",") != std::string::npos) continue;
    candidates.add(before + head + source, "");
  }
}

/// Calls `take` for each of "-o", "--output".
template <class Take>
void for_each_name(const Flag& flag, Take take) {
  for (std::string_view rest = flag.names; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    take(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
}

const Flag* find_flag(const Command& command, std::string_view word) {
  for (const Flag& flag : command.flags) {
    bool found = false;
    for_each_name(flag, [&](std::string_view name) { found = found || name == word; });
    if (found) return &flag;
  }
  return nullptr;
}

/// Where among the words the one is that is being typed.
struct Position {
  const Command* command = nullptr;  ///< none yet, or none of that name
  bool named = false;                ///< a command was, whether there is one or not
  const Flag* flag = nullptr;        ///< whose value it is
  bool path = false;                 ///< it is the value of --socket
  std::size_t operands = 0;          ///< before it
  std::string socket = default_socket();

  void step(const std::string& word);
  /// Behind the name of a flag, or what stands there of its own.
  void step_over(const std::string& word);
};

constexpr std::string_view kSocketFlag = "--socket";

void Position::step(const std::string& word) {
  if (std::exchange(path, false)) {
    socket = word;
  } else if (flag != nullptr) {
    flag = nullptr;
  } else {
    step_over(word);
  }
}

void Position::step_over(const std::string& word) {
  if (word == kSocketFlag) {
    path = true;
  } else if (word.starts_with(std::string(kSocketFlag) + "=")) {
    socket = word.substr(kSocketFlag.size() + 1);
  } else if (!word.starts_with("-")) {
    operands += named ? 1 : 0;
    if (!named) command = find_command(word);
    named = true;
  } else if (const Flag* found = command == nullptr ? nullptr : find_flag(*command, word)) {
    if (!found->value.empty() && found->alone.empty()) flag = found;
  }
}

void add_flags(Candidates& candidates, const Position& position) {
  if (position.command != nullptr) {
    for (const Flag& flag : position.command->flags) {
      for_each_name(flag, [&](std::string_view name) { candidates.add(name, flag.help); });
    }
  }
  candidates.add("--help", "how to use it");
  candidates.add(kSocketFlag, "the agent's socket");
  if (!position.named) candidates.add("--version", "the version");
}

/// `before` is what stands before the value in the word that is typed, such as "--output=".
void add_value(Candidates& candidates, const Flag& flag, const std::string& before,
               std::string_view typed) {
  if (is_choice(flag.value)) candidates.add_choices(flag.value, before);
  if (flag.value == "SOURCES") add_sources(candidates, before, typed);
}

void add_operands(Candidates& candidates, const Position& position) {
  const std::string_view operands = position.command->operands;
  const bool several = operands.find("...") != std::string_view::npos;
  if (position.operands > 0 && !several) return;
  if (is_choice(operands)) candidates.add_choices(operands);
  if (operands.find("CLUSTER") != std::string_view::npos) add_clusters(candidates, position.socket);
  if (operands == "DOMAIN") add_domains(candidates, position.socket);
}

}  // namespace

std::string completions(const std::vector<std::string>& words) {
  const std::string last = words.empty() ? "" : words.back();
  Position position;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) position.step(words[i]);
  Candidates candidates(last);
  const std::size_t equals = last.starts_with("--") ? last.find('=') : std::string::npos;
  if (position.path) return {};  // the shell's own: a path
  if (position.flag != nullptr) {
    add_value(candidates, *position.flag, "", last);
  } else if (equals != std::string::npos) {
    const Flag* flag = position.command == nullptr
                           ? nullptr
                           : find_flag(*position.command, last.substr(0, equals));
    const std::string before = last.substr(0, equals + 1);
    if (flag != nullptr) add_value(candidates, *flag, before, last.substr(equals + 1));
  } else if (last.starts_with("-")) {
    add_flags(candidates, position);
  } else if (!position.named) {
    for (const Command* command : commands()) candidates.add(command->name, command->help);
  } else if (position.command != nullptr) {
    add_operands(candidates, position);
  }
  return candidates.text();
}

}  // namespace liqo::cli
