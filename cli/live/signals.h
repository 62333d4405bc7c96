#pragma once

#include <csignal>

#include "cli/fd.h"

namespace liqo::cli {

/// While it lives, the signals that end, stop or resize a watch are read from a descriptor instead
/// of interrupting: a terminal is put back from one place only. Those that the process was started
/// to ignore stay ignored. For one thread.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// The next one that came; 0 when none did.
  [[nodiscard]] int next() const;
  /// Whether it is one that ends: neither stops nor resizes.
  static bool ends(int signal);

 private:
  sigset_t before_{};
  Fd fd_;
};

}  // namespace liqo::cli
