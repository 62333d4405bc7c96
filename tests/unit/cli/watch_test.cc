// `watch` into a pipe.

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>
#include <sstream>

#include "cli/live/plain.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo::cli;

namespace {

/// The program with its output in pipes.
class Piped {
 public:
  /// `prepare` is called in the child, just before it becomes the program. Signals are as a
  /// terminal has them, however the tests were started.
  explicit Piped(std::vector<std::string> arguments, void (*prepare)() = nullptr) {
    std::array<int, 2> out{};
    std::array<int, 2> error{};
    if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(error.data(), O_CLOEXEC) != 0) std::abort();
    arguments.insert(arguments.begin(), LIQO_CLI_PROGRAM);
    std::vector<char*> words;
    for (std::string& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    child_ = fork();
    if (child_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      dup2(error[1], STDERR_FILENO);
      for (const int each : {SIGINT, SIGHUP, SIGQUIT}) std::signal(each, SIG_DFL);
      if (prepare != nullptr) prepare();
      execv(words[0], words.data());
      _exit(127);
    }
    ::close(out[1]);
    ::close(error[1]);
    out_ = Fd(out[0]);
    error_ = Fd(error[0]);
  }
  ~Piped() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  /// The next line; what there was of it when none came within ten seconds.
  std::string line() { return line_of(out_, text_); }
  std::string error_line() { return line_of(error_, error_text_); }

