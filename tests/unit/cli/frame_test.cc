#include "cli/live/frame.h"

#include "cli/text.h"
#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::chrono_literals;

namespace {

const Palette kNoColour(false);

Now at(Duration time) { return {BootTime(time), WallTime(time)}; }

Board of(int clusters) {
  std::vector<Json> all;
  for (int i = 0; i < clusters; ++i) {
    const std::string number = std::to_string(100 + i);
    all.push_back(make_cluster("id-" + number, "name-" + number));
  }
  Board board;
  const Json snapshot = make_snapshot(all);
  for (const Json& event : snapshot["events"]) board.apply(event, at(0s));
  return board;
}

std::vector<std::string> drawn(const Board& board, TerminalSize size, std::size_t first = 0,
                               Duration time = 0s) {
  return draw(board, {size, Detail::kNormal, first}, kNoColour, at(time));
}

}  // namespace

TEST_CASE("Frame: what there is in sum, the table, what happened last") {
  Board board = of(2);
  board.apply(make_event(4, "changed", "suspect", make_cluster("id-101", "name-101", "suspect")),
              at(1s));
  const auto lines = drawn(board, {120, 20});
  REQUIRE(lines.size() == 20);
  CHECK(lines[0].starts_with("  2 clusters · 1 fresh · 1 suspect  "));
  CHECK(lines[0].ends_with("● live "));
  CHECK(lines[2].starts_with("  NAME       ID       STATE     IDENTITY    AUTH"));
  CHECK(lines[3].starts_with("  name-100   id-100   fresh     claimed     10.0.0.1:30740"));
  CHECK(lines[4].starts_with("~ name-101   id-101   suspect   claimed     10.0.0.1:30740"));
  CHECK(lines[19].ends_with("~ name-101  suspect"));
}

TEST_CASE("Frame: a row that went tells why, in its place") {
  Board board = of(2);
  board.apply(make_event(4, "removed", "no-answer", make_cluster("id-100", "name-100")), at(1s));
  const auto lines = drawn(board, {120, 20});
  CHECK(lines[0].starts_with("  1 cluster · 1 fresh"));
  CHECK(lines[3] == "- name-100   id-100   gone: no answer");
}

TEST_CASE("Frame: fits every screen") {
  Board board = of(30);
  board.apply(make_event(32, "added", "discovered", make_cluster("id-x", "東京東京東京東京")),
              at(1s));
  board.apply(make_event(33, "removed", "no-answer", make_cluster("id-100", "name-100")), at(1s));
  for (const bool away : {false, true}) {
    if (away) board.lost("the agent closed the connection", at(2s));
    for (std::size_t columns = 1; columns < 150; columns += columns < 20 ? 1 : 13) {
      for (std::size_t rows = 1; rows < 45; rows += rows < 16 ? 1 : 9) {
        const auto lines = drawn(board, {columns, rows}, 5, 3s);
        REQUIRE(lines.size() <= rows);
        for (const std::string& line : lines) REQUIRE(display_width(line) <= columns);
      }
    }
  }
}

TEST_CASE("Frame: a long table is scrolled, and says where one is") {
  const Board board = of(100);
  const TerminalSize size{100, 12};
  const std::size_t room = rows_in_view(size);
  const auto top = drawn(board, size);
  CHECK(top[3].starts_with("  name-100 "));
  CHECK(top[3 + room] == "  rows 1 to " + std::to_string(room) + " of 100");
  CHECK(drawn(board, size, 10)[3].starts_with("  name-110 "));
  const auto past = drawn(board, size, 1000);  // as far as it goes
  CHECK(past[2 + room].starts_with("  name-199 "));
}

TEST_CASE("Frame: an agent that is away is told, with how long") {
  Board board = of(1);
  board.lost("the agent closed the connection", at(10s));
  CHECK(drawn(board, {100, 20}, 0, 22s)[0].ends_with("○ the agent is away for 12s "));
  CHECK(drawn(board, {20, 20}, 0, 22s)[0].starts_with("○ the agent is away"));
}

TEST_CASE("Frame: nothing yet is no empty screen") {
  Board board;
  CHECK(drawn(board, {80, 20})[0].ends_with("○ reading "));
  board.apply(make_event(1, "sync", "", nullptr), at(0s));
  CHECK(drawn(board, {80, 20})[2] == "  No clusters yet; they show here as they come.");
}

TEST_CASE("Frame: what is unchanged is drawn the same a second later but for its age") {
  Board board = of(1);
  board.advance(BootTime(20s));
  const auto before = drawn(board, {120, 20}, 0, 20s);
  const auto after = drawn(board, {120, 20}, 0, 20s);
  CHECK(before == after);
}
