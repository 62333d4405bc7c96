#include <csignal>

#include "cli/app.h"
#include "resolver/standard_streams.h"

int main(int argc, char** argv) {
  if (!liqo::open_standard_streams()) return static_cast<int>(liqo::cli::Exit::kFailed);
  // A reader that leaves shows as EPIPE where we write: no noise, and the terminal is put back.
  std::signal(SIGPIPE, SIG_IGN);
  liqo::cli::Output out = liqo::cli::Output::standard();
  return static_cast<int>(liqo::cli::run({argv + 1, argv + argc}, out));
}
