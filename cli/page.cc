#include "cli/page.h"

#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::size_t kLabelColumn = 14;

}  // namespace

void Page::heading(std::string_view title) {
  if (!text_.empty()) text_ += '\n';
  text_.append(palette_.paint(Tone::kStrong, title)).append("\n");
}

void Page::line(std::string_view text, Tone tone) {
  text_.append("  ").append(palette_.paint(tone, text)).append("\n");
}

void Page::entry(std::string_view label, std::string_view value, Tone tone) {
  std::string start = std::string(label) + ":";
  const std::size_t width = display_width(start);
  start.append(width < kLabelColumn ? kLabelColumn - width : 1, ' ');
  for (bool first = true; first || !value.empty(); first = false) {
    const std::size_t end = std::min(value.find('\n'), value.size());
    text_.append(first ? palette_.paint(Tone::kTitle, start) : std::string(kLabelColumn, ' '));
    text_.append(palette_.paint(tone, value.substr(0, end))).append("\n");
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

void Page::table(const Table& table) {
  for (const std::string& line : table.lines(palette_))
    text_.append("  ").append(line).append("\n");
}

}  // namespace liqo::cli
