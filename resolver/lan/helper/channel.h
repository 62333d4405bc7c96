#pragma once

#include <optional>
#include <string>

#include "resolver/lan/helper/watchdog.h"
#include "resolver/lan/messages.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::lan::helper {

/// The helper's end of the pair. Once the agent's end is closed it is closed for good.
class Channel {
 public:
  /// `watchdog` must outlive it.
  Channel(int fd, Watchdog& watchdog) : fd_(fd), watchdog_(watchdog) {}

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool closed() const { return closed_; }

  /// Is there anything to receive? Notices a closed end, too.
  bool has_input();

  /// The next message, if one is there. One that cannot be read is skipped, with a warning.
  std::optional<ToHelper> receive();

  /// Waits where the agent does not read: an event that is lost would never be told again. It is
  /// the agent that hangs then.
  void send(const FromHelper& message);

 private:
  loop::UniqueFd fd_;
  Watchdog& watchdog_;
  bool closed_ = false;
  std::string buffer_ = std::string(kMaxMessage + 1, '\0');
};

}  // namespace liqo::lan::helper
