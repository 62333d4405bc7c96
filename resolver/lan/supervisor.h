#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolver/lan/messages.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/process.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::lan {

/// Keeps a helper process running and speaks messages.h with it. Never waits for it: a helper that
/// sends what is no message or does not read is killed, and another one started, as when it dies.
/// One that hangs dies of its own watchdog (helper/watchdog.h).
class Supervisor {
 public:
  /// Taken in at one turn of the loop: some milliseconds of work.
  static constexpr int kMessagesPerTurn = 256;
  /// A helper that leaves more than this unread hangs. A watch is some 100 octets; re-telling 512
  /// pending instances and their groups is far less.
  static constexpr std::size_t kMaxQueued = 8 * 1024 * 1024;
  /// Until the next start; doubles up to kMaxBackOff, which leaves a second of the two in which the
  /// LAN must be back after its daemon is.
  static constexpr Duration kMinBackOff = std::chrono::milliseconds(100);
  static constexpr Duration kMaxBackOff = std::chrono::seconds(1);
  /// One that lived so long is not one that keeps dying.
  static constexpr Duration kHealthy = std::chrono::seconds(5);
  /// To withdraw what it published, once nobody wants it any more; then it is killed.
  static constexpr Duration kFarewell = std::chrono::milliseconds(500);

  /// From the end of its socket to its own, or it is killed.
  static constexpr Duration kLastWord = std::chrono::milliseconds(100);

  /// Called from the loop, never inside a call to the supervisor. None may destroy it.
  struct Callbacks {
    std::function<void()> started;            ///< another helper: nothing was told to it yet
    std::function<void(FromHelper)> message;  ///< each message
    std::function<void()> batch_ended;        ///< no more in this turn
    std::function<void(const std::string& why)> stopped;  ///< it, and all that it knew, is gone
  };

  /// `loop` must outlive it. Starts the first helper in the next turn.
  Supervisor(loop::Loop& loop, std::string file, std::vector<std::string> args,
             Callbacks callbacks);
  /// Leaves the helper kFarewell to end; returns at once.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Dropped when no helper runs.
  void send(const ToHelper& message);

  /// -1 when none runs.
  [[nodiscard]] int pid() const { return process_ ? process_->pid() : -1; }
  [[nodiscard]] std::uint64_t restarts() const { return starts_ == 0 ? 0 : starts_ - 1; }

 private:
  void start();
  Result<void> launch();
  void stop(const std::string& why);
  void stop_soon(std::string why, Duration wait = Duration::zero());
  void on_ready(bool readable, bool writable);
  bool read_some();
  bool take_message(std::string_view packet);
  void write_queued();

  loop::Loop& loop_;
  loop::Process::Spec spec_;
  Callbacks callbacks_;
  std::uint64_t starts_ = 0;
  Duration back_off_ = kMinBackOff;
  BootTime started_at_{};
  std::deque<std::string> queue_;
  std::size_t queued_ = 0;
  std::string doomed_;  ///< why it will be stopped in the next turn
  std::vector<char> buffer_;
  loop::Timer restart_;
  loop::UniqueFd socket_;
  std::unique_ptr<loop::Poll> poll_;  // gone before socket_ is closed: declared after it
  std::unique_ptr<loop::Process> process_;
};

}  // namespace liqo::lan
