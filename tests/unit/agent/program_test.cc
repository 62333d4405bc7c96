// The agent's program as its starter has it: standard streams and environment.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/catch.h"
#include "tests/unit/state/directory.h"

namespace liqo {
namespace {

using test::Directory;

/// liqo-discoveryd in a directory of its own, without a network; killed at the end.
class Program {
 public:
  /// `prepare` is called in the child, just before it becomes the program.
  explicit Program(const std::string& config, const std::function<void()>& prepare) {
    test::write_file(directory_.file("config.toml"), config);
    test::write_file(directory_.file("log"), "");
    std::vector<std::string> words = {
        LIQO_AGENT_PROGRAM, "--config",        directory_.file("config.toml"),
        "--runtime-dir",    directory_.path(), "--state-dir",
        directory_.path()};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    child_ = ::fork();
    if (child_ != 0) return;
    ::dup2(::open(directory_.file("log").c_str(), O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    prepare();
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ~Program() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Waits until it listens, for ten seconds at most.
  [[nodiscard]] bool listens() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!test::exists(directory_.file("io.liqo.Discovery"))) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  /// Waits for its end: what it logged.
  std::string log_at_end() {
    ::waitpid(std::exchange(child_, -1), nullptr, 0);
    return test::read_file(directory_.file("log"));
  }

  /// What a descriptor of it is.
  [[nodiscard]] std::string target(int fd) const {
    const auto link = "/proc/" + std::to_string(child_) + "/fd/" + std::to_string(fd);
    std::error_code error;
    return std::filesystem::read_symlink(link, error).string();
  }

 private:
  Directory directory_;
  pid_t child_ = -1;
};

TEST_CASE("Program: nothing of the agent's own takes the place of a closed standard stream") {
  const Program agent("[lan]\nenabled = false\n", [] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(fd);
  });
  REQUIRE(agent.listens());
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    CHECK(agent.target(fd) == "/dev/null");
  }
}

std::string log_of_wrong_configuration(bool to_journal) {
  Program agent("nonsense", [to_journal] {
    struct stat error {};
    ::fstat(STDERR_FILENO, &error);
    if (!to_journal) ++error.st_ino;
    const auto stream = std::to_string(error.st_dev) + ":" + std::to_string(error.st_ino);
    ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
  });
  return agent.log_at_end();
}

TEST_CASE("Program: lines are the journal's where standard error is, else they have their time") {
  CHECK(log_of_wrong_configuration(true).starts_with("<3>"));
  const std::string log = log_of_wrong_configuration(false);
  CHECK(log.find(" error: ") != std::string::npos);
  CHECK(log.find("<3>") == std::string::npos);
}

TEST_CASE("Program: a version that cannot be written is told") {
  Directory directory;
  const std::string ask =
      std::string(LIQO_AGENT_PROGRAM) + " --version 2> " + directory.file("log");
  CHECK(WEXITSTATUS(std::system((ask + " > " + directory.file("out")).c_str())) == 0);
  CHECK(test::read_file(directory.file("out")).starts_with("liqo-discoveryd "));
  for (const char* lost : {" > /dev/full", " >&-"}) {
    CHECK(WEXITSTATUS(std::system((ask + lost).c_str())) == 1);
    CHECK(test::read_file(directory.file("log")).starts_with("liqo-discoveryd: cannot write: "));
  }
}

}  // namespace
}  // namespace liqo
