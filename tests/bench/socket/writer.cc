// The floor of a large answer: the same octets, had already, written to a Unix socket.
//
//   bench_socket_writer PATH < OCTETS
//
// One client at a time: all of it for each request, which ends with a NUL.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>
#include <string>

namespace {

void serve(int client, const std::string& octets) {
  char request[4096];
  for (;;) {
    const ssize_t got = ::read(client, request, sizeof request);
    if (got <= 0) return;
    if (request[got - 1] != '\0') continue;
    for (std::size_t done = 0; done < octets.size();) {
      const ssize_t wrote =
          ::send(client, octets.data() + done, octets.size() - done, MSG_NOSIGNAL);
      if (wrote <= 0) return;
      done += static_cast<std::size_t>(wrote);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string octets(std::istreambuf_iterator<char>(std::cin), {});
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, 8) != 0) {
    std::perror(argv[1]);
    return 1;
  }
  for (;;) {
    const int client = ::accept(listener, nullptr, nullptr);
    serve(client, octets);
    ::close(client);
  }
}
