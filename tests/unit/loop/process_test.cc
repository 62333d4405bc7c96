#include "resolver/loop/process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "tests/support/catch.h"
#include "tests/unit/loop/support.h"

namespace liqo::loop {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Process::Spec shell(std::string script, int inherited_fd = -1) {
  return {"/bin/sh", {"sh", "-c", std::move(script)}, inherited_fd};
}

std::unique_ptr<Process> start(Loop& loop, const Process::Spec& spec,
                               Process::ExitCallback on_exit) {
  auto process = Process::spawn(loop, spec, std::move(on_exit));
  REQUIRE(process.has_value());
  return std::move(*process);
}

bool is_gone(int pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

TEST_CASE("Process: its exit status is told") {
  Loop loop;
  std::vector<std::pair<int, int>> told;
  const auto process = start(loop, shell("exit 7"),
                             [&](int status, int signal) { told.emplace_back(status, signal); });
  CHECK(process->pid() > 0);
  loop.run();
  CHECK(told == std::vector<std::pair<int, int>>{{7, 0}});
  CHECK(process->pid() == -1);
  process->kill(SIGKILL);  // nobody any more
}

TEST_CASE("Process: the signal that ended it is told") {
  Loop loop;
  std::vector<std::pair<int, int>> told;
  const auto process = start(loop, shell("exec sleep 3600"),
                             [&](int status, int signal) { told.emplace_back(status, signal); });
  process->kill(SIGTERM);
  loop.run();
  CHECK(told == std::vector<std::pair<int, int>>{{-1, SIGTERM}});
}

TEST_CASE("Process: a program that is not there is an error, told once") {
  Loop loop;
  const Process::Spec spec{"/nonexistent/program", {"program"}, -1};
  const auto process = Process::spawn(loop, spec, [](int, int) { FAIL("it never ran"); });
  REQUIRE_FALSE(process.has_value());
  CHECK(process.error().code == Errc::kIo);
  CHECK(process.error().detail.find("/nonexistent/program") != std::string::npos);
  run_for(loop, milliseconds(5));
}

TEST_CASE("Process: the descriptor that it was given is 3, and none of ours is left to it") {
  Loop loop;
  const SocketPair pair(SOCK_STREAM);
  const std::string ours = std::to_string(pair.ours.get());
  const auto process =
      start(loop, shell("[ -e /proc/self/fd/" + ours + " ] || printf 3 >&3", pair.theirs.get()),
            [](int, int) {});
  loop.run();
  char octet = 0;
  REQUIRE(::read(pair.ours.get(), &octet, 1) == 1);
  CHECK(octet == '3');
}

TEST_CASE("Process: its input is empty") {
  Loop loop;
  int status = -2;
  const auto process =
      start(loop, shell("[ \"$(wc -c)\" -eq 0 ]"), [&](int code, int) { status = code; });
  loop.run();
  CHECK(status == 0);
}

TEST_CASE("Process: destroying it kills it, untold, and leaves no zombie") {
  Loop loop;
  auto process = start(loop, shell("trap '' TERM INT HUP; exec sleep 3600"),
                       [](int, int) { FAIL("nobody asks any more"); });
  const int pid = process->pid();
  process.reset();
  CHECK(run_until(loop, [&] { return is_gone(pid); }));
}

TEST_CASE("Process: destroying it together with its loop waits for no more than its death") {
  int pid = -1;
  {
    Loop loop;
    const auto process = start(loop, shell("exec sleep 3600"), [](int, int) {});
    pid = process->pid();
  }
  CHECK(is_gone(pid));
}

TEST_CASE("Process: a stopped one dies all the same") {
  Loop loop;
  auto process = start(loop, shell("exec sleep 3600"), [](int, int) {});
  const int pid = process->pid();
  process->kill(SIGSTOP);
  process.reset();
  CHECK(run_until(loop, [&] { return is_gone(pid); }));
}

TEST_CASE("Process: its own exit callback may destroy it") {
  Loop loop;
  std::unique_ptr<Process> process;
  bool told = false;
  process = start(loop, shell("exit 0"), [&](int, int) {
    process.reset();
    told = true;
  });
  loop.run();
  CHECK(told);
}

TEST_CASE("Process: its own exit callback may start the next one") {
  Loop loop;
  std::unique_ptr<Process> process;
  int ended = 0;
  process = start(loop, shell("exit 0"), [&](int, int) {
    ++ended;
    process = start(loop, shell("exit 0"), [&](int, int) { ++ended; });
  });
  CHECK(run_until(loop, [&] { return ended == 2; }));
}

TEST_CASE("Process: retired, it may end by itself") {
  Loop loop;
  const SocketPair pair(SOCK_STREAM);
  auto process = start(loop, shell("read line <&3; printf bye >&3", pair.theirs.get()),
                       [](int, int) { FAIL("nobody asks any more"); });
  const int pid = process->pid();
  Process::retire(std::move(process), seconds(3'600));
  REQUIRE(::write(pair.ours.get(), "\n", 1) == 1);
  CHECK(run_until(loop, [&] { return is_gone(pid); }));
  char text[8] = {};
  CHECK(::read(pair.ours.get(), text, sizeof(text)) == 3);
  CHECK(std::string(text) == "bye");
}

TEST_CASE("Process: retired, it is killed when its time is up") {
  Loop loop;
  auto process = start(loop, shell("exec sleep 3600"), [](int, int) {});
  const int pid = process->pid();
  Process::retire(std::move(process), milliseconds(10));
  CHECK(run_until(loop, [&] { return is_gone(pid); }));
  Process::retire(nullptr, milliseconds(10));
}

TEST_CASE("Process: a retired one can be waited for, with all else left as it is") {
  Loop loop;
  auto process = start(loop, shell("exec sleep 0.1"), [](int, int) {});
  const int pid = process->pid();
  Process::retire(std::move(process), seconds(3'600));
  loop.wait_for_children();
  CHECK(is_gone(pid));
  loop.wait_for_children();  // there is none: at once
}

TEST_CASE("Process: the loop's end waits for a retired one") {
  int pid = -1;
  {
    Loop loop;
    auto process = start(loop, shell("exec sleep 3600"), [](int, int) {});
    pid = process->pid();
    Process::retire(std::move(process), milliseconds(50));
  }
  CHECK(is_gone(pid));
}

}  // namespace
}  // namespace liqo::loop
