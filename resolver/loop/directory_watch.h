#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <string>

#include "resolver/loop/handle.h"
#include "resolver/loop/loop.h"

namespace liqo::loop {

/// Tells when a file in a directory comes, changes, is renamed or goes. A directory is watched and
/// not the file, for a watched file is lost when another one is renamed over it.
class DirectoryWatch {
 public:
  /// `name`: the file's, without its directory; empty where the kernel does not tell. May destroy
  /// the watch.
  using Changed = std::function<void(const std::string& name)>;

  /// Fails where the directory is not there.
  static Result<std::unique_ptr<DirectoryWatch>> create(Loop& loop, const std::string& directory,
                                                        Changed changed);
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

 private:
  DirectoryWatch(Handle<uv_fs_event_t> handle, Changed changed);

  static void on_event(uv_fs_event_t* handle, const char* name, int events, int status);

  Handle<uv_fs_event_t> handle_;
  Changed changed_;
};

}  // namespace liqo::loop
