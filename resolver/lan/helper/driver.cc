#include "resolver/lan/helper/driver.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "resolver/lan/helper/daemon_stack.h"
#include "resolver/lan/helper/embedded_stack.h"

namespace liqo::lan::helper {
namespace {

using namespace std::chrono_literals;

// Back within 2 s of avahi-daemon's return, without a busy loop where it comes and goes.
constexpr auto kRestart = 250ms;
// An embedded stack that does not even begin: it has no port, or its host name is none.
constexpr auto kRetry = 2s;
// Time for messages in one turn: each may be a call to avahi-daemon and back, 0.2 ms where that has
// little to do, and seconds where it has too much.
constexpr auto kMessagesInTurn = 20ms;

constexpr const char* kSilent = "avahi-daemon does not answer";

}  // namespace

bool Driver::run() {
  while (!channel_.closed()) {
    if (!turn()) return false;
  }
  return true;
}

bool Driver::turn() {
  Monotonic::time_point until = watchdog_.hungry_at();
  if (bus_) until = std::min(until, bus_->next_turn());
  if (start_at_ > Monotonic::now()) until = std::min(until, start_at_);
  if (!poll_.turn(until, [this] { before_avahi(); })) return false;

  const Monotonic::time_point now = Monotonic::now();
  watchdog_.feed(now);
  // Before the messages: some wait for what it hears.
  if (bus_) bus_->turn(now);
  read_messages(now);
  settle(now);
  choose(now);
  return true;
}

/// What became due is not yet done: a clock that was set has not yet expired anything.
void Driver::before_avahi() {
  const bool stepped = clock_step_.seen(read_clocks());
  if (stepped && stack_ && running_ == Backend::kEmbedded) drop("the clock was set");
}

// --- messages --------------------------------------------------------------------------------

void Driver::read_messages(Monotonic::time_point now) {
  input_.want_input(true);
  const Monotonic::time_point until = now + kMessagesInTurn;
  for (; now < until && channel_.has_input(); now = Monotonic::now()) {
    watchdog_.feed(now);
    if (on_daemon() && !bus_->answers_now(now)) {
      // They wait where they are until avahi-daemon is known to answer.
      input_.want_input(false);
      return;
    }
    if (std::optional<ToHelper> message = channel_.receive()) on_message(std::move(*message));
  }
}

void Driver::on_message(ToHelper message) {
  std::visit(
      [this](auto& told) {
        using Told = std::decay_t<decltype(told)>;
        if constexpr (std::is_same_v<Told, Configure>) {
          configure(std::move(told));
        } else if (!stack_) {
          // Sent before the agent knew that the stack was lost: it will send it again.
          spdlog::debug("LAN helper: a message without a stack");
        } else if constexpr (std::is_same_v<Told, Watch>) {
          stack_->follow(told);
        } else if constexpr (std::is_same_v<Told, Unwatch>) {
          stack_->unfollow(told);
        } else if constexpr (std::is_same_v<Told, Publish>) {
          stack_->publish(std::move(told));
        } else {
          stack_->unpublish(told);
        }
      },
      message);
}

void Driver::configure(Configure wanted) {
  if (wanted_ == wanted) return;
  const bool other_backend = !wanted_ || wanted_->backend != wanted.backend;
  wanted_ = std::move(wanted);
  // avahi-daemon has a host name and interfaces of its own.
  if (stack_ && (other_backend || running_ == Backend::kEmbedded)) drop("configured anew");
  if (other_backend) {
    daemon_chosen_ = false;
    bus_ = wanted_->backend == Backend::kEmbedded ? nullptr : std::make_unique<Bus>(poll_.api());
    running_ = bus_ ? Backend::kAvahiDaemon : Backend::kEmbedded;
  }
  start_at_ = {};
}

// --- the stack -------------------------------------------------------------------------------

/// The backend to be running now; nothing while that is not known.
std::optional<Backend> Driver::choice() const {
  if (!bus_) return Backend::kEmbedded;
  const Bus::Daemon daemon = bus_->daemon();
  if (daemon == Bus::Daemon::kAnswers) return Backend::kAvahiDaemon;
  const bool absent = daemon == Bus::Daemon::kAbsent || daemon == Bus::Daemon::kNoBus;
  const bool may_embed = wanted_->backend == Backend::kAuto && !daemon_chosen_;
  return may_embed && absent ? std::optional(Backend::kEmbedded) : std::nullopt;
}

void Driver::choose(Monotonic::time_point now) {
  if (!wanted_) return;
  if (stack_ && running_ == Backend::kEmbedded && daemon_came()) drop("avahi-daemon came");
  if (on_daemon() && bus_->hangs(now)) drop(kSilent);
  if (stack_ || now < start_at_) return;
  if (const std::optional<Backend> chosen = choice()) return start(*chosen, now);
  switch (bus_->daemon()) {
    case Bus::Daemon::kUnknown:
      return;
    case Bus::Daemon::kNoBus:
      return tell(BackendState::kConnecting, "no system bus", spdlog::level::warn);
    case Bus::Daemon::kAbsent:
      return tell(BackendState::kConnecting, "no avahi-daemon", spdlog::level::warn);
    case Bus::Daemon::kSilent:
    case Bus::Daemon::kAnswers:
      return tell(BackendState::kConnecting, kSilent);
  }
}

/// Never two stacks on one host: ours makes way for avahi-daemon, and for one that is silent as
/// well, since that holds the port.
bool Driver::daemon_came() const {
  if (!bus_) return false;
  const Bus::Daemon daemon = bus_->daemon();
  return daemon == Bus::Daemon::kAnswers || daemon == Bus::Daemon::kSilent;
}

void Driver::start(Backend backend, Monotonic::time_point now) {
  running_ = backend;
  if (backend == Backend::kAvahiDaemon) daemon_chosen_ = true;
  Result<std::unique_ptr<Stack>> stack = backend == Backend::kEmbedded
                                             ? EmbeddedStack::start(poll_.api(), *wanted_, channel_)
                                             : DaemonStack::start(poll_.api(), channel_);
  if (stack) {
    stack_ = std::move(*stack);
    told_.clear();
    return settle(now);
  }
  if (backend == Backend::kEmbedded) {
    start_at_ = now + kRetry;
    return tell(BackendState::kFailed, stack.error().detail, spdlog::level::warn);
  }
  bus_->doubt();
  start_at_ = now + kRestart;
  tell(BackendState::kConnecting, stack.error().detail);
}

void Driver::settle(Monotonic::time_point now) {
  if (!stack_) return;
  const Result<void> settled = stack_->settle();
  if (settled) return;
  if (on_daemon()) bus_->doubt();
  drop(settled.error().detail);
  start_at_ = now + kRestart;
}

void Driver::drop(const std::string& why) {
  stack_.reset();
  tell(BackendState::kConnecting, why);
}

void Driver::tell(BackendState state, std::string detail, spdlog::level::level_enum level) {
  const std::string summary = std::to_string(static_cast<int>(state)) + detail;
  if (summary == told_) return;
  told_ = summary;
  spdlog::log(level, "LAN helper: {}: {}", to_string(running_), detail);
  channel_.send(BackendReport{running_, state, {}, std::move(detail)});
}

}  // namespace liqo::lan::helper
