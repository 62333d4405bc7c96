#include "cli/live/frame.h"

#include <algorithm>

#include "cli/age.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

using Mark = Board::Mark;

constexpr std::size_t kGutter = 2;         // the mark and a blank
constexpr std::size_t kRoomForLog = 14;    // rows from which on there is a log
constexpr std::size_t kTableWidth = 16;    // columns from which on there is a table
constexpr std::size_t kLogWidth = 30;      // columns from which on there is one
constexpr std::size_t kLogName = 24;       // columns for a name in it
constexpr std::size_t kMostLogLines = 8;   // more would draw the eye from the table
constexpr std::size_t kRoomForBlanks = 8;  // rows from which on there are blank lines

/// The screen's lines, shared out. It depends on the size alone, so that nothing jumps.
struct Layout {
  bool blanks;
  std::size_t log;   // lines of the log
  std::size_t rows;  // of the table, its titles not counted
};

Layout layout_of(TerminalSize size) {
  const std::size_t rows = size.rows;
  const bool blanks = rows >= kRoomForBlanks;
  const bool roomy = rows >= kRoomForLog && size.columns >= kLogWidth;
  const std::size_t log = roomy ? std::min(kMostLogLines, rows / 4) : 0;
  // Title, titles of the columns, position; a blank below the title; a blank above the log.
  const std::size_t taken = 3 + (blanks ? 1 : 0) + (log > 0 ? log + 1 : 0);
  const bool table = rows > taken && size.columns >= kTableWidth;
  return {blanks, log, table ? rows - taken : 0};
}

Tone tone_of(Mark mark) {
  switch (mark) {
    case Mark::kAdded:
      return Tone::kAdded;
    case Mark::kChanged:
      return Tone::kChanged;
    case Mark::kGone:
      return Tone::kBad;
    case Mark::kNone:
      break;
  }
  return Tone::kQuiet;
}

std::string_view sign_of(Mark mark) {
  switch (mark) {
    case Mark::kAdded:
      return "+";
    case Mark::kChanged:
      return "~";
    case Mark::kGone:
      return "-";
    case Mark::kNone:
      break;
  }
  return " ";
}

/// Text of several tones in one line.
class Line {
 public:
  Line(const Palette& palette, std::size_t width) : palette_(palette), width_(width) {}

  /// What does not fit is cut.
  Line& add(Tone tone, std::string_view text) {
    const std::string fitting = truncated(text, width_ - used_);
    used_ += display_width(fitting);
    text_ += palette_.paint(tone, fitting);
    return *this;
  }
  Line& skip_to(std::size_t column) {
    return column > used_ ? add(Tone::kPlain, std::string(column - used_, ' ')) : *this;
  }
  [[nodiscard]] std::size_t left() const { return width_ - used_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Palette palette_;
  std::size_t width_;
  std::size_t used_ = 0;
  std::string text_;
};

void add_summary(Line& line, const Board& board) {
  const std::size_t size = board.size();
  line.add(Tone::kStrong, "  " + std::to_string(size) + (size == 1 ? " cluster" : " clusters"));
  for (const char* state : {"fresh", "suspect", "stale"}) {
    const std::size_t count = board.count(state);
    if (count == 0) continue;
    line.add(Tone::kQuiet, " · ").add(tone_of_state(state), std::to_string(count) + " " + state);
  }
}

std::string title(const Board& board, std::size_t width, const Palette& palette, Now now) {
  std::string status = "● live ";
  Tone tone = Tone::kGood;
  if (board.away()) {
    status = "○ the agent is away for " + short_age(now.boot - board.away_since()) + " ";
    tone = Tone::kChanged;
  } else if (!board.synced()) {
    status = "○ reading ";
    tone = Tone::kQuiet;
  }
  Line line(palette, width);
  add_summary(line, board);
  const std::size_t needed = display_width(status);
  if (needed + 2 <= line.left()) return line.skip_to(width - needed).add(tone, status).text();
  // Where there is room for one of them only, an agent that is away is what matters.
  return board.away() ? Line(palette, width).add(tone, status).text() : line.text();
}

std::vector<Cell> gone_row(const Board::Row& row) {
  const std::string name = text_field(row.cluster, "name");
  return {{name.empty() ? "-" : name, Tone::kGone},
          {text_field(row.cluster, "id"), Tone::kGone},
          {"gone: " + row.reason, Tone::kBad}};
}

std::vector<Cell> row_cells(const Board::Row& row, const Board& board, Detail detail, Now now) {
  if (row.mark == Mark::kGone) return gone_row(row);
  std::vector<Cell> cells = cluster_row(row.cluster, detail, now.wall);
  if (board.away()) {
    for (Cell& cell : cells) cell.tone = Tone::kQuiet;
  } else if (row.mark == Mark::kAdded) {
    cells.front().tone = Tone::kAdded;
  } else if (row.mark == Mark::kChanged) {
    const std::vector<Cell> before = cluster_row(row.before, detail, now.wall);
    constexpr std::size_t kEndpointsEnd = 8;  // ages behind it change by themselves
    for (std::size_t i = 0; i < std::min(kEndpointsEnd, cells.size()); ++i) {
      if (cells[i].text != before[i].text) cells[i].tone = Tone::kChanged;
    }
  }
  return cells;
}

/// Where in a long table one is.
std::string position(std::size_t first, std::size_t shown, std::size_t all) {
  if (shown >= all) return {};
  return "  rows " + std::to_string(first + 1) + " to " + std::to_string(first + shown) + " of " +
         std::to_string(all);
}

void add_table(std::vector<std::string>& lines, const Board& board, const View& view,
               std::size_t room, const Palette& palette, Now now) {
  const std::vector<const Board::Row*> rows = board.rows();
  const std::size_t first = std::min(view.first, rows.size() - std::min(room, rows.size()));
  const std::size_t shown = std::min(room, rows.size() - first);
  const std::size_t width = view.size.columns - std::min(view.size.columns, kGutter);
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const Board::Row* row : rows) ids.push_back(text_field(row->cluster, "id"));
  Table table(cluster_columns(view.detail, telling_width(std::move(ids))));
  for (std::size_t i = first; i < first + shown; ++i) {
    table.add(row_cells(*rows[i], board, view.detail, now));
  }
  std::vector<std::string> drawn = table.lines(palette, width);
  lines.push_back("  " + drawn.front());
  for (std::size_t i = 0; i < shown; ++i) {
    const Mark mark = rows[first + i]->mark;
    lines.push_back(palette.paint(tone_of(mark), sign_of(mark)) + " " + drawn[i + 1]);
  }
  lines.push_back(
      Line(palette, width).add(Tone::kQuiet, position(first, shown, rows.size())).text());
}

