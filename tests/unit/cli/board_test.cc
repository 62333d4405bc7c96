#include "cli/live/board.h"

#include "tests/support/catch.h"
#include "tests/unit/cli/fake_agent.h"

using namespace liqo;
using namespace liqo::cli;
using namespace std::chrono_literals;

namespace {

using Mark = Board::Mark;

Now at(Duration time) { return {BootTime(time), WallTime(time)}; }

void apply(Board& board, const Json& events, Now now) {
  for (const Json& event : events["events"]) board.apply(event, now);
}

Board of_two() {
  Board board;
  apply(board, make_snapshot({make_cluster("a", "milan"), make_cluster("b", "turin")}), at(0s));
  return board;
}

const Board::Row& row_of(const Board& board, std::string_view id) {
  for (const Board::Row* row : board.rows()) {
    if (raw_field(row->cluster, "id") == id) return *row;
  }
  throw std::runtime_error("no such row");
}

}  // namespace

TEST_CASE("Board: the first snapshot is no news") {
  const Board board = of_two();
  CHECK(board.synced());
  CHECK(board.size() == 2);
  CHECK(board.entries().empty());
  for (const Board::Row* row : board.rows()) CHECK(row->mark == Mark::kNone);
}

TEST_CASE("Board: a change is marked for some seconds, with what it was") {
  Board board = of_two();
  board.apply(make_event(4, "changed", "suspect", make_cluster("b", "turin", "suspect")), at(10s));
  CHECK(row_of(board, "b").mark == Mark::kChanged);
  CHECK(text_field(row_of(board, "b").before, "state") == "fresh");
  CHECK(board.count("suspect") == 1);
  CHECK(board.entries().front().text == "suspect");
  board.advance(BootTime(10s + Board::kMarkTime - 1ms));
  CHECK(row_of(board, "b").mark == Mark::kChanged);
  board.advance(BootTime(10s + Board::kMarkTime));
  CHECK(row_of(board, "b").mark == Mark::kNone);
}

TEST_CASE("Board: a row that went stays to be seen, then goes") {
  Board board = of_two();
  board.apply(make_event(4, "removed", "withdrawn-or-expired", make_cluster("a", "milan")), at(5s));
  CHECK(row_of(board, "a").mark == Mark::kGone);
  CHECK(row_of(board, "a").reason == "withdrawn or expired");
  CHECK(board.size() == 1);
  CHECK(board.rows().size() == 2);
  board.advance(BootTime(5s + Board::kGoneTime));
  CHECK(board.rows().size() == 1);
}

TEST_CASE("Board: what comes back before its row went is new") {
  Board board = of_two();
  board.apply(make_event(4, "removed", "no-answer", make_cluster("a", "milan")), at(5s));
  board.apply(make_event(5, "added", "discovered", make_cluster("a", "milan")), at(6s));
  CHECK(row_of(board, "a").mark == Mark::kAdded);
  board.advance(BootTime(60s));
  CHECK(board.size() == 2);
}

TEST_CASE("Board: a lost agent leaves what was known; the next snapshot tells the difference") {
  Board board = of_two();
  board.lost("the agent closed the connection", at(10s));
  CHECK(board.away());
  CHECK(board.size() == 2);
  apply(board, make_snapshot({make_cluster("b", "turin"), make_cluster("c", "roma")}), at(12s));
  CHECK_FALSE(board.away());
  CHECK(row_of(board, "a").mark == Mark::kGone);
  CHECK(row_of(board, "a").reason == "gone meanwhile");
  CHECK(row_of(board, "b").mark == Mark::kNone);
  CHECK(row_of(board, "c").mark == Mark::kAdded);
  CHECK(board.entries().front().text == "the agent is back");
}

TEST_CASE("Board: after a resync the same holds, and nobody is away") {
  Board board = of_two();
  board.apply(make_event(4, "resync", "", nullptr), at(10s));
  CHECK_FALSE(board.synced());
  apply(board, make_snapshot({make_cluster("a", "milan")}), at(10s));
  CHECK(row_of(board, "b").mark == Mark::kGone);
  CHECK(board.size() == 1);
}

TEST_CASE("Board: what a neighbour writes is safe in the log, and the log is bounded") {
  Board board = of_two();
  for (int i = 0; i < 1000; ++i) {
    board.apply(make_event(i, "added", "discovered", make_cluster(std::to_string(i), "e\x1bvil")),
                at(1s));
  }
  CHECK(board.entries().front().name == "e\\x1bvil");
  CHECK(board.entries().size() == Board::kMaxEntries);
}

TEST_CASE("Board: events that make no sense change nothing") {
  Board board = of_two();
  board.apply(Json("x"), at(1s));
  board.apply(make_event(1, "removed", "expired", make_cluster("unknown", "x")), at(1s));
  board.apply(make_event(1, "added", "discovered", nullptr), at(1s));
  board.apply(make_event(1, "exploded", "", nullptr), at(1s));
  CHECK(board.rows().size() == 2);
}
