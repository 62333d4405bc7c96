#include <algorithm>
#include <utility>

#include "resolver/link/links.h"
#include "resolver/link/netlink.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/time.h"

namespace liqo::link {
namespace {

using namespace std::chrono_literals;

/// The first event of a burst brings the rest of its kind within this time: a new veth pair is
/// told in a dozen messages.
constexpr Duration kGather = 8ms;
/// How often the socket is read while a burst lasts. At 100 veth pairs a second some 60 messages
/// gather, a third of what the smallest socket buffer holds.
constexpr Duration kReadInterval = 50ms;
/// At most one call in this time.
constexpr Duration kCallInterval = 250ms;

/// Reads on readiness while nothing happens, by the clock while links churn: a wake-up an event
/// would make the agent pay for every container that is started.
class Monitor final : public LinkMonitor {
 public:
  Monitor(loop::Loop& loop, Callback on_change)
      : loop_(loop), on_change_(std::move(on_change)), timer_(loop) {}

  Result<void> start() {
    auto socket = open_event_socket();  // before the dump, so that no change falls between
    if (!socket) return socket.error();
    socket_ = std::move(*socket);
    auto dump = dump_links();
    if (!dump) return dump.error();
    table_ = told_ = std::move(*dump);
    return listen();
  }

  [[nodiscard]] const LinkTable& links() const override { return told_; }

 private:
  Result<void> listen() {
    auto poll = loop::Poll::create(loop_, socket_.get(), loop::Interest::kRead, [this](bool, bool) {
      poll_.reset();
      timer_.arm(kGather, [this] { read(); });
    });
    if (!poll) return poll.error();
    poll_ = std::move(*poll);
    return {};
  }

  void read() {
    const Drained drained = drain_events(socket_.get(), table_);
    lost_ = lost_ || drained.lost;
    // What waits is older than the dump: read after it, it would undo what the dump says.
    if (lost_ && !drained.more) read_all();
    const BootTime now = BootClock::now();
    const bool changed = table_ != told_;
    if (changed && now >= next_call_) {
      next_call_ = now + kCallInterval;
      tell();
    } else if (!changed && !drained.any && !lost_) {
      if (listen()) return;
    }
    timer_.arm(drained.more ? kGather : kReadInterval, [this] { read(); });
  }

  void read_all() {
    auto dump = dump_links();
    if (!dump) return;
    table_ = std::move(*dump);
    lost_ = false;
  }

  void tell() {
    const LinkTable before = std::exchange(told_, table_);
    on_change_(before, told_);
  }

  loop::Loop& loop_;
  Callback on_change_;
  loop::UniqueFd socket_;
  LinkTable table_;    ///< as the events have it
  LinkTable told_;     ///< as the callback knows it
  bool lost_ = false;  ///< events were dropped: table_ is wrong until the next dump
  BootTime next_call_{};
  loop::Timer timer_;
  std::unique_ptr<loop::Poll> poll_;  // gone before socket_ is closed: declared after it
};

}  // namespace

Result<std::unique_ptr<LinkMonitor>> LinkMonitor::create(loop::Loop& loop, Callback on_change) {
  auto monitor = std::make_unique<Monitor>(loop, std::move(on_change));
  if (auto started = monitor->start(); !started) return started.error();
  return std::unique_ptr<LinkMonitor>(std::move(monitor));
}

}  // namespace liqo::link
