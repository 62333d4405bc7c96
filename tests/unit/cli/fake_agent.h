#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "cli/app.h"
#include "cli/fd.h"
#include "cli/json.h"

namespace liqo::cli {

/// One client of a fake agent, driven by a test's script in the agent's thread.
class FakeConnection {
 public:
  explicit FakeConnection(int fd) : fd_(fd) {}

  /// The next call; null when the client left.
  Json call();
  void reply(const Json& parameters, bool continues = false);
  void error(std::string_view name, const Json& parameters);
  void raw(std::string_view octets);
  /// Waits until the client leaves, saying nothing.
  void hang();
  /// False once the client has left.
  [[nodiscard]] bool alive() const { return alive_; }

 private:
  int fd_;
  bool alive_ = true;
  std::string buffer_;
};

/// A varlink server of one thread that answers each connection by a script. The script gets the
/// connection and its number, from 0.
class FakeAgent {
 public:
  using Script = std::function<void(FakeConnection&, int)>;
  explicit FakeAgent(Script script);
  ~FakeAgent();

  [[nodiscard]] const std::string& socket() const { return path_; }

 private:
  void serve();

  std::string directory_;
  std::string path_;
  Script script_;
  Fd listener_;
  Fd stop_;
  std::thread thread_;
};

/// What a command did.
struct Ran {
  Exit status = Exit::kDone;
  std::string out;
  std::string error;
};

/// Runs a command line in this process, not on a terminal.
Ran run_cli(const std::vector<std::string>& arguments,
            Duration answer_time = std::chrono::seconds(10));
/// The same, asking `agent`.
Ran run_cli(const FakeAgent& agent, std::vector<std::string> arguments,
            Duration answer_time = std::chrono::seconds(10));

/// A cluster as the agent tells it.
Json make_cluster(std::string_view id, std::string_view name, std::string_view state = "fresh");
Json make_event(int sequence, std::string_view event, std::string_view reason, Json cluster);
/// The `events` of a Watch reply: the clusters as a snapshot, and its sync.
Json make_snapshot(const std::vector<Json>& clusters);

}  // namespace liqo::cli
