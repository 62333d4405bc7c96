#include "resolver/loop/process.h"

#include <algorithm>
#include <csignal>
#include <utility>

namespace liqo::loop {
namespace {

void close_and_free(uv_process_t* handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(handle),
           [](uv_handle_t* closed) { delete reinterpret_cast<uv_process_t*>(closed); });
}

/// A child that has been left to end by itself, until it does or its time is up.
struct Retired {
  uv_process_t* child;
  uv_timer_t timer;
};

void on_retired_exit(uv_process_t* handle, std::int64_t, int) {
  auto* retired = static_cast<Retired*>(handle->data);
  close_and_free(handle);
  uv_close(reinterpret_cast<uv_handle_t*>(&retired->timer),
           [](uv_handle_t* closed) { delete static_cast<Retired*>(closed->data); });
}

}  // namespace

Process::Process() = default;

Result<std::unique_ptr<Process>> Process::spawn(Loop& loop, const Spec& spec,
                                                ExitCallback on_exit) {
  std::vector<char*> argv;
  argv.reserve(spec.args.size() + 1);
  for (const std::string& arg : spec.args) argv.push_back(const_cast<char*>(arg.c_str()));
  argv.push_back(nullptr);

  uv_stdio_container_t stdio[4] = {};
  stdio[0].flags = UV_IGNORE;
  stdio[1].flags = stdio[2].flags = stdio[3].flags = UV_INHERIT_FD;
  stdio[1].data.fd = STDOUT_FILENO;
  stdio[2].data.fd = STDERR_FILENO;
  stdio[3].data.fd = spec.inherited_fd;

  uv_process_options_t options{};
  options.file = spec.file.c_str();
  options.args = argv.data();
  options.stdio = stdio;
  options.stdio_count = spec.inherited_fd >= 0 ? 4 : 3;
  options.exit_cb = [](uv_process_t* handle, std::int64_t status, int signal) {
    auto* self = static_cast<Process*>(handle->data);
    close_and_free(handle);
    if (self == nullptr) return;
    self->handle_ = nullptr;
    const ExitCallback told = std::exchange(self->on_exit_, nullptr);
    if (told) told(signal != 0 ? -1 : static_cast<int>(status), signal);
  };

  std::unique_ptr<Process> process(new Process);
  process->on_exit_ = std::move(on_exit);
  auto handle = std::make_unique<uv_process_t>();
  handle->data = process.get();
  const int status = uv_spawn(loop.raw(), handle.get(), &options);
  process->handle_ = handle.release();
  if (status < 0) return uv_error("cannot start " + spec.file, status);  // ~Process closes it
  return process;
}

Process::~Process() {
  if (handle_ == nullptr) return;
  handle_->data = nullptr;
  // A running child is reaped by its exit callback, which frees the handle. One that never
  // started has none to come.
  if (uv_process_get_pid(handle_) > 0 && uv_process_kill(handle_, SIGKILL) == 0) return;
  close_and_free(handle_);
}

void Process::retire(std::unique_ptr<Process> process, Duration grace) {
  if (process == nullptr || process->handle_ == nullptr) return;
  auto* retired = new Retired{std::exchange(process->handle_, nullptr), {}};
  uv_timer_init(retired->child->loop, &retired->timer);
  retired->timer.data = retired;
  retired->child->data = retired;
  retired->child->exit_cb = on_retired_exit;
  const auto kill = [](uv_timer_t* timer) {
    uv_process_kill(static_cast<Retired*>(timer->data)->child, SIGKILL);
  };
  uv_update_time(retired->child->loop);
  const auto wait = static_cast<std::uint64_t>(std::max<Duration::rep>(grace.count(), 0));
  uv_timer_start(&retired->timer, kill, wait, 0);
}

int Process::pid() const { return handle_ == nullptr ? -1 : uv_process_get_pid(handle_); }

void Process::kill(int signal) {
  if (handle_ != nullptr) uv_process_kill(handle_, signal);
}

}  // namespace liqo::loop
