#pragma once

#include <termios.h>

#include <string>
#include <vector>

#include "cli/output.h"

namespace liqo::cli {

/// The alternate screen of a terminal, taken while it lives and put back by its destructor: cursor,
/// echo and what stood there before included. Writes only lines that differ from what it shows.
class Screen {
 public:
  enum class Key { kQuit, kUp, kDown, kPageUp, kPageDown, kTop, kBottom, kRedraw };

  explicit Screen(Output& out);
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  /// Puts the terminal back for as long as the process is stopped.
  void leave();
  void enter();

  void show(const std::vector<std::string>& lines);
  /// The next show() writes everything: the terminal was resized or scribbled on.
  void forget() { shown_.clear(); }
  [[nodiscard]] TerminalSize size() const { return terminal_size(out_.fd()); }

  /// To be polled for keys; -1 where there is no keyboard.
  [[nodiscard]] int keyboard() const { return keyboard_; }
  /// The keys that were pressed since, those that mean something.
  std::vector<Key> keys();

 private:
  Output& out_;
  int keyboard_ = -1;
  bool entered_ = false;
  termios before_{};
  std::vector<std::string> shown_;
};

}  // namespace liqo::cli
