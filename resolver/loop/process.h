#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"
#include "resolver/time.h"

namespace liqo::loop {

/// A child process. Destroying it kills the child (SIGKILL) and reaps it in the background; its
/// exit is then no longer told.
class Process {
 public:
  struct Spec {
    std::string file;               ///< path
    std::vector<std::string> args;  ///< args[0] is the name it sees
    int inherited_fd = -1;          ///< becomes descriptor 3 of the child; stays the caller's
  };
  /// `status` is the exit status, or -1 when `signal` ended it.
  using ExitCallback = std::function<void(int status, int signal)>;

  /// Standard output and error are shared with this process, standard input is /dev/null.
  static Result<std::unique_ptr<Process>> spawn(Loop& loop, const Spec& spec, ExitCallback on_exit);
  ~Process();
  /// As destroying it, but the child has `grace` to end by itself. Returns at once; the loop's
  /// destructor waits for the child, Loop::kPatience at the longest.
  static void retire(std::unique_ptr<Process> process, Duration grace);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] int pid() const;
  void kill(int signal);

 private:
  Process();

  uv_process_t* handle_ = nullptr;  // freed by its own exit or close callback
  ExitCallback on_exit_;
};

}  // namespace liqo::loop
