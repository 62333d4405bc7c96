// The live table in the program itself, on a terminal: what the user sees and what is left behind.

#include <atomic>
#include <mutex>
#include <queue>

#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"
#include "tests/unit/cli/terminal.h"

using namespace liqo::cli;

namespace {

/// Events that a test lets happen, one after the other, on every connection.
class Feed {
 public:
  void push(Json event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  /// Ends the connection that is open.
  void hang_up() { ++hang_ups_; }

  FakeAgent::Script script(std::vector<Json> snapshot) {
    return [this, snapshot = std::move(snapshot)](FakeConnection& connection, int number) {
      connection.call();
      connection.reply(make_snapshot(snapshot), true);
      std::size_t told = 0;
      while (connection.alive() && hang_ups_ == number && !over_) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        const std::lock_guard lock(mutex_);
        for (; told < events_.size(); ++told) {
          connection.reply({{"events", {events_[told]}}}, true);
        }
      }
    };
  }
  ~Feed() { over_ = true; }

  std::atomic<bool> over_{false};

 private:
  std::mutex mutex_;
  std::vector<Json> events_;
  std::atomic<int> hang_ups_{0};
};

/// An agent with two clusters and a terminal that watches it.
struct Stage {
  explicit Stage(unsigned short columns = 120, unsigned short rows = 24,
                 const std::vector<std::string>& environment = {})
      : agent(feed.script({make_cluster("id-a", "milan"), make_cluster("id-b", "turin")})),
        terminal({LIQO_CLI_PROGRAM, "--socket", agent.socket(), "watch"}, columns, rows,
                 environment) {}
  ~Stage() { feed.over_ = true; }

  Feed feed;
  FakeAgent agent;
  Terminal terminal;
};

}  // namespace

TEST_CASE("Live: clusters show, change, and go with their reason") {
  Stage stage;
  REQUIRE(stage.terminal.wait_for("● live"));
  CHECK(stage.terminal.alternate());
  CHECK_FALSE(stage.terminal.cursor_visible());
  CHECK_FALSE(stage.terminal.echoes());
  CHECK(stage.terminal.shows("  2 clusters · 2 fresh"));
  stage.feed.push(make_event(4, "changed", "suspect", make_cluster("id-b", "turin", "suspect")));
  CHECK(stage.terminal.wait_for("~ turin"));
  stage.feed.push(make_event(5, "removed", "no-answer", make_cluster("id-b", "turin")));
  CHECK(stage.terminal.wait_for("- turin   id-b   gone: no answer"));
  CHECK(stage.terminal.wait_until([](const Terminal& terminal) {
    return !terminal.shows("gone: no answer");  // its row goes after some seconds
  }));
  CHECK(stage.terminal.shows("turin  no answer"));  // the log keeps it
}

TEST_CASE("Live: Ctrl-C, Ctrl-\\ and q put the terminal back and leave the last table on it") {
  for (const char* key : {"\x03", "\x1c", "q"}) {
    Stage stage;
    REQUIRE(stage.terminal.wait_for("● live"));
    stage.terminal.type(key);
    CHECK(stage.terminal.wait_exit() == 0);
    CHECK_FALSE(stage.terminal.alternate());
    CHECK(stage.terminal.cursor_visible());
    CHECK(stage.terminal.echoes());
    CHECK(stage.terminal.shows("milan"));
  }
}

TEST_CASE("Live: the keys scroll a table that is longer than the screen") {
  std::vector<Json> all;
  for (int i = 100; i < 150; ++i) {
    all.push_back(make_cluster("id-" + std::to_string(i), "name-" + std::to_string(i)));
  }
  Feed feed;
  const FakeAgent agent(feed.script(all));
  Terminal terminal({LIQO_CLI_PROGRAM, "--socket", agent.socket(), "watch"}, 100, 12);
  REQUIRE(terminal.wait_for("rows 1 to "));
  terminal.type("jj\x1b[B");
  CHECK(terminal.wait_for("rows 4 to "));
  CHECK(terminal.shows("name-103"));
  terminal.type("\x1b[A");
  CHECK(terminal.wait_for("rows 3 to "));
  terminal.type("G");
  CHECK(terminal.wait_for(" to 50 of 50"));
  CHECK(terminal.shows("name-149"));
  terminal.type("xgq");  // what means nothing is passed over
  CHECK(terminal.wait_exit() == 0);
  feed.over_ = true;
}

TEST_CASE("Live: a terminal that changes its size is filled anew") {
  Stage stage(120, 24);
  REQUIRE(stage.terminal.wait_for("AUTH"));
  stage.terminal.resize(40, 8);
  REQUIRE(stage.terminal.wait_for("milan"));
  CHECK_FALSE(stage.terminal.shows("AUTH"));
  stage.terminal.resize(12, 2);
  CHECK(stage.terminal.wait_for("2 clusters"));
  stage.terminal.resize(120, 24);
  CHECK(stage.terminal.wait_for("AUTH"));
}

TEST_CASE("Live: an agent that restarts is found again, and the difference is told") {
  Stage stage;
  REQUIRE(stage.terminal.wait_for("● live"));
  stage.feed.hang_up();
  CHECK(stage.terminal.wait_for("closed the connection"));
  CHECK(stage.terminal.wait_for("the agent is back"));
  CHECK(stage.terminal.wait_for("● live"));
  CHECK(stage.terminal.shows("milan"));
}

TEST_CASE("Live: NO_COLOR takes the colours, not the table") {
  Stage stage(120, 24, {"NO_COLOR=1"});
  REQUIRE(stage.terminal.wait_for("● live"));
  CHECK(stage.terminal.written().find("\x1b[32m") == std::string::npos);
  CHECK(stage.terminal.alternate());
}

TEST_CASE("Live: a dumb terminal gets plain lines") {
  Stage stage(120, 24, {"TERM=dumb"});
  REQUIRE(stage.terminal.wait_for("sync"));
  CHECK(stage.terminal.written().find('\x1b') == std::string::npos);
  stage.terminal.type("\x03");
  CHECK(stage.terminal.wait_exit() == 0);
}

TEST_CASE("Live: no byte of a neighbour's name reaches the terminal raw") {
  Stage stage;
  REQUIRE(stage.terminal.wait_for("● live"));
  const std::string evil =
      "x\x1b]0;owned\x07\xe2\x80\xae\xc2\x9b"
      "31m";
  stage.feed.push(make_event(4, "added", "discovered", make_cluster("id-c", evil)));
  REQUIRE(stage.terminal.wait_for("x\\x1b]0;owned"));
  CHECK(stage.terminal.written().find("\x1b]0;") == std::string::npos);
  CHECK(stage.terminal.written().find("\xe2\x80\xae") == std::string::npos);
  CHECK(stage.terminal.written().find("\xc2\x9b") == std::string::npos);
}

TEST_CASE("Live: an agent that was never there is status 4, and the terminal is left alone") {
  Terminal terminal({LIQO_CLI_PROGRAM, "--socket", "/nowhere", "watch"}, 160, 24);
  CHECK(terminal.wait_exit() == 4);
  CHECK(terminal.shows("cannot reach the agent at /nowhere"));
  CHECK(terminal.written().find("\x1b[?1049h") == std::string::npos);
}
