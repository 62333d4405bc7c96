#pragma once

#include <spdlog/common.h>

#include <memory>
#include <optional>
#include <string>

#include "resolver/lan/helper/bus.h"
#include "resolver/lan/helper/channel.h"
#include "resolver/lan/helper/clock_step.h"
#include "resolver/lan/helper/poll.h"
#include "resolver/lan/helper/stack.h"
#include "resolver/lan/helper/watchdog.h"

namespace liqo::lan::helper {

/// The helper between the agent and Avahi: chooses the stack, starts it again when it is lost, and
/// hands the agent's messages to it.
class Driver {
 public:
  explicit Driver(int fd) : channel_(fd, watchdog_), input_(poll_.api(), fd) {}

  /// Until the agent's end is closed. False when the helper itself cannot go on.
  bool run();

 private:
  bool turn();
  void before_avahi();
  void read_messages(Monotonic::time_point now);
  void on_message(ToHelper message);
  void configure(Configure wanted);

  void choose(Monotonic::time_point now);
  [[nodiscard]] std::optional<Backend> choice() const;
  [[nodiscard]] bool daemon_came() const;
  void start(Backend backend, Monotonic::time_point now);
  void settle(Monotonic::time_point now);
  void drop(const std::string& why);
  void tell(BackendState state, std::string detail,
            spdlog::level::level_enum level = spdlog::level::info);
  [[nodiscard]] bool on_daemon() const { return stack_ && running_ == Backend::kAvahiDaemon; }

  Watchdog watchdog_;
  Poll poll_;
  Channel channel_;
  Wakeup input_;
  std::unique_ptr<Bus> bus_;  ///< nothing where only the embedded stack is wanted
  ClockStep clock_step_;
  std::optional<Configure> wanted_;
  bool daemon_chosen_ = false;               ///< `auto` found avahi-daemon once, and stays with it
  Backend running_ = Backend::kAvahiDaemon;  ///< or tried
  std::unique_ptr<Stack> stack_;
  std::string told_;  ///< the state without a stack, as last told
  Monotonic::time_point start_at_;
};

}  // namespace liqo::lan::helper
