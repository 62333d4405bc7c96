#include "cli/live/stream.h"

#include <algorithm>

namespace liqo::cli {
namespace {

/// A restart of the agent takes less than the first pause; the last one is what a person waits for
/// without wondering.
constexpr Duration kFirstPause = std::chrono::milliseconds(200);
constexpr Duration kLastPause = std::chrono::seconds(2);
/// Replies taken in one go: who has keys and signals to attend to gets a turn in a flood too.
constexpr int kBatch = 64;

}  // namespace

WatchStream::WatchStream(const Context& context, Json parameters, Handlers handlers)
    : context_(context),
      parameters_(std::move(parameters)),
      handlers_(std::move(handlers)),
      pause_(kFirstPause) {}

Result<void> WatchStream::start() { return open(); }

Result<void> WatchStream::open() {
  auto client = context_.connect();
  if (!client) return client.error();
  if (auto sent = client->send("Watch", parameters_, true); !sent) return sent;
  client_.emplace(std::move(*client));
  answered_ = false;
  answer_by_ = BootClock::now() + client_->answer_time();
  return {};
}

Result<void> WatchStream::lose(const Error& error) {
  client_.reset();
  behind_ = false;
  const bool can_mend = error.code != Errc::kInvalid && error.code != Errc::kRefused;
  if (!ever_answered_ || !can_mend) return error;
  retry_at_ = BootClock::now() + pause_;
  pause_ = std::min(pause_ * 2, kLastPause);
  // Many tries make one loss: only the end of a connection that worked is told.
  if (answered_) handlers_.lost(error);
  answered_ = false;
  return {};
}

Result<void> WatchStream::read() {
  behind_ = true;
  for (int taken = 0; taken < kBatch; ++taken) {
    auto reply = client_->try_receive();
    if (!reply) return lose(reply.error());
    behind_ = reply->has_value();
    if (!behind_) break;
    if (!answered_ && ever_answered_) handlers_.back();
    answered_ = ever_answered_ = true;
    pause_ = kFirstPause;
    for (const Json& event : field((*reply)->parameters, "events")) handlers_.event(event);
    if (!(*reply)->continues) return lose({Errc::kUnavailable, "the agent ended the watch"});
  }
  if (answered_ || BootClock::now() < answer_by_) return {};
  return lose({Errc::kTimedOut, "the agent does not answer"});
}

Result<void> WatchStream::pump() {
  if (client_) return read();
  if (BootClock::now() < retry_at_) return {};
  if (auto opened = open(); !opened) return lose(opened.error());
  return {};
}

std::optional<BootTime> WatchStream::next_deadline() const {
  if (!client_) return retry_at_;
  if (behind_) return BootTime();  // what was received already wakes no poll()
  if (!answered_) return answer_by_;
  return std::nullopt;
}

}  // namespace liqo::cli
