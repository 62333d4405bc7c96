#include "resolver/lan/supervisor.h"

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <optional>

#include "tests/support/catch.h"
#include "tests/support/until.h"

namespace liqo::lan {
namespace {

using namespace std::chrono_literals;
using liqo::test::run_for;
using liqo::test::run_until;

/// A supervisor of the fake helper in one of its parts, and what it told.
struct World {
  loop::Loop loop;
  int starts = 0;
  std::vector<FromHelper> messages;
  std::vector<std::string> reasons;
  std::optional<Supervisor> supervisor;

  explicit World(const std::string& part, const std::string& argument = {},
                 const std::string& program = LIQO_FAKE_HELPER) {
    supervisor.emplace(
        loop, program, std::vector<std::string>{"fake", part, argument},
        Supervisor::Callbacks{
            .started =
                [this] {
                  ++starts;
                  supervisor->send(Configure{});
                },
            .message = [this](FromHelper message) { messages.push_back(std::move(message)); },
            .batch_ended = [] {},
            .stopped = [this](const std::string& why) { reasons.push_back(why); }});
  }
  template <class Message>
  bool has() const {
    return !messages.empty() && std::holds_alternative<Message>(messages.back());
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("Supervisor: starts the helper and speaks with it", "[lan]") {
  World world("serve");
  CHECK(world.supervisor->pid() == -1);  // not inside the constructor
  REQUIRE(run_until(world.loop, [&] { return world.has<BackendReport>(); }));
  CHECK(world.supervisor->pid() > 0);
  world.supervisor->send(Publish{7, 2, {}});
  REQUIRE(run_until(world.loop, [&] { return world.has<GroupReport>(); }));
  CHECK(std::get<GroupReport>(world.messages.back()).group == 7);
  CHECK(world.supervisor->restarts() == 0);
}

TEST_CASE("Supervisor: a helper that was killed is started again at once", "[lan]") {
  World world("serve");
  REQUIRE(run_until(world.loop, [&] { return world.has<BackendReport>(); }));
  const BootTime killed = BootClock::now();
  ::kill(world.supervisor->pid(), SIGKILL);
  world.messages.clear();
  REQUIRE(run_until(world.loop, [&] { return world.has<BackendReport>(); }));
  CHECK(BootClock::now() - killed < 1s);
  CHECK(world.supervisor->restarts() == 1);
  CHECK(world.reasons.size() == 1);
}

TEST_CASE("Supervisor: one that keeps dying is started ever less often, once a second at least",
          "[lan]") {
  World world("die");
  run_for(world.loop, 4s);
  // After 0, 0.1, 0.3, 0.7, 1.5, 2.5 and 3.5 s, and what it takes to die.
  CHECK(world.starts >= 5);
  CHECK(world.starts <= 7);
}

TEST_CASE("Supervisor: a program that is missing is no more than a reason", "[lan]") {
  World world("serve", {}, "/nonexistent/helper");
  REQUIRE(run_until(world.loop, [&] { return world.reasons.size() == 2; }));
  CHECK(contains(world.reasons[0], "/nonexistent/helper"));
}

TEST_CASE("Supervisor: a helper that sends what is no message is replaced", "[lan]") {
  World world(GENERATE("garbage", "huge"));
  REQUIRE(run_until(world.loop, [&] { return world.starts == 2; }));
  CHECK(contains(world.reasons.at(0), "no message"));
}

TEST_CASE("Supervisor: a helper that does not read is replaced, and nothing waits for it",
          "[lan]") {
  World world("deaf");
  REQUIRE(run_until(world.loop, [&] { return !world.messages.empty() || world.starts == 1; }));
  const Publish large{
      1, 2, {{*DomainName::parse("x.local"), RecordType::kTxt, 1, true, std::string(60'000, 'x')}}};
  const BootTime begin = BootClock::now();
  for (int i = 0; i < 200; ++i) world.supervisor->send(large);
  CHECK(BootClock::now() - begin < 1s);
  REQUIRE(run_until(world.loop, [&] { return world.starts == 2; }));
  CHECK(contains(world.reasons.at(0), "does not read"));
}

TEST_CASE("Supervisor: a flood of messages does not stall the loop", "[lan]") {
  World world("flood");
  REQUIRE(run_until(world.loop, [&] { return world.messages.size() > 1000; }));
  Duration longest{};
  const BootTime end = BootClock::now() + 1s;
  for (BootTime before = BootClock::now(); before < end;) {
    world.loop.turn();
    world.messages.clear();
    const BootTime after = BootClock::now();
    longest = std::max(longest, after - before);
    before = after;
  }
  CHECK(longest <= 50ms);
}

TEST_CASE("Supervisor: its end waits for nothing, and lets the helper say good-bye", "[lan]") {
  std::string file = "/tmp/liqo-farewell-XXXXXX";
  REQUIRE(::mkdtemp(file.data()) != nullptr);
  const std::string mark = file + "/mark";
  const bool hangs = GENERATE(false, true);
  int pid = 0;
  {
    World world(hangs ? "hang" : "farewell", mark);
    REQUIRE(run_until(world.loop, [&] { return world.starts == 1; }));
    pid = world.supervisor->pid();
    REQUIRE(pid > 0);
    if (!hangs) REQUIRE(run_until(world.loop, [&] { return world.has<BackendReport>(); }));
    const BootTime begin = BootClock::now();
    world.supervisor.reset();
    CHECK(BootClock::now() - begin < 50ms);
    // And the loop's own end waits until the helper is gone, which is no more than half a second.
  }
  CHECK(::kill(pid, 0) != 0);
  struct stat status {};
  CHECK((::stat(mark.c_str(), &status) == 0) == !hangs);
  ::unlink(mark.c_str());
  ::rmdir(file.c_str());
}

}  // namespace
}  // namespace liqo::lan
