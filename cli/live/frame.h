#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/cluster_table.h"
#include "cli/live/board.h"
#include "cli/output.h"
#include "cli/style.h"

namespace liqo::cli {

/// How the user looks at a board.
struct View {
  TerminalSize size;
  Detail detail = Detail::kNormal;
  std::size_t first = 0;  ///< row of the board that is the topmost in view
};

/// A board as the lines of a screen, at most `view.size.rows` of them, none wider than the screen.
/// From top to bottom: what there is in sum, the table, what happened last. On a small screen the
/// last of these goes first.
std::vector<std::string> draw(const Board& board, const View& view, const Palette& palette,
                              Now now);

/// How many rows of the table a screen of that size has room for.
std::size_t rows_in_view(TerminalSize size);

}  // namespace liqo::cli
