#include "resolver/lan/connector.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "resolver/dnssd/socket_address.h"

namespace liqo::lan {
namespace {

bool is_of(const sockaddr_storage& a, const IpAddress& address) {
  const auto octets = address.octets();
  if (a.ss_family == AF_INET) {
    return address.family() == Family::kIpv4 &&
           std::memcmp(&reinterpret_cast<const sockaddr_in&>(a).sin_addr, octets.data(),
                       octets.size()) == 0;
  }
  return address.family() == Family::kIpv6 &&
         std::memcmp(&reinterpret_cast<const sockaddr_in6&>(a).sin6_addr, octets.data(),
                     octets.size()) == 0;
}

/// The kernel chooses an address of this host as the source towards itself. Sends nothing.
bool is_own(const IpAddress& address, const SocketAddress& to) {
  const loop::UniqueFd fd(::socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), to.get(), to.size()) != 0) return false;
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  return ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&from), &size) == 0 &&
         is_of(from, address);
}

bool is_allowed(const IpAddress& address) {
  return !address.is_loopback() && !address.is_unspecified() && !address.is_multicast();
}

bool has_connected(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

}  // namespace

Connector::Connector(loop::Loop& loop, Connected connected)
    : loop_(loop), connected_(std::move(connected)), timer_(loop) {}

void Connector::add(const SightingKey& key, const std::vector<IpAddress>& addresses,
                    std::uint16_t port) {
  Job job{{}, port};
  std::copy_if(addresses.begin(), addresses.end(), std::back_inserter(job.addresses), is_allowed);
  if (job.addresses.empty() || port == 0 || jobs_.contains(key)) return;
  const std::size_t turns = std::min(kPerSighting, job.addresses.size());
  jobs_.emplace(key, std::move(job));
  turns_.insert(turns_.end(), turns, key);
  start_waiting();
}

void Connector::cancel(const SightingKey& key) {
  jobs_.erase(key);
  const auto before = attempts_.size();
  std::erase_if(attempts_, [&](const Attempt& attempt) { return attempt.key == key; });
  if (attempts_.size() != before) start_waiting();
}

void Connector::start_waiting() {
  while (!turns_.empty() && attempts_.size() < kMaxSockets) {
    const SightingKey key = std::move(turns_.front());
    turns_.pop_front();
    try_next(key);
  }
  arm();
}

/// One address of the job after the other, until a connection is under way.
void Connector::try_next(const SightingKey& key) {
  const auto found = jobs_.find(key);
  if (found == jobs_.end()) return;  // cancelled while it waited
  Job& job = found->second;
  while (!job.addresses.empty()) {
    const IpAddress address = job.addresses.front();
    job.addresses.pop_front();
    if (begin(key, address, job.port)) return;
  }
}

bool Connector::begin(const SightingKey& key, const IpAddress& address, std::uint16_t port) {
  const SocketAddress to(address, port);
  if (is_own(address, to)) return false;
  loop::UniqueFd fd(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return false;
  if (::connect(fd.get(), to.get(), to.size()) != 0 && errno != EINPROGRESS) return false;
  const auto attempt = attempts_.insert(
      attempts_.end(), Attempt{key, std::move(fd), BootClock::now() + kAttempt, nullptr});
  auto poll = loop::Poll::create(
      loop_, attempt->socket.get(), loop::Interest::kWrite,
      [this, attempt](bool, bool) { ended(attempt, has_connected(attempt->socket.get())); });
  if (!poll) {
    attempts_.erase(attempt);
    return false;
  }
  attempt->poll = std::move(*poll);
  return true;
}

void Connector::ended(Attempts::iterator attempt, bool connected) {
  const SightingKey key = attempt->key;
  attempts_.erase(attempt);
  if (connected) {
    cancel(key);
  } else {
    turns_.push_back(key);
  }
  start_waiting();
  if (connected) connected_(key);
}

void Connector::expire() {
  while (!attempts_.empty() && attempts_.front().deadline <= BootClock::now()) {
    turns_.push_back(attempts_.front().key);
    attempts_.pop_front();
  }
  start_waiting();
}

void Connector::arm() {
  if (attempts_.empty()) return timer_.cancel();
  if (!timer_.armed()) timer_.arm_at(attempts_.front().deadline, [this] { expire(); });
}

}  // namespace liqo::lan
