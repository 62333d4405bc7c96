// When an agent tells its watchers of each cluster.
//
//   bench_observer SOCKET    prints "ID NANOSECONDS" (CLOCK_MONOTONIC) as each is told first with
//                            addresses of both families; waits for the socket
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_set>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kWatch = R"({"method":"io.liqo.Discovery.Watch","more":true})";
constexpr std::string_view kCluster = R"("cluster":{"id":")";
constexpr std::string_view kAddresses = R"("addresses":[)";
constexpr int kPatience = 30'000;  // ms

/// The first addresses of a cluster are of IPv4 and of IPv6.
bool is_complete(std::string_view cluster) {
  cluster.remove_prefix(std::min(cluster.find(kAddresses), cluster.size()));
  cluster =
      cluster.substr(0, cluster.find(']')).substr(std::min(kAddresses.size(), cluster.size()));
  return cluster.find(':') != cluster.npos && cluster.find('.') != cluster.npos;
}

int connect_to(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  for (int waited = 0; waited < kPatience; ++waited) {
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    ::usleep(1000);
  }
  return -1;
}

class Observer {
 public:
  void take(std::string_view reply, Clock::time_point now) {
    for (std::size_t at = reply.find(kCluster); at != reply.npos; at = reply.find(kCluster, at)) {
      at += kCluster.size();
      const std::string_view id = reply.substr(at, reply.find('"', at) - at);
      const std::string_view rest = reply.substr(at);
      if (!is_complete(rest.substr(0, rest.find(kCluster))) || !told_.emplace(id).second) continue;
      const std::chrono::nanoseconds since = now.time_since_epoch();
      std::printf("%.*s %lld\n", static_cast<int>(id.size()), id.data(),
                  static_cast<long long>(since.count()));
    }
    std::fflush(stdout);
  }

 private:
  std::unordered_set<std::string> told_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const int fd = connect_to(argv[1]);
  if (fd < 0 || ::write(fd, kWatch.data(), kWatch.size()) < 0 || ::write(fd, "", 1) != 1) {
    std::perror(argv[1]);
    return 1;
  }
  Observer observer;
  std::string buffer;
  std::string chunk(1 << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    const Clock::time_point now = Clock::now();
    if (got <= 0) return 1;
    buffer.append(chunk, 0, static_cast<std::size_t>(got));
    for (std::size_t end = buffer.find('\0'); end != buffer.npos; end = buffer.find('\0')) {
      observer.take(std::string_view(buffer).substr(0, end), now);
      buffer.erase(0, end + 1);
    }
  }
}
