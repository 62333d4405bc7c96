#include "resolver/loop/unix_listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace liqo::loop {

Result<std::unique_ptr<UnixListener>> UnixListener::create(Loop& loop, UniqueFd listening,
                                                           Accepted accepted) {
  std::unique_ptr<UnixListener> listener(
      new UnixListener(loop, std::move(listening), std::move(accepted)));
  if (auto opened = listener->open(); !opened) return opened.error();
  return listener;
}

UnixListener::UnixListener(Loop& loop, UniqueFd listening, Accepted accepted)
    : loop_(loop),
      listening_(std::move(listening)),
      accepted_(std::move(accepted)),
      reopen_(loop) {}

Result<void> UnixListener::open() {
  auto poll =
      Poll::create(loop_, listening_.get(), Interest::kRead, [this](bool, bool) { on_ready(); });
  if (!poll) return poll.error();
  poll_ = std::move(*poll);
  return {};
}

void UnixListener::on_ready() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    UniqueFd connection(
        ::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (connection) {
      accepted_(std::move(connection));
      continue;
    }
    if (errno == EAGAIN) return;
    // Who gave up while waiting is no reason to stop; all else is a shortage that may last.
    if (errno != ECONNABORTED && errno != EINTR) return pause();
  }
}

void UnixListener::pause() {
  ++pauses_;
  poll_.reset();
  reopen_.arm(kPause, [this] {
    if (!open()) pause();
  });
}

}  // namespace liqo::loop
