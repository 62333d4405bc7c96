#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/json.h"
#include "cli/style.h"
#include "resolver/result.h"

namespace liqo::cli {

/// Where results and complaints go, and what is known of the place: a terminal or not, its width,
/// whether colour is welcome. Owns no descriptor.
class Output {
 public:
  /// The process's own, by its environment (TERM, NO_COLOR: https://no-color.org).
  static Output standard();
  Output(int out, int error, bool terminal, bool colour)
      : out_(out), error_(error), terminal_(terminal), palette_(colour) {}

  /// Writes results. What fails is remembered and tells on result().
  void write(std::string_view text);
  /// A complaint: one line on standard error, after the program's name.
  void complain(std::string_view line) const;

  /// A reader that left (EPIPE) wants no more and is no failure; a full disk is one.
  [[nodiscard]] Result<void> result() const;
  [[nodiscard]] bool failed() const { return failure_ != 0; }

  [[nodiscard]] int fd() const { return out_; }
  /// A terminal that can move its cursor.
  [[nodiscard]] bool terminal() const { return terminal_; }
  [[nodiscard]] const Palette& palette() const { return palette_; }
  /// Columns a table may take: the terminal's, or no limit.
  [[nodiscard]] std::size_t width() const;

 private:
  int out_;
  int error_;
  bool terminal_;
  Palette palette_;
  int failure_ = 0;  // errno of the first write that failed
};

/// `-o json` and `-o yaml`.
std::string document(const Json& value, std::string_view format);

/// Columns and rows of the terminal behind `fd`; 80 by 24 where it does not tell.
struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
TerminalSize terminal_size(int fd);

}  // namespace liqo::cli
