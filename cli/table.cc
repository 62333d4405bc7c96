#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::size_t kGap = 3;  // blanks between columns, kubectl's

template <class Shown>
std::size_t total(const std::vector<Shown>& shown) {
  const std::size_t gaps = shown.empty() ? 0 : (shown.size() - 1) * kGap;
  return std::accumulate(shown.begin(), shown.end(), gaps,
                         [](std::size_t sum, const Shown& each) { return sum + each.width; });
}

}  // namespace

std::vector<Table::Shown> Table::natural() const {
  std::vector<Shown> shown;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    std::size_t width =
        std::max(display_width(columns_[column].title), columns_[column].usual_width);
    for (const auto& row : rows_) {
      const bool overruns = column + 1 == row.size() && row.size() < columns_.size();
      if (column < row.size() && !overruns)
        width = std::max(width, display_width(row[column].text));
    }
    shown.push_back({column, width});
  }
  return shown;
}

std::vector<Table::Shown> Table::fitted(std::size_t width) const {
  std::vector<Shown> left = natural();
  for (;;) {
    std::vector<Shown> shown = left;
    // From the right: what tells rows apart for people, their name, is cut last.
    for (auto each = shown.rbegin(); each != shown.rend(); ++each) {
      const std::size_t least = columns_[each->column].min_width;
      const std::size_t now = total(shown);
      if (now <= width || each->width <= least) continue;
      each->width = std::max(least, each->width - std::min(each->width, now - width));
    }
    if (total(shown) <= width) return shown;
    const auto last = std::max_element(left.begin(), left.end(), [this](auto& a, auto& b) {
      return columns_[a.column].rank < columns_[b.column].rank;
    });
    if (last == left.end() || columns_[last->column].rank == 0) return shown;
    left.erase(last);
  }
}

std::string Table::line(const std::vector<Cell>& row, const std::vector<Shown>& shown,
                        const Palette& palette, std::size_t width) const {
  std::string out;
  std::size_t at = 0;    // columns written
  std::size_t next = 0;  // where the next cell begins
  for (const Shown& each : shown) {
    if (each.column >= row.size() || next >= width) break;
    const bool overruns = each.column + 1 == row.size() && row.size() < columns_.size();
    const std::size_t room = width - next;
    const Cell& cell = row[each.column];
    const std::string text = truncated(cell.text, overruns ? room : std::min(each.width, room));
    if (!text.empty()) {
      out.append(next - at, ' ').append(palette.paint(cell.tone, text));
      at = next + display_width(text);
    }
    next += each.width + kGap;
  }
  return out;
}

std::vector<std::string> Table::lines(const Palette& palette, std::size_t width) const {
  const std::vector<Shown> shown = fitted(width);
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.push_back({std::string(column.title), Tone::kTitle});
  std::vector<std::string> out = {line(titles, shown, palette, width)};
  for (const auto& row : rows_) out.push_back(line(row, shown, palette, width));
  return out;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out.append(line).push_back('\n');
  return out;
}

}  // namespace liqo::cli
