#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "cli/style.h"

namespace liqo::cli {

struct Column {
  /// A column that is never made narrower than its text.
  static constexpr std::size_t kRigid = std::numeric_limits<std::size_t>::max();

  std::string_view title;
  /// Left out when the line is too narrow: higher ranks go first, 0 never goes.
  int rank = 0;
  /// How narrow its text may be cut before columns are left out.
  std::size_t min_width = kRigid;
  /// The width of what it usually holds: with fewer rows it stays as wide, so that a table that is
  /// drawn again does not jump.
  std::size_t usual_width = 0;
};

struct Cell {
  std::string text;  ///< printable()
  Tone tone = Tone::kPlain;
};

/// Rows under titles, aligned by display width, the last column ragged. A row may have fewer cells
/// than there are columns: its last cell then runs over the columns to its right and makes none of
/// them wider.
class Table {
 public:
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The titles, then a line a row, none wider than `width` columns. No newlines, no trailing
  /// blanks.
  [[nodiscard]] std::vector<std::string> lines(const Palette& palette,
                                               std::size_t width = kUnlimited) const;

 private:
  struct Shown {
    std::size_t column;
    std::size_t width;
  };
  [[nodiscard]] std::vector<Shown> natural() const;
  [[nodiscard]] std::vector<Shown> fitted(std::size_t width) const;
  [[nodiscard]] std::string line(const std::vector<Cell>& row, const std::vector<Shown>& shown,
                                 const Palette& palette, std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// Lines joined, each with its newline.
std::string joined(const std::vector<std::string>& lines);

}  // namespace liqo::cli
