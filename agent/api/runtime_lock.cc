#include "agent/api/runtime_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace liqo::api {
namespace {

constexpr const char* kLockFile = "/liqo-discoveryd.lock";
constexpr mode_t kDirectoryMode = 0755;  // every user reads the snapshot and reaches the socket
constexpr mode_t kFileMode = 0600;       // who can open it can hold the lock

Error io_error(const std::string& path) {
  return Error{Errc::kIo, path + ": " + std::strerror(errno)};
}

/// What the holder wrote; "unknown" while it has not yet.
std::string holder_of(int fd) {
  std::array<char, 16> text{};
  const ssize_t length = ::pread(fd, text.data(), text.size(), 0);
  if (length <= 0) return "unknown";
  const std::string_view written(text.data(), static_cast<std::size_t>(length));
  const std::string_view digits = written.substr(0, written.find_first_not_of("0123456789"));
  return digits.empty() ? "unknown" : std::string(digits);
}

}  // namespace

Result<RuntimeLock> RuntimeLock::take(const std::string& runtime_dir) {
  if (::mkdir(runtime_dir.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
    return io_error(runtime_dir);
  }
  const std::string path = runtime_dir + kLockFile;
  loop::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  // The file may be there with another mode, from before.
  if (!fd || ::fchmod(fd.get(), kFileMode) != 0) return io_error(path);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error(path);
    return Error{Errc::kRefused,
                 runtime_dir + ": another agent runs here (pid " + holder_of(fd.get()) + ")"};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::pwrite(fd.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return io_error(path);
  }
  return RuntimeLock(std::move(fd));
}

}  // namespace liqo::api
