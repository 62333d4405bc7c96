#include "cli/completion.h"

#include <algorithm>
#include <array>

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

void add_flags(Candidates& candidates, const Command& command) {
  for (const Flag& flag : command.flags) {
    for_each_name(flag, [&](std::string_view name) { candidates.add(name, flag.help); });
  }
  candidates.add("--help", "how to use it");
  candidates.add("--socket", "the agent's socket");
}

void add_operands(Candidates& candidates, const Command& command, const std::string& socket) {
  if (is_choice(command.operands)) candidates.add_choices(command.operands);
  if (command.operands.find("CLUSTER") != std::string_view::npos) add_clusters(candidates, socket);
}

struct Position {
  const Command* command = nullptr;
  std::string socket = default_socket();
};

Position read_position(const std::vector<std::string>& words) {
  Position position;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--socket" && i + 2 < words.size()) {
      position.socket = words[++i];
    } else if (words[i].starts_with("--socket=")) {
      position.socket = words[i].substr(std::string_view("--socket=").size());
    } else if (position.command == nullptr) {
      position.command = find_command(words[i]);
    }
  }
  return position;
}

}  // namespace

std::string completions(const std::vector<std::string>& words) {
  const std::string last = words.empty() ? "" : words.back();
  const std::string before = words.size() < 2 ? "" : words[words.size() - 2];
  const Position position = read_position(words);
  Candidates candidates(last);
  if (before == "--socket") return {};  // the shell's own: a path
  if (position.command == nullptr) {
    for (const Command* command : commands()) candidates.add(command->name, command->help);
    return candidates.text();
  }
  const Command& command = *position.command;
  const Flag* flag = find_flag(command, before);
  const std::size_t equals = last.find('=');
  if (flag != nullptr && !flag->value.empty() && flag->alone.empty()) {
    if (is_choice(flag->value)) candidates.add_choices(flag->value);
  } else if (equals != std::string::npos && last.starts_with("--")) {
    const Flag* assigned = find_flag(command, last.substr(0, equals));
    if (assigned != nullptr && is_choice(assigned->value)) {
      candidates.add_choices(assigned->value, last.substr(0, equals + 1));
    }
  } else if (last.starts_with("-")) {
    add_flags(candidates, command);
  } else {
    add_operands(candidates, command, position.socket);
  }
  return candidates.text();
}

}  // namespace liqo::cli
