#include "resolver/lan/helper/channel.h"

#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace liqo::lan::helper {
namespace {

constexpr int kMeal = std::chrono::milliseconds(Watchdog::kMeal).count();

}  // namespace

bool Channel::has_input() {
  if (closed_) return false;
  pollfd entry{fd_.get(), POLLIN, 0};
  if (::poll(&entry, 1, 0) <= 0) return false;
  // What the agent wrote before it left is of no use any more.
  if ((entry.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) closed_ = true;
  return !closed_;
}

std::optional<ToHelper> Channel::receive() {
  while (!closed_) {
    const ssize_t size = ::recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
    if (size <= 0) {
      closed_ = true;
      return std::nullopt;
    }
    Result<ToHelper> message =
        decode_to_helper(std::string_view(buffer_).substr(0, static_cast<std::size_t>(size)));
    if (message) return std::move(*message);
    spdlog::warn("LAN helper: ignoring {}", message.error().detail);
  }
  return std::nullopt;
}

void Channel::send(const FromHelper& message) {
  const std::string packet = encode(message);
  while (!closed_) {
    if (::send(fd_.get(), packet.data(), packet.size(), MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS) {
      closed_ = true;
      return;
    }
    pollfd entry{fd_.get(), POLLOUT, 0};
    ::poll(&entry, 1, kMeal);
    watchdog_.feed();
  }
}

}  // namespace liqo::lan::helper
