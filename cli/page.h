#pragma once

#include <string>
#include <string_view>

#include "cli/style.h"
#include "cli/table.h"

namespace liqo::cli {

/// Text for reading, built from top to bottom: headings, "Label: value" lines, indented tables.
class Page {
 public:
  explicit Page(const Palette& palette) : palette_(palette) {}

  void gap() { text_ += '\n'; }
  void heading(std::string_view title);
  /// One line under no heading; `text` printable.
  void line(std::string_view text, Tone tone = Tone::kPlain);
  /// "Label:        value", further lines of the value below the first.
  void entry(std::string_view label, std::string_view value, Tone tone = Tone::kPlain);
  void table(const Table& table);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const Palette& palette() const { return palette_; }

 private:
  Palette palette_;
  std::string text_;
};

}  // namespace liqo::cli
