#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/fd.h"

namespace liqo::cli {

/// A program on a terminal of its own, and what it shows there: as much of a terminal as the live
/// table needs, every character one column wide.
class Terminal {
 public:
  Terminal(const std::vector<std::string>& command, unsigned short columns, unsigned short rows,
           const std::vector<std::string>& environment = {});
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Reads until what is shown satisfies `condition`; false when it did not within ten seconds.
  bool wait_until(const std::function<bool(const Terminal&)>& condition);
  bool wait_for(std::string_view text);

  /// As the user types; "\x03" is Ctrl-C.
  void type(std::string_view keys) const;
  void resize(unsigned short columns, unsigned short rows);

  /// The lines, trailing blanks off.
  [[nodiscard]] std::vector<std::string> lines() const;
  [[nodiscard]] bool shows(std::string_view text) const;
  [[nodiscard]] bool alternate() const { return alternate_; }
  [[nodiscard]] bool cursor_visible() const { return cursor_visible_; }
  [[nodiscard]] bool echoes() const;
  /// Everything that was written, raw.
  [[nodiscard]] const std::string& written() const { return written_; }

  /// Waits for the end of the program: its exit status, or -1 when a signal ended it, -2 when it
  /// went on.
  int wait_exit();

 private:
  bool read_some(int milliseconds);
  void take(char octet);
  void control(char final);
  void put(const std::string& character);

  Fd master_;
  pid_t child_ = -1;
  std::size_t columns_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  bool alternate_ = false;
  bool cursor_visible_ = true;
  std::vector<std::vector<std::string>> cells_;
  std::string pending_;  // of an escape sequence or of a character
  std::string written_;
};

}  // namespace liqo::cli
