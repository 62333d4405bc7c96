#pragma once

#include <memory>
#include <string>

#include "resolver/lan/helper/poll.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::lan::helper {

/// Wakes the poll when a path may have come to be: made, renamed to, or given other rights. Where
/// its directories are not there either it follows them as they are made.
class PathWatch {
 public:
  /// `path` is absolute. Watches nothing before look().
  PathWatch(const AvahiPoll* api, std::string path) : api_(api), path_(std::move(path)) {}
  PathWatch(const PathWatch&) = delete;
  PathWatch& operator=(const PathWatch&) = delete;

  /// Watches the deepest directory on the way to the path that there is now. What happens from
  /// here on is told by happened(). False where the kernel gives no watch: the user may have used
  /// them up.
  bool look();
  /// Whether anything happened on the way to the path since the last call.
  bool happened();

 private:
  bool open();

  const AvahiPoll* api_;
  std::string path_;
  std::string awaited_;  ///< the entry of the directory that is watched, on the way to the path
  int watch_ = -1;
  loop::UniqueFd inotify_;
  std::unique_ptr<Wakeup> wakeup_;  // gone before inotify_ is closed: declared after it
};

}  // namespace liqo::lan::helper
