#include "resolver/loop/stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace liqo::loop {
namespace {

Interest interest_of(Stream::Wanted wanted) {
  if (wanted.input && wanted.output) return Interest::kBoth;
  if (wanted.input) return Interest::kRead;
  if (wanted.output) return Interest::kWrite;
  return Interest::kHangUp;
}

Stream::Outcome outcome_of(ssize_t moved) {
  if (moved > 0) return {Stream::Status::kDone, static_cast<std::size_t>(moved)};
  if (moved == 0) return {Stream::Status::kEnded, 0};
  const bool later = errno == EAGAIN || errno == EINTR;
  return {later ? Stream::Status::kBlocked : Stream::Status::kFailed, 0};
}

}  // namespace

Result<std::unique_ptr<Stream>> Stream::create(Loop& loop, UniqueFd connected, Callback callback) {
  std::unique_ptr<Stream> stream(new Stream(std::move(connected), std::move(callback)));
  auto poll = Poll::create(loop, stream->fd_.get(), Interest::kRead,
                           [self = stream.get()](bool readable, bool writable) {
                             const Callback told = self->callback_;  // it may destroy self
                             told(readable || writable ? Event::kReady : Event::kHungUp);
                           });
  if (!poll) return poll.error();
  stream->poll_ = std::move(*poll);
  return stream;
}

Stream::Stream(UniqueFd connected, Callback callback)
    : fd_(std::move(connected)), callback_(std::move(callback)) {}

Stream::Outcome Stream::read(std::span<char> buffer) {
  return outcome_of(::recv(fd_.get(), buffer.data(), buffer.size(), 0));
}

Stream::Outcome Stream::write(std::string_view octets) {
  if (octets.empty()) return {Status::kBlocked, 0};
  return outcome_of(::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL));
}

void Stream::want(Wanted wanted) {
  if (wanted == wanted_) return;  // each change of interest costs a system call
  wanted_ = wanted;
  poll_->set_interest(interest_of(wanted));
}

}  // namespace liqo::loop
