#include "agent/api/connection.h"

#include <array>
#include <utility>

#include "agent/api/errors.h"

namespace liqo::api {
namespace {

/// Read in one turn. Calls are short; a client that sends many at once is served in more turns.
constexpr std::size_t kReadOctets = std::size_t{16} * 1024;

/// Pieces sent in one turn: together what a socket's buffer holds by default. With fewer the reader
/// would be woken for each, with more a crowd of readers would hold up the others.
constexpr int kPiecesPerTurn = 3;

/// What an idle connection may keep of a buffer that a long answer needed.
constexpr std::size_t kKeptCapacity = 4096;

varlink::SessionOptions session_options(const Limits& limits) {
  return {limits.max_request,
          limit_reached_message(
              "maxRequestOctets",
              "a call is longer than " + std::to_string(limits.max_request) + " octets")};
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::create(loop::Loop& loop, loop::UniqueFd socket,
                                                       loop::PeerCredentials peer,
                                                       const varlink::Service& service,
                                                       const Limits& limits, Callbacks callbacks) {
  const uid_t uid = peer.uid;
  varlink::Caller caller{std::move(peer), callbacks.on_wake};
  std::unique_ptr<Connection> connection(
      new Connection(loop, uid, std::move(caller), service, limits, std::move(callbacks)));
  auto stream = loop::Stream::create(
      loop, std::move(socket),
      [self = connection.get()](loop::Stream::Event event) { self->on_event(event); });
  if (!stream) return stream.error();
  connection->stream_ = std::move(*stream);
  return connection;
}

Connection::Connection(loop::Loop& loop, uid_t uid, varlink::Caller caller,
                       const varlink::Service& service, const Limits& limits, Callbacks callbacks)
    : limits_(limits),
      uid_(uid),
      callbacks_(std::move(callbacks)),
      session_(service, std::move(caller), session_options(limits)),
      last_used_(BootClock::now()),
      deadline_(loop) {}

void Connection::attend() {
  session_.wake();
  if (!closed()) settle();
}

void Connection::close() {
  if (closed()) return;
  stream_.reset();
  deadline_.cancel();
  callbacks_.on_closed();
}

std::optional<BootTime> Connection::idle_since() const {
  const bool stuck = session_.endless() && sending_;
  if ((session_.busy() && !stuck) || session_.incomplete()) return std::nullopt;
  return last_used_;
}

void Connection::on_event(loop::Stream::Event event) {
  if (event == loop::Stream::Event::kHungUp) return close();
  if (!input_ended_ && session_.wants_input()) receive();
  if (!closed()) settle();
}

void Connection::receive() {
  std::array<char, kReadOctets> buffer;  // not initialised: it would cost more than the read
  const auto got = stream_->read(buffer);
  switch (got.status) {
    case loop::Stream::Status::kDone:
      last_used_ = BootClock::now();
      session_.receive({buffer.data(), got.octets});
      break;
    case loop::Stream::Status::kEnded:
      // Only its sending is over: what it asked before is still answered.
      input_ended_ = true;
      break;
    case loop::Stream::Status::kBlocked:
      break;
    case loop::Stream::Status::kFailed:
      close();
  }
}

/// One turn's worth of sending. False when the connection is of no more use.
bool Connection::send() {
  loop::Stream::Status status = loop::Stream::Status::kDone;
  for (int piece = 0; piece < kPiecesPerTurn && status == loop::Stream::Status::kDone; ++piece) {
    status = send_piece();
  }
  sending_ = sent_ < out_.size() || session_.has_work();
  if (!sending_ && out_.capacity() > kKeptCapacity) {
    out_ = {};
    sent_ = 0;
  }
  return status != loop::Stream::Status::kFailed;
}

loop::Stream::Status Connection::send_piece() {
  if (sent_ == out_.size()) {
    out_.clear();
    sent_ = 0;
    ++progress_;
    session_.produce(out_);
  }
  const auto put = stream_->write(std::string_view(out_).substr(sent_));
  sent_ += put.octets;
  progress_ += put.octets;
  if (put.octets > 0) last_used_ = BootClock::now();
  return put.status;
}

/// Ends it for a reason that lies with the client.
void Connection::drop() {
  dropped_ = true;
  close();
}

/// Sends, then decides what to wait for next.
void Connection::settle() {
  if (!send()) return close();
  if (!sending_ && session_.broken()) return drop();
  if (!sending_ && input_ended_ && !session_.busy()) return close();
  stream_->want({.input = !input_ended_ && session_.wants_input(), .output = sending_});
  watch_the_clock();
}

void Connection::watch_the_clock() {
  Waiting waiting = Waiting::kNot;
  std::uint64_t from = 0;
  if (sending_ && !session_.endless()) {
    waiting = Waiting::kForReader;
    from = progress_;
  } else if (session_.incomplete() && session_.wants_input() && !input_ended_) {
    waiting = Waiting::kForRequest;
    from = session_.received();
  }
  // The clock runs on while it is the same call, or nothing moved.
  if (waiting == waiting_ && from == waiting_from_) return;
  waiting_ = waiting;
  waiting_from_ = from;
  if (waiting == Waiting::kNot) {
    deadline_.cancel();
  } else {
    const bool reader = waiting == Waiting::kForReader;
    deadline_.arm(reader ? limits_.stall_time : limits_.request_time, [this] { drop(); });
  }
}

}  // namespace liqo::api