/// What a first look at an empty LAN should tell.
void add_nothing_yet(std::vector<std::string>& lines, const Board& board, std::size_t width,
                     const Palette& palette) {
  if (!board.synced()) return;
  const auto add = [&](Tone tone, std::string_view text) {
    lines.push_back(Line(palette, width).add(Tone::kPlain, "  ").add(tone, text).text());
  };
  add(Tone::kPlain, "No clusters yet; they show here as they come.");
  add(Tone::kQuiet, "`liqo-discovery status` tells where they are looked for.");
}

/// The newest is the last line, as in every log.
void add_log(std::vector<std::string>& lines, const Board& board, std::size_t count,
             std::size_t width, const Palette& palette) {
  std::size_t names = 0;
  for (std::size_t i = 0; i < count; ++i) {
    names = std::max(names, std::min(display_width(board.entries()[i].name), kLogName));
  }
  for (std::size_t i = count; i-- > 0;) {
    const Board::Entry& entry = board.entries()[i];
    const Tone tone = i == 0 ? Tone::kPlain : Tone::kQuiet;
    Line line(palette, width);
    line.add(Tone::kQuiet, "  " + local_time_of_day(entry.time) + "  ");
    line.add(tone_of(entry.mark), sign_of(entry.mark)).add(tone, " ");
    if (!entry.name.empty()) {
      const std::size_t behind = width - line.left() + names + 2;
      line.add(tone, truncated(entry.name, names)).skip_to(behind);
    }
    lines.push_back(line.add(tone, entry.text).text());
  }
}

}  // namespace

std::size_t rows_in_view(TerminalSize size) { return layout_of(size).rows; }

std::vector<std::string> draw(const Board& board, const View& view, const Palette& palette,
                              Now now) {
  const Layout layout = layout_of(view.size);
  const std::size_t width = view.size.columns;
  std::vector<std::string> lines = {title(board, width, palette, now)};
  if (layout.blanks) lines.emplace_back();
  if (board.rows().empty()) {
    add_nothing_yet(lines, board, width, palette);
  } else if (layout.rows > 0) {
    add_table(lines, board, view, layout.rows, palette, now);
  }
  if (layout.log > 0) {
    const std::size_t shown = std::min(layout.log, board.entries().size());
    lines.resize(std::max(lines.size(), view.size.rows - shown));
    add_log(lines, board, shown, width, palette);
  }
  lines.resize(std::min(lines.size(), view.size.rows));
  return lines;
}

}  // namespace liqo::cli
