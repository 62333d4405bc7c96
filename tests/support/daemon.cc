#include "tests/support/daemon.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "resolver/loop/unique_fd.h"
#include "tests/support/catch.h"

namespace liqo::test {

Daemon::Daemon(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const std::string installed = "/usr/sbin/" + arguments.front();
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ > 0) return;
  ::execvp(argv[0], argv.data());
  ::execv(installed.c_str(), argv.data());
  ::_exit(127);
}

Daemon::~Daemon() {
  signal(SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

void Daemon::signal(int number) const { ::kill(pid_, number); }

std::uint16_t free_port() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const loop::UniqueFd udp(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const loop::UniqueFd tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(udp.get(), plain, size) != 0) continue;
    ::getsockname(udp.get(), plain, &size);
    if (::bind(tcp.get(), plain, size) == 0) return ntohs(address.sin_port);
  }
  FAIL("no port is free");
  return 0;
}

}  // namespace liqo::test
