#pragma once

#include <csignal>

#include "cli/fd.h"

namespace liqo::cli {

/// While it lives, the signals that end, stop or resize a watch are read from a descriptor instead
/// of interrupting: a terminal is put back from one place only. For one thread.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// The next one that came; 0 when none did.
  [[nodiscard]] int next() const;
  /// SIGINT, SIGTERM, SIGHUP
  static bool ends(int signal);

 private:
  sigset_t before_{};
  Fd fd_;
};

}  // namespace liqo::cli
