#include "resolver/lan/connector.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace liqo::lan {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress made;
  if (address.family() == Family::kIpv4) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(made.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.octets().data(), sizeof v4.sin_addr);
    made.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(made.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_scope_id = address.zone_index();
    std::memcpy(&v6.sin6_addr, address.octets().data(), sizeof v6.sin6_addr);
    made.size = sizeof v6;
  }
  return made;
}

bool same_host(const sockaddr_storage& a, const sockaddr_storage& b) {
  if (a.ss_family != b.ss_family) return false;
  if (a.ss_family == AF_INET) {
    return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
  }
  return std::memcmp(&reinterpret_cast<const sockaddr_in6&>(a).sin6_addr,
                     &reinterpret_cast<const sockaddr_in6&>(b).sin6_addr, sizeof(in6_addr)) == 0;
}

/// The kernel chooses an address of this host as the source towards itself. Sends nothing.
bool is_own(const SocketAddress& to) {
  const loop::UniqueFd fd(::socket(to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), to.get(), to.size) != 0) return false;
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  return ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&from), &size) == 0 &&
         same_host(from, to.storage);
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
  const SocketAddress to = socket_address(address, port);
  if (is_own(to)) return false;
  loop::UniqueFd fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return false;
  if (::connect(fd.get(), to.get(), to.size) != 0 && errno != EINPROGRESS) return false;
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