  void leave() { out_ = Fd(); }
  void signal(int number) const { ::kill(child_, number); }
  int wait_exit() {
    int status = 0;
    ::waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  static std::string line_of(const Fd& fd, std::string& text) {
    while (text.find('\n') == std::string::npos) {
      pollfd waited{fd.get(), POLLIN, 0};
      std::array<char, 4096> octets{};
      if (::poll(&waited, 1, 10'000) <= 0) return text;
      const ssize_t count = ::read(fd.get(), octets.data(), octets.size());
      if (count <= 0) return text;
      text.append(octets.data(), static_cast<std::size_t>(count));
    }
    const std::size_t end = text.find('\n');
    std::string line = text.substr(0, end);
    text.erase(0, end + 1);
    return line;
  }

  pid_t child_ = -1;
  Fd out_;
  Fd error_;
  std::string text_;
  std::string error_text_;
};

FakeAgent::Script watching(std::vector<Json> clusters) {
  return [clusters = std::move(clusters)](FakeConnection& connection, int) {
    connection.call();
    connection.reply(make_snapshot(clusters), true);
    connection.hang();
  };
}

}  // namespace

TEST_CASE("Watch: a line an event, written at once") {
  const FakeAgent agent(watching({make_cluster("id-a", "mi\x1blan")}));
  Piped watch({"--socket", agent.socket(), "watch"});
  std::istringstream words(watch.line());
  std::string event, reason, name, id, state, identity, auth;
  words >> event >> reason >> name >> id >> state >> identity >> auth;
  CHECK(event + " " + reason == "added snapshot");
  CHECK(name + " " + id == "mi\\x1blan id-a");
  CHECK(state + " " + identity + " " + auth == "fresh claimed 10.0.0.1:30740");
  CHECK(watch.line() == "sync");
}

TEST_CASE("Watch: -o json is one object a line, as the agent told it") {
  const Json cluster = make_cluster("id-a", "milan");
  const FakeAgent agent(watching({cluster}));
  Piped watch({"--socket", agent.socket(), "watch", "-o", "json"});
  CHECK(Json::parse(watch.line()) == make_event(1, "added", "snapshot", cluster));
  CHECK(Json::parse(watch.line()) == make_event(2, "sync", "", nullptr));
}

TEST_CASE("Watch: --format foreigncluster is a document a cluster, written at once") {
  Json forged = make_cluster("id-b", "rome");
  forged["identity"] = "changed";
  const FakeAgent agent([&](FakeConnection& connection, int number) {
    connection.call();
    if (number == 0) return connection.reply({{"cluster", {{"version", "v0.9.2"}}}});
    connection.reply(make_snapshot({make_cluster("id-a", "milan"), forged}), true);
    connection.reply(
        {{"events", {make_event(4, "removed", "no-answer", make_cluster("id-a", "milan"))}}}, true);
    connection.hang();
  });
  Piped watch({"--socket", agent.socket(), "watch", "--format", "foreigncluster"});
  CHECK(watch.line() == "# for Liqo 0.10.3: milan (id-a)");
  CHECK(watch.line() ==
        "# the cluster of this host runs Liqo 0.9.2: different minor versions do not peer");
  CHECK(watch.line() == "apiVersion: discovery.liqo.io/v1alpha1");
  std::string text;
  for (std::string line = watch.line(); line != "---" && !line.empty(); line = watch.line()) {
    text += line + "\n";
  }
  CHECK(text.find("  foreignAuthUrl: https://10.0.0.1:30740\n") != std::string::npos);
  CHECK(text.find("PeeringEnabled") == std::string::npos);
  CHECK(watch.line().starts_with(
      "# skipped: rome (id-b) is not exported: its certificate is another"));
  CHECK(watch.line() == "# sync");
  CHECK(watch.line() == "# removed no-answer: milan (id-a)");
}

TEST_CASE("Watch: --format foreigncluster cannot begin without an agent") {
  CHECK(run_cli({"--socket", "/nowhere", "watch", "--format", "foreigncluster"}).status ==
        Exit::kUnreachable);
}

TEST_CASE("Watch: --source goes to the agent") {
  Json call;
  std::atomic<bool> called{false};
  const FakeAgent agent([&](FakeConnection& connection, int) {
    call = connection.call();
    called = true;
    connection.reply(make_snapshot({}), true);
    connection.hang();
  });
  Piped watch({"--socket", agent.socket(), "watch", "--source", "lan"});
  CHECK(watch.line() == "sync");
  REQUIRE(called);
  CHECK(call["more"] == true);
  CHECK(call["parameters"]["sources"] == Json::array({"lan"}));
}

TEST_CASE("Watch: a reader that leaves ends it quietly, though nothing happens any more") {
  const FakeAgent agent(watching({}));
  Piped watch({"--socket", agent.socket(), "watch"});
  CHECK(watch.line() == "sync");
  watch.leave();
  CHECK(watch.wait_exit() == 0);
  CHECK(watch.error_line().empty());
}

TEST_CASE("Watch: a standard output that is closed is told, by every command") {
  const FakeAgent agent(watching({}));
  for (const char* command : {"watch", "status"}) {
    Piped closed({"--socket", agent.socket(), command}, [] { ::close(STDOUT_FILENO); });
    REQUIRE(closed.error_line() == "liqo-discovery: cannot write: Bad file descriptor");
    CHECK(closed.wait_exit() == 1);
  }
}

TEST_CASE("Watch: SIGINT, SIGTERM, SIGHUP and SIGQUIT end it, and that is done") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    const FakeAgent agent(watching({}));
    Piped watch({"--socket", agent.socket(), "watch"});
    CHECK(watch.line() == "sync");
    watch.signal(signal);
    CHECK(watch.wait_exit() == 0);
  }
}

TEST_CASE("Watch: what it was started to ignore, as by nohup, does not end it") {
  std::promise<void> hung_up;
  const FakeAgent agent([&hung_up](FakeConnection& connection, int number) {
    connection.call();
    connection.reply(make_snapshot({}), true);
    if (number == 0) return hung_up.get_future().wait();
    connection.hang();
  });
  Piped watch({"--socket", agent.socket(), "watch"}, [] { std::signal(SIGHUP, SIG_IGN); });
  CHECK(watch.line() == "sync");
  watch.signal(SIGHUP);
  hung_up.set_value();
  CHECK(watch.line() == "resync   reconnected");  // which takes longer than to see a signal
  CHECK(watch.line() == "sync");
  watch.signal(SIGTERM);
  CHECK(watch.wait_exit() == 0);
}

TEST_CASE("Watch: a reader that does not read can still be left by a signal") {
  const FakeAgent agent([](FakeConnection& connection, int) {
    connection.call();
    connection.reply(make_snapshot({}), true);
    const Json events = {make_event(3, "changed", "updated", make_cluster("id-a", "milan"))};
    while (connection.alive()) connection.reply({{"events", events}}, true);
  });
  Piped watch({"--socket", agent.socket(), "watch", "-o", "json"});
  CHECK(Json::parse(watch.line()) == make_event(1, "sync", "", nullptr));
  watch.signal(SIGTERM);
  CHECK(watch.wait_exit() == 0);
}

TEST_CASE(
    "Watch: an agent that dies in the middle is found again, and readers are told to forget") {
  const FakeAgent agent([](FakeConnection& connection, int number) {
    connection.call();
    connection.reply(make_snapshot({make_cluster("id-a", "milan")}), true);
    if (number == 0) return connection.raw("{\"parameters\":{\"ev");  // dies in mid-word
    connection.hang();
  });
  Piped watch({"--socket", agent.socket(), "watch", "-o", "json"});
  CHECK(Json::parse(watch.line())["seq"] == 1);
  CHECK(Json::parse(watch.line())["event"] == "sync");
  CHECK(Json::parse(watch.line()) == make_event(3, "resync", "reconnected", nullptr));
  CHECK(Json::parse(watch.line()) ==
        make_event(1, "added", "snapshot", make_cluster("id-a", "milan")));
  CHECK(Json::parse(watch.line())["event"] == "sync");
  CHECK(watch.error_line().find("closed the connection; looking for it") != std::string::npos);
  CHECK(watch.error_line() == "liqo-discovery: the agent is back; a new snapshot follows");
}

TEST_CASE("Watch: what no other try would mend ends it") {
  const FakeAgent refusing([](FakeConnection& connection, int) {
    connection.call();
    connection.error("io.liqo.Discovery.LimitReached", {{"reason", "too many watchers"}});
  });
  const Ran limited = run_cli(refusing, {"watch"});
  CHECK(limited.status == Exit::kFailed);
  CHECK(limited.error.find("too many watchers") != std::string::npos);
  const FakeAgent silent([](FakeConnection& connection, int) { connection.hang(); });
  CHECK(run_cli(silent, {"watch"}, std::chrono::milliseconds(50)).status == Exit::kUnreachable);
  CHECK(run_cli({"--socket", "/nowhere", "watch"}).status == Exit::kUnreachable);
}

TEST_CASE("Watch: an event's line holds its place whatever it lacks") {
  CHECK(event_line(Json::object()).back() == '\n');
  CHECK(event_line(make_event(1, "resync", "", nullptr)) == "resync\n");
  CHECK(event_line(make_event(1, "removed", "expired", make_cluster("a", ""))).find(" - ") !=
        std::string::npos);
}
