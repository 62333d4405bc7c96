#pragma once

#include <functional>
#include <memory>

#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::loop {

/// Accepts connections on a listening socket, which it owns.
class UnixListener {
 public:
  /// Accepted in one turn of the loop, so that a crowd at the door does not stall those inside.
  static constexpr int kAcceptsPerTurn = 16;
  /// How long the door stays shut when the process has no descriptor left for a guest. Who waits
  /// is not lost, and the loop does not spin on a socket that stays readable.
  static constexpr Duration kPause = std::chrono::milliseconds(100);

  /// Takes each connection, a non-blocking descriptor. May not destroy the listener.
  using Accepted = std::function<void(UniqueFd connection)>;

  /// `listening`: from listen_unix() or adopt_listening_unix().
  static Result<std::unique_ptr<UnixListener>> create(Loop& loop, UniqueFd listening,
                                                      Accepted accepted);
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  /// Times that the door was shut for want of descriptors or memory, ever.
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

 private:
  UnixListener(Loop& loop, UniqueFd listening, Accepted accepted);
  Result<void> open();
  void on_ready();
  void pause();

  Loop& loop_;
  UniqueFd listening_;
  Accepted accepted_;
  std::uint64_t pauses_ = 0;
  Timer reopen_;
  std::unique_ptr<Poll> poll_;  // gone before listening_ is closed: declared after it
};

}  // namespace liqo::loop
