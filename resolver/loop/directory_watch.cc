#include "resolver/loop/directory_watch.h"

#include <utility>

namespace liqo::loop {

Result<std::unique_ptr<DirectoryWatch>> DirectoryWatch::create(Loop& loop,
                                                               const std::string& directory,
                                                               Changed changed) {
  auto handle = open_handle<uv_fs_event_t>(
      "inotify", [&loop](uv_fs_event_t* plain) { return uv_fs_event_init(loop.raw(), plain); });
  if (!handle) return handle.error();
  std::unique_ptr<DirectoryWatch> watch(new DirectoryWatch(std::move(*handle), std::move(changed)));
  const int status = uv_fs_event_start(
      watch->handle_.get(),
      [](uv_fs_event_t* event, const char* entry, int /*events*/, int /*status*/) {
        const auto* self = static_cast<DirectoryWatch*>(event->data);
        if (self == nullptr) return;
        const Changed told = self->changed_;  // it may destroy the watch
        told(entry == nullptr ? "" : entry);
      },
      directory.c_str(), 0);
  if (status < 0) return uv_error(directory, status);
  return watch;
}

DirectoryWatch::DirectoryWatch(Handle<uv_fs_event_t> handle, Changed changed)
    : handle_(std::move(handle)), changed_(std::move(changed)) {
  handle_->data = this;
}

}  // namespace liqo::loop
