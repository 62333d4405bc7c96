#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/varlink/answer.h"
#include "agent/varlink/framer.h"
#include "agent/varlink/service.h"

namespace liqo::varlink {

struct SessionOptions {
  /// The longest call taken, in octets.
  std::size_t max_message = std::size_t{64} * 1024;
  /// What a client is told that sends a longer one: a whole message; may be empty.
  std::string too_long;
};

/// The protocol on one connection, without the connection: octets in, octets out. Calls are
/// answered one after another, in the order in which they came, as varlink has it. It holds at
/// most one call that waits; while there is one it wants no more input.
class Session {
 public:
  /// Answers made in one produce(): a client that sends many calls at once must not keep the loop
  /// from the others.
  static constexpr int kAnswersAtOnce = 64;

  /// `service` must outlive it.
  Session(const Service& service, Caller caller, SessionOptions options);

  void receive(std::string_view octets);
  /// Appends what is to be sent next, about Answer::kPiece of it.
  void produce(std::string& out);
  /// The caller's `wake` ends here.
  void wake() { waiting_ = false; }

  [[nodiscard]] bool wants_input() const { return !broken_ && !next_; }
  /// True when produce() would do something.
  [[nodiscard]] bool has_work() const;
  /// A call is being answered, or waits for it.
  [[nodiscard]] bool busy() const { return answer_ != nullptr || next_.has_value(); }
  /// The call being answered has no end.
  [[nodiscard]] bool endless() const { return answer_ != nullptr && answer_->endless(); }
  /// A call has begun to arrive and is not complete.
  [[nodiscard]] bool incomplete() const { return framer_.incomplete(); }
  /// Whole messages received so far.
  [[nodiscard]] std::uint64_t received() const { return received_; }
  /// The client does not follow the protocol: send what is left, then close.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  void fetch();
  void begin_next();
  void give_up();

  const Service& service_;
  Caller caller_;
  SessionOptions options_;
  Framer framer_;
  std::optional<std::string> next_;  // a whole call, not begun
  std::unique_ptr<Answer> answer_;   // of the call in progress
  std::uint64_t received_ = 0;
  bool waiting_ = false;
  bool broken_ = false;
  std::string farewell_;
};

}  // namespace liqo::varlink
