#pragma once

#include <optional>
#include <string>

#include "resolver/lan/messages.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::lan::helper {

/// The helper's end of the pair. Once the agent's end is closed it is closed for good.
class Channel {
 public:
  explicit Channel(int fd) : fd_(fd) {}

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool closed() const { return closed_; }

  /// Is there anything to receive? Notices a closed end, too.
  bool has_input();

  /// The next message, if one is there. One that cannot be read is skipped, with a warning.
  std::optional<ToHelper> receive();

  /// Waits where the agent does not read: an event that is lost would never be told again.
  void send(const FromHelper& message);

 private:
  loop::UniqueFd fd_;
  bool closed_ = false;
  std::string buffer_ = std::string(kMaxMessage + 1, '\0');
};

}  // namespace liqo::lan::helper
