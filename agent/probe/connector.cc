#include "agent/probe/connector.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "resolver/dnssd/socket_address.h"

namespace liqo::probe {
namespace {

/// As many as a line can name.
constexpr std::size_t kNamed = 4;

/// RFC 8305 section 4: the families by turns, each in the order given, the first one's first.
std::vector<IpAddress> interleaved(const std::vector<IpAddress>& given) {
  std::vector<IpAddress> first;
  std::vector<IpAddress> second;
  for (const IpAddress& address : given) {
    (address.family() == given.front().family() ? first : second).push_back(address);
  }
  std::vector<IpAddress> mixed;
  mixed.reserve(given.size());
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

Errc code_of(const std::vector<std::pair<IpAddress, int>>& failures) {
  const auto any = [&](int error) {
    return std::any_of(failures.begin(), failures.end(),
                       [error](const auto& failure) { return failure.second == error; });
  };
  if (any(ECONNREFUSED)) return Errc::kRefused;
  return any(ETIMEDOUT) ? Errc::kTimedOut : Errc::kUnavailable;
}

}  // namespace

Connector::Connector(loop::Loop& loop, const std::vector<IpAddress>& addresses, std::uint16_t port,
                     Done done)
    : loop_(loop),
      port_(port),
      done_(std::move(done)),
      addresses_(interleaved(addresses)),
      timer_(loop) {
  schedule(Duration::zero());
}

void Connector::schedule(Duration delay) {
  timer_.arm(delay, [this] { begin_next(); });
}

void Connector::begin_next() {
  if (next_ < addresses_.size()) {
    if (attempts_.size() == kMaxAttempts) fail(attempts_.front().address, ETIMEDOUT);
    if (attempts_.size() == kMaxAttempts) attempts_.pop_front();
    const auto attempt = attempts_.insert(attempts_.end(), {addresses_[next_++], {}, nullptr});
    const int error = begin(*attempt);
    if (error == EINPROGRESS) {
      if (next_ < addresses_.size()) schedule(kAttemptDelay);
      return;
    }
    fail(attempt->address, error);
    attempts_.erase(attempt);
    if (next_ < addresses_.size()) return schedule(Duration::zero());
  }
  end_if_over();
}

/// A connection that is there at once is told by its Poll, like any other.
int Connector::begin(Attempt& attempt) {
  const SocketAddress to(attempt.address, port_);
  attempt.fd.reset(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!attempt.fd) return errno;
  if (::connect(attempt.fd.get(), to.get(), to.size()) != 0 && errno != EINPROGRESS) return errno;
  const auto self = std::prev(attempts_.end());
  auto poll = loop::Poll::create(loop_, attempt.fd.get(), loop::Interest::kWrite,
                                 [this, self](bool, bool) { on_ready(self); });
  if (!poll) return ENOMEM;
  attempt.poll = std::move(*poll);
  return EINPROGRESS;
}

void Connector::on_ready(Attempts::iterator attempt) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(attempt->fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  attempt->poll.reset();
  // Whoever resets a connection has taken it, however soon that is: a closed port refuses.
  if (error == 0 || error == ECONNRESET) {
    Connected connected{std::move(attempt->fd), attempt->address};
    attempts_.clear();
    timer_.cancel();
    const Done done = std::move(done_);
    return done(std::move(connected));
  }
  fail(attempt->address, error);
  attempts_.erase(attempt);
  if (next_ < addresses_.size()) return schedule(Duration::zero());
  end_if_over();
}

void Connector::fail(const IpAddress& address, int error) {
  failures_.emplace_back(address, error);
}

void Connector::end_if_over() {
  if (!attempts_.empty() || next_ < addresses_.size()) return;
  const Done done = std::move(done_);
  done(Error{code_of(failures_), account()});
}

std::string Connector::account() const {
  std::string text;
  std::size_t told = 0;
  const auto tell = [&](const IpAddress& address, const char* what) {
    if (++told > kNamed) return;
    text += (told > 1 ? "; " : "") + place_text(address, port_) + ": " + what;
  };
  for (const auto& [address, error] : failures_) tell(address, std::strerror(error));
  for (const Attempt& attempt : attempts_) tell(attempt.address, "no answer");
  if (told > kNamed) text += "; and " + std::to_string(told - kNamed) + " more";
  return told == 0 ? "no address" : text;
}

}  // namespace liqo::probe
