#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "resolver/loop/loop.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::loop {

/// A connected stream socket that never blocks, never queues and never raises SIGPIPE: its owner
/// is told when it is ready and keeps what could not be written. Owns the descriptor.
class Stream {
 public:
  /// What the owner waits for. A peer that is gone altogether is told whatever it waits for.
  struct Wanted {
    bool input = false;
    bool output = false;
    friend bool operator==(const Wanted&, const Wanted&) = default;
  };
  enum class Event { kReady, kHungUp };
  /// May destroy or close the stream.
  using Callback = std::function<void(Event)>;

  /// `connected`: a non-blocking descriptor. Wants input first.
  static Result<std::unique_ptr<Stream>> create(Loop& loop, UniqueFd connected, Callback callback);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  enum class Status {
    kDone,     ///< `octets` were moved, at least one
    kBlocked,  ///< not now
    kEnded,    ///< reading: the peer will not send any more
    kFailed,   ///< the connection is of no more use
  };
  struct Outcome {
    Status status = Status::kBlocked;
    std::size_t octets = 0;
  };
  Outcome read(std::span<char> buffer);
  Outcome write(std::string_view octets);

  void want(Wanted wanted);
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  Stream(UniqueFd connected, Callback callback);

  UniqueFd fd_;
  Callback callback_;
  Wanted wanted_{.input = true, .output = false};
  std::unique_ptr<Poll> poll_;  // gone before fd_ is closed: declared after it
};

}  // namespace liqo::loop
