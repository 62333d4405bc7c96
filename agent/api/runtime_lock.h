#pragma once

#include <string>
#include <utility>

#include "resolver/loop/unique_fd.h"
#include "resolver/result.h"

namespace liqo::api {

/// That one agent runs on a runtime directory: a lock on a file in it, which the kernel gives back
/// when the process ends, however it ends. The file stays and holds the agent's pid.
class RuntimeLock {
 public:
  /// Makes the directory where only it is missing. kRefused: another agent has it ("another agent
  /// runs here (pid 12)").
  static Result<RuntimeLock> take(const std::string& runtime_dir);

 private:
  explicit RuntimeLock(loop::UniqueFd fd) : fd_(std::move(fd)) {}

  loop::UniqueFd fd_;
};

}  // namespace liqo::api
