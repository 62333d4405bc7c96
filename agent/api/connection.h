#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/api/limits.h"
#include "agent/varlink/session.h"
#include "resolver/loop/stream.h"
#include "resolver/loop/timer.h"

namespace liqo::api {

/// One client: moves octets between its socket and its varlink session, in turns small enough that
/// nobody else waits long, and ends it when it does not keep the limits.
class Connection {
 public:
  struct Callbacks {
    /// The session has something to say: call attend() in a later turn.
    std::function<void()> on_wake;
    /// It is over. Called once; may not destroy the connection: that is for a later turn.
    std::function<void()> on_closed;
  };

  /// `service` and `limits` must outlive it.
  static Result<std::unique_ptr<Connection>> create(loop::Loop& loop, loop::UniqueFd socket,
                                                    loop::PeerCredentials peer,
                                                    const varlink::Service& service,
                                                    const Limits& limits, Callbacks callbacks);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Sends what there is to send, as far as the client takes it.
  void attend();
  void close();

  [[nodiscard]] uid_t uid() const { return uid_; }
  [[nodiscard]] bool closed() const { return stream_ == nullptr; }
  /// It was ended for what its client did or did not do.
  [[nodiscard]] bool dropped() const { return dropped_; }
  [[nodiscard]] bool watches() const { return session_.endless(); }
  /// Since when nobody has used it; nothing while it serves. Such a connection may give way.
  [[nodiscard]] std::optional<BootTime> idle_since() const;

 private:
  Connection(loop::Loop& loop, uid_t uid, varlink::Caller caller, const varlink::Service& service,
             const Limits& limits, Callbacks callbacks);
  void on_event(loop::Stream::Event event);
  void receive();
  bool send();
  loop::Stream::Status send_piece();
  void drop();
  void settle();
  void watch_the_clock();

  const Limits& limits_;
  uid_t uid_;
  Callbacks callbacks_;
  varlink::Session session_;
  std::string out_;  // to be sent, from sent_ on
  std::size_t sent_ = 0;
  bool sending_ = false;  // there is more to send than the client took so far
  bool input_ended_ = false;
  bool dropped_ = false;
  BootTime last_used_;

  /// What the deadline is for: a call that has to be completed, or an answer to be taken.
  enum class Waiting { kNot, kForRequest, kForReader };
  Waiting waiting_ = Waiting::kNot;
  std::uint64_t waiting_from_ = 0;  // how far it was when the clock was started
  std::uint64_t progress_ = 0;      // grows whenever the client took something
  loop::Timer deadline_;
  std::unique_ptr<loop::Stream> stream_;  // null once it is closed
};

}  // namespace liqo::api
