#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"

namespace liqo::loop {

/// Tells what changes in one directory: an entry that comes, goes, is written or renamed. It holds
/// the directory itself, not its path, and sees nothing more once that is gone. A file may be given
/// as well; then its own changes are told, wherever it is mounted, until another takes its place.
class DirectoryWatch {
 public:
  /// `entry` is the name within the directory; the directory's own, or none, where the directory
  /// itself changed. May destroy the watch.
  using Changed = std::function<void(const std::string& entry)>;

  /// kIo where it is not there, or where the user has no inotify watches left.
  static Result<std::unique_ptr<DirectoryWatch>> create(Loop& loop, const std::string& directory,
                                                        Changed changed);
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

 private:
  DirectoryWatch(Handle<uv_fs_event_t> handle, Changed changed);

  Handle<uv_fs_event_t> handle_;
  Changed changed_;
};

}  // namespace liqo::loop
