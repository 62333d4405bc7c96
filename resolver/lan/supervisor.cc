#include "resolver/lan/supervisor.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace liqo::lan {
namespace {

std::string why_ended(int status, int signal) {
  if (signal == SIGKILL) return "the helper was killed, as it is when it hangs";
  return signal != 0 ? "the helper was ended by signal " + std::to_string(signal)
                     : "the helper ended with status " + std::to_string(status);
}

}  // namespace

Supervisor::Supervisor(loop::Loop& loop, std::string file, std::vector<std::string> args,
                       Callbacks callbacks)
    : loop_(loop), callbacks_(std::move(callbacks)), buffer_(kMaxMessage + 1), restart_(loop) {
  spec_.file = std::move(file);
  spec_.args = std::move(args);
  restart_.arm(Duration::zero(), [this] { start(); });
}

Supervisor::~Supervisor() {
  poll_.reset();
  socket_.reset();
  loop::Process::retire(std::move(process_), kFarewell);
}

void Supervisor::start() {
  ++starts_;
  started_at_ = BootClock::now();
  if (auto launched = launch(); !launched) return stop(launched.error().detail);
  callbacks_.started();
}

Result<void> Supervisor::launch() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    return Error{Errc::kIo, std::string("socketpair: ") + std::strerror(errno)};
  }
  socket_.reset(ends[0]);
  const loop::UniqueFd childs_end(ends[1]);
  spec_.inherited_fd = childs_end.get();
  auto process = loop::Process::spawn(
      loop_, spec_, [this](int status, int signal) { stop(why_ended(status, signal)); });
  if (!process) return process.error();
  process_ = std::move(*process);
  auto poll =
      loop::Poll::create(loop_, socket_.get(), loop::Interest::kRead,
                         [this](bool readable, bool writable) { on_ready(readable, writable); });
  if (!poll) return poll.error();
  poll_ = std::move(*poll);
  return {};
}

void Supervisor::stop(const std::string& why) {
  poll_.reset();
  socket_.reset();
  process_.reset();
  queue_.clear();
  queued_ = 0;
  doomed_.clear();
  if (BootClock::now() - started_at_ >= kHealthy) back_off_ = kMinBackOff;
  restart_.arm(back_off_, [this] { start(); });
  back_off_ = std::min(back_off_ * 2, kMaxBackOff);
  callbacks_.stopped(why);
}

/// Not inside a call that somebody made while looking at what the helper told.
void Supervisor::stop_soon(std::string why, Duration wait) {
  if (!doomed_.empty()) return;
  doomed_ = std::move(why);
  restart_.arm(wait, [this] { stop(std::string(doomed_)); });
}

void Supervisor::send(const ToHelper& message) {
  if (!socket_ || !doomed_.empty()) return;
  std::string packet = encode(message);
  queued_ += packet.size();
  queue_.push_back(std::move(packet));
  if (queued_ > kMaxQueued) return stop_soon("the helper does not read");
  if (queue_.size() == 1) write_queued();
}

void Supervisor::write_queued() {
  while (!queue_.empty()) {
    const std::string& packet = queue_.front();
    if (::send(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == ENOBUFS) break;
      return stop_soon(std::string("cannot write to the helper: ") + std::strerror(errno));
    }
    queued_ -= packet.size();
    queue_.pop_front();
  }
  poll_->set_interest(queue_.empty() ? loop::Interest::kRead : loop::Interest::kBoth);
}

void Supervisor::on_ready(bool readable, bool writable) {
  if (writable && !queue_.empty()) write_queued();
  if (!readable || !doomed_.empty()) return;
  const bool alive = read_some();
  if (alive) callbacks_.batch_ended();
}

/// False when the helper was stopped, or is about to be.
bool Supervisor::read_some() {
  for (int count = 0; count < kMessagesPerTurn && doomed_.empty(); ++count) {
    const ssize_t size = ::recv(socket_.get(), buffer_.data(), buffer_.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return true;
    if (size <= 0) {
      // It ends, and how it did will be told in a moment.
      poll_.reset();
      stop_soon("the helper closed its socket", kLastWord);
      return false;
    }
    if (!take_message({buffer_.data(), static_cast<std::size_t>(size)})) return false;
  }
  return true;
}

bool Supervisor::take_message(std::string_view packet) {
  auto message = packet.size() <= kMaxMessage
                     ? decode_from_helper(packet)
                     : Result<FromHelper>(Error{Errc::kMalformed, "longer than any message"});
  if (!message) {
    stop("the helper sent what is no message: " + message.error().detail);
    return false;
  }
  callbacks_.message(std::move(*message));
  return true;
}

}  // namespace liqo::lan
