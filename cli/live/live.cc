#include "cli/live/live.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "cli/live/board.h"
#include "cli/live/frame.h"
#include "cli/live/screen.h"
#include "cli/live/signals.h"
#include "cli/live/stream.h"

namespace liqo::cli {
namespace {

/// Events that come together are drawn together.
constexpr Duration kDrawPause = std::chrono::milliseconds(40);
/// Ages tick.
constexpr Duration kTick = std::chrono::seconds(1);

class LiveWatch {
 public:
  LiveWatch(Context& context, const Json& parameters, Detail detail)
      : context_(context),
        detail_(detail),
        stream_(context, parameters,
                {[this](const Json& event) { board_.apply(event, read_clocks()); },
                 [this](const Error& error) { board_.lost(error.detail, read_clocks()); }, [] {}}) {
  }

  Exit run() {
    if (auto started = stream_.start(); !started) return context_.fail(started.error());
    const auto ended = show_until_end();
    if (!ended) return context_.fail(ended.error());
    leave_table();
    return Exit::kDone;
  }

 private:
  Result<void> show_until_end() {
    Screen screen(context_.out);
    draw_at_ = BootClock::now();
    while (!ended_ && !context_.out.failed()) {
      wait(screen);
      if (auto going = stream_.pump(); !going) return going;
      const BootTime now = BootClock::now();
      if (now < draw_at_) continue;
      board_.advance(now);
      screen.show(
          draw(board_, {screen.size(), detail_, first_}, context_.out.palette(), read_clocks()));
      draw_at_ = now + kTick - now.time_since_epoch() % kTick;
    }
    return {};
  }

  void wait(Screen& screen) {
    std::array<pollfd, 3> waited = {
        {{stream_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}, {screen.keyboard(), POLLIN, 0}}};
    const BootTime until = std::min(draw_at_, stream_.next_deadline().value_or(draw_at_));
    const auto left = std::max<Duration::rep>((until - BootClock::now()).count(), 0);
    ::poll(waited.data(), waited.size(), static_cast<int>(left));
    if (waited[0].revents != 0) draw_soon(kDrawPause);
    if (waited[1].revents != 0) take_signals(screen);
    if ((waited[2].revents & POLLIN) != 0) {
      for (const Screen::Key key : screen.keys()) take_key(key, screen);
    }
    if ((waited[2].revents & (POLLHUP | POLLERR)) != 0) ended_ = true;  // the terminal went
  }

  void draw_soon(Duration pause) { draw_at_ = std::min(draw_at_, BootClock::now() + pause); }

  void take_signals(Screen& screen) {
    for (int signal = signals_.next(); signal != 0; signal = signals_.next()) {
      ended_ = ended_ || Signals::ends(signal);
      if (signal == SIGTSTP) {
        screen.leave();
        raise(SIGSTOP);
        screen.enter();
      }
      screen.forget();
      draw_soon(Duration::zero());
    }
  }

  void take_key(Screen::Key key, Screen& screen) {
    const std::size_t room = std::max<std::size_t>(rows_in_view(screen.size()), 1);
    const std::size_t all = board_.rows().size();
    const std::size_t last = all - std::min(all, room);
    switch (key) {
      case Screen::Key::kQuit:
        ended_ = true;
        break;
      case Screen::Key::kUp:
        first_ -= std::min<std::size_t>(first_, 1);
        break;
      case Screen::Key::kDown:
        ++first_;
        break;
      case Screen::Key::kPageUp:
        first_ -= std::min(first_, room);
        break;
      case Screen::Key::kPageDown:
        first_ += room;
        break;
      case Screen::Key::kTop:
        first_ = 0;
        break;
      case Screen::Key::kBottom:
        first_ = last;
        break;
      case Screen::Key::kRedraw:
        screen.forget();
        break;
    }
    first_ = std::min(first_, last);
    draw_soon(Duration::zero());
  }

  /// What was seen last stays, as far as it fits on one screen.
  void leave_table() {
    std::vector<Json> clusters;
    for (const Board::Row* row : board_.rows()) {
      if (row->mark != Board::Mark::kGone) clusters.push_back(row->cluster);
    }
    if (clusters.empty() || clusters.size() + 2 > terminal_size(context_.out.fd()).rows) return;
    const Table table = cluster_table(clusters, detail_, read_clocks().wall);
    context_.out.write(joined(table.lines(context_.out.palette(), context_.out.width())));
  }

  Context& context_;
  Detail detail_;
  Board board_;
  Signals signals_;
  WatchStream stream_;
  BootTime draw_at_;
  std::size_t first_ = 0;
  bool ended_ = false;
};

}  // namespace

Exit watch_live(Context& context, const Json& parameters, const std::string& format) {
  const Detail detail = format == "wide" ? Detail::kWide : Detail::kNormal;
  return LiveWatch(context, parameters, detail).run();
}

}  // namespace liqo::cli
