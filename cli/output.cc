#include "cli/output.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/table.h"
#include "cli/yaml.h"

namespace liqo::cli {
namespace {

/// 0, or the errno of what failed.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd waited{fd, POLLOUT, 0};
      ::poll(&waited, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

Output Output::standard() {
  const char* name = std::getenv("TERM");
  const bool capable = is_set("TERM") && std::strcmp(name, "dumb") != 0;
  const bool terminal = isatty(STDOUT_FILENO) == 1 && capable;
  return {STDOUT_FILENO, STDERR_FILENO, terminal, terminal && !is_set("NO_COLOR")};
}

void Output::write(std::string_view text) {
  if (failure_ == 0) failure_ = write_all(out_, text);
}

void Output::complain(std::string_view line) const {
  write_all(error_, std::string("liqo-discovery: ").append(line).append("\n"));
}

Result<void> Output::result() const {
  if (failure_ == 0 || failure_ == EPIPE) return {};
  return Error{Errc::kIo, std::string("cannot write: ") + std::strerror(failure_)};
}

std::size_t Output::width() const {
  return isatty(out_) == 1 ? terminal_size(out_).columns : Table::kUnlimited;
}

std::string document(const Json& value, std::string_view format) {
  return format == "yaml" ? to_yaml(value) : to_pretty(value) + "\n";
}

TerminalSize terminal_size(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

}  // namespace liqo::cli
