// Clients of a Unix socket, all in one thread: the same load for our agent and for its peers.
//
//   bench_socket_clients PATH CLIENTS REQUESTS OCTET ENDS < REQUEST
//
// Each client sends the request, waits until OCTET (a number) has come ENDS times, which is the end
// of the answer, and sends the next. Prints nanoseconds a request, and octets an answer.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

constexpr std::size_t kBuffer = 1 << 20;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(EXIT_FAILURE);
}

int connect_to(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail(path);
  return fd;
}

struct Client {
  int fd;
  std::ptrdiff_t ends = 0;  ///< of the answer under way
};

class Load {
 public:
  Load(std::string request, char octet, std::ptrdiff_t ends, std::size_t requests)
      : request_(std::move(request)), octet_(octet), ends_(ends), requests_(requests) {}
  ~Load() { ::close(poll_); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void run(std::vector<Client>& clients) {
    for (Client& client : clients) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.ptr = &client;
      ::epoll_ctl(poll_, EPOLL_CTL_ADD, client.fd, &event);
      send(client);
    }
    epoll_event events[64];
    while (answered_ < requests_) {
      const int count = ::epoll_wait(poll_, events, 64, -1);
      for (int i = 0; i < count; ++i) receive(*static_cast<Client*>(events[i].data.ptr));
    }
  }

  [[nodiscard]] std::size_t octets() const { return octets_ / answered_; }

 private:
  void send(Client& client) {
    if (sent_ == requests_) return;
    ++sent_;
    const auto size = static_cast<ssize_t>(request_.size());
    if (::send(client.fd, request_.data(), request_.size(), 0) != size) fail("send");
  }

  void receive(Client& client) {
    const ssize_t got = ::recv(client.fd, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) fail("recv");
    octets_ += static_cast<std::size_t>(got);
    client.ends += std::count(buffer_.data(), buffer_.data() + got, octet_);
    if (client.ends < ends_) return;
    client.ends = 0;
    ++answered_;
    send(client);
  }

  int poll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::string request_;
  char octet_;
  std::ptrdiff_t ends_;
  std::size_t requests_;
  std::size_t sent_ = 0;
  std::size_t answered_ = 0;
  std::size_t octets_ = 0;
  std::vector<char> buffer_ = std::vector<char>(kBuffer);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: bench_socket_clients PATH CLIENTS REQUESTS OCTET ENDS < REQUEST\n", stderr);
    return 2;
  }
  const std::string request(std::istreambuf_iterator<char>(std::cin), {});
  const std::size_t requests = std::strtoul(argv[3], nullptr, 10);
  std::vector<Client> clients(std::strtoul(argv[2], nullptr, 10));
  for (Client& client : clients) client.fd = connect_to(argv[1]);
  Load load(request, static_cast<char>(std::atoi(argv[4])), std::atol(argv[5]), requests);
  const auto begin = std::chrono::steady_clock::now();
  load.run(clients);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  std::printf("%.0f %zu\n", took.count() / static_cast<double>(requests), load.octets());
}
