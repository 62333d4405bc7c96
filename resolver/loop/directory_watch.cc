#include "resolver/loop/directory_watch.h"

#include <utility>

namespace liqo::loop {

Result<std::unique_ptr<DirectoryWatch>> DirectoryWatch::create(Loop& loop,
                                                               const std::string& directory,
                                                               Changed changed) {
  auto handle = open_handle<uv_fs_event_t>(
      "directory watch", [&](uv_fs_event_t* plain) { return uv_fs_event_init(loop.raw(), plain); });
  if (!handle) return handle.error();
  const int status = uv_fs_event_start(handle->get(), on_event, directory.c_str(), 0);
  if (status < 0) return uv_error(directory, status);
  return std::unique_ptr<DirectoryWatch>(
      new DirectoryWatch(std::move(*handle), std::move(changed)));
}

DirectoryWatch::DirectoryWatch(Handle<uv_fs_event_t> handle, Changed changed)
    : handle_(std::move(handle)), changed_(std::move(changed)) {
  handle_->data = this;
}

void DirectoryWatch::on_event(uv_fs_event_t* handle, const char* name, int, int) {
  auto* self = static_cast<DirectoryWatch*>(handle->data);
  if (self == nullptr) return;
  const Changed changed = self->changed_;  // on the stack: it may destroy the watch
  changed(name == nullptr ? std::string() : std::string(name));
}

}  // namespace liqo::loop
