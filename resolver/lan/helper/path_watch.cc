#include "resolver/lan/helper/path_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

namespace liqo::lan::helper {
namespace {

// A socket can be connected to when it is there, and listens, and lets us: bind() makes the entry,
// and chmod() follows. IN_DELETE_SELF: the directory itself went, and may be made anew.
constexpr std::uint32_t kEvents = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF |
                                  IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;

}  // namespace

bool PathWatch::open() {
  if (inotify_) return true;
  inotify_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify_) return false;
  wakeup_ = std::make_unique<Wakeup>(api_, inotify_.get());
  return true;
}

bool PathWatch::look() {
  if (!open()) return false;
  for (std::size_t slash = path_.rfind('/'); slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : path_.rfind('/', slash - 1)) {
    const std::string directory = path_.substr(0, slash == 0 ? 1 : slash);
    const int watch = ::inotify_add_watch(inotify_.get(), directory.c_str(), kEvents);
    if (watch < 0) continue;
    // Of a directory that is watched already it is the same number.
    if (watch_ >= 0 && watch_ != watch) ::inotify_rm_watch(inotify_.get(), watch_);
    watch_ = watch;
    const std::size_t end = path_.find('/', slash + 1);
    awaited_ = path_.substr(slash + 1, end == std::string::npos ? end : end - slash - 1);
    return true;
  }
  return false;
}

bool PathWatch::happened() {
  bool any = false;
  alignas(inotify_event) std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (size <= 0) return any;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      // Without a name it is the directory itself, or events were lost.
      const std::string_view entry(name, event.len > 0 ? ::strnlen(name, event.len) : 0);
      // Not the end of a watch that look() replaced.
      const bool matters = (event.mask & IN_IGNORED) == 0 && (entry.empty() || entry == awaited_);
      any = any || matters;
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

}  // namespace liqo::lan::helper
