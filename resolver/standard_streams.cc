#include "resolver/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <initializer_list>

namespace liqo {

bool open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is the one that was closed: those below it are open by now. Without
    // O_CLOEXEC: children have their standard streams from here.
    if (::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return false;
  }
  return true;
}

}  // namespace liqo
