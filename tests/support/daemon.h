#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace liqo::test {

/// A program that runs until this ends (SIGTERM, and is waited for).
class Daemon {
 public:
  /// `arguments[0]` is looked for in PATH and /usr/sbin.
  explicit Daemon(const std::vector<std::string>& arguments);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  void signal(int number) const;

 private:
  pid_t pid_;
};

/// A port of 127.0.0.1 that is free for UDP and TCP now.
std::uint16_t free_port();

}  // namespace liqo::test
