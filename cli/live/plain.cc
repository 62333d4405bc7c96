#include "cli/live/plain.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "cli/cluster_table.h"
#include "cli/live/signals.h"
#include "cli/live/stream.h"
#include "cli/text.h"
#include "cli/yaml.h"

namespace liqo::cli {
namespace {

/// What a pipe takes without blocking once it is ready (POSIX PIPE_BUF, pipe(7)).
constexpr std::size_t kChunk = 4096;

int milliseconds_until(std::optional<BootTime> deadline) {
  if (!deadline) return -1;
  constexpr Duration::rep kLongest = 60'000;
  const auto left = (*deadline - BootClock::now()).count();
  return static_cast<int>(std::clamp<Duration::rep>(left, 0, kLongest));
}

class PlainWatch {
 public:
  PlainWatch(Context& context, const Json& parameters, EventText text)
      : context_(context),
        text_(std::move(text)),
        stream_(context, parameters,
                {[this](const Json& event) { take(event); },
                 [this](const Error& error) { lost(error); }, [this] { back(); }}) {}

  Exit run() {
    auto going = stream_.start();
    while (going && !ended_) {
      wait();
      going = stream_.pump();
    }
    return going ? Exit::kDone : context_.fail(going.error());
  }

 private:
  void take(const Json& event) {
    last_sequence_ = number_field(event, "seq").value_or(0);
    write(text_(event));
  }

  void lost(const Error& error) const {
    context_.out.complain(error.detail + "; looking for it until it is back");
  }

  /// To who reads events the new snapshot is what it is after a queue overran: a `resync`.
  void back() {
    context_.out.complain("the agent is back; a new snapshot follows");
    write(text_({{"seq", last_sequence_ + 1}, {"event", "resync"}, {"reason", "reconnected"}}));
  }

  /// Never waits for a reader alone: a signal ends that wait too.
  void write(std::string_view text) {
    while (!text.empty() && !ended_) {
      std::array<pollfd, 2> waited = {
          {{context_.out.fd(), POLLOUT, 0}, {signals_.fd(), POLLIN, 0}}};
      ::poll(waited.data(), waited.size(), -1);
      if (waited[1].revents != 0) take_signals();
      if (waited[0].revents == 0) continue;
      context_.out.write(text.substr(0, kChunk));
      text.remove_prefix(std::min(kChunk, text.size()));
      ended_ = ended_ || context_.out.failed();
    }
  }

  void wait() {
    std::array<pollfd, 3> waited = {
        {{stream_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}, {context_.out.fd(), 0, 0}}};
    ::poll(waited.data(), waited.size(), milliseconds_until(stream_.next_deadline()));
    if (waited[1].revents != 0) take_signals();
    if ((waited[2].revents & (POLLERR | POLLNVAL)) != 0) ended_ = true;  // the reader left
  }

  void take_signals() {
    for (int signal = signals_.next(); signal != 0; signal = signals_.next()) {
      if (signal == SIGTSTP) raise(SIGSTOP);
      ended_ = ended_ || Signals::ends(signal);
    }
  }

  Context& context_;
  EventText text_;
  Signals signals_;
  WatchStream stream_;
  std::int64_t last_sequence_ = 0;
  bool ended_ = false;
};

}  // namespace

std::string event_line(const Json& event) {
  const Json& cluster = field(event, "cluster");
  std::string line =
      padded(text_field(event, "event"), 8) + padded(text_field(event, "reason"), 20);
  if (cluster.is_object()) {
    const std::string name = text_field(cluster, "name");
    line += padded(name.empty() ? "-" : name, 16) + padded(text_field(cluster, "id"), 36);
    line += padded(text_field(cluster, "state"), 7) + padded(text_field(cluster, "identity"), 9);
    line += padded(endpoint_text(cluster, "auth"), 21) + padded(endpoint_text(cluster, "api"), 21);
    line += endpoint_text(cluster, "gateway");
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

EventText event_text(const std::string& format) {
  if (format == "json") return [](const Json& event) { return to_line(event) + "\n"; };
  if (format == "yaml") return [](const Json& event) { return "---\n" + to_yaml(event); };
  return event_line;
}

Exit watch_plainly(Context& context, const Json& parameters, EventText text) {
  return PlainWatch(context, parameters, std::move(text)).run();
}

}  // namespace liqo::cli
