#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "resolver/loop/unix_socket.h"
#include "tests/support/catch.h"
#include "tests/unit/api/house.h"

namespace liqo::test {
namespace {

TEST_CASE("Socket: open to every user whatever the umask, and nothing else is left behind") {
  House house;
  const std::string path = house.directory + "/masked";
  const mode_t before = ::umask(0777);
  const auto listening = loop::listen_unix(path);
  ::umask(before);
  REQUIRE(listening);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0666);
  CHECK(S_ISSOCK(status.st_mode));
  CHECK(::stat((path + "~").c_str(), &status) != 0);
  CHECK(loop::connect_unix(path));
}

TEST_CASE("Socket: a stale one is replaced") {
  House house;
  const std::string path = house.directory + "/stale";
  { const auto stale = loop::listen_unix(path); }
  CHECK_FALSE(loop::connect_unix(path));
  const auto listening = loop::listen_unix(path);
  REQUIRE(listening);
  CHECK(loop::connect_unix(path));
}

TEST_CASE("Socket: a path that is too long is refused by name, not cut") {
  const auto refused = loop::listen_unix("/tmp/" + std::string(103, 'x'));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::kInvalid);
  CHECK_FALSE(loop::listen_unix(""));
  CHECK_FALSE(loop::connect_unix(std::string(200, 'x')));
}

TEST_CASE("Socket: one from socket activation is adopted, anything else is not") {
  House house;
  const std::string path = house.directory + "/activated";
  auto listening = loop::listen_unix(path);
  REQUIRE(listening);
  const int fd = listening->release();
  ::fcntl(fd, F_SETFL, 0);  // as a service manager may hand it over
  ::fcntl(fd, F_SETFD, 0);
  const auto adopted = loop::adopt_listening_unix(fd);
  REQUIRE(adopted);
  CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);

  CHECK_FALSE(loop::adopt_listening_unix(0));
  CHECK_FALSE(loop::adopt_listening_unix(-1));
  const auto connected = loop::connect_unix(path);
  CHECK_FALSE(loop::adopt_listening_unix(connected->get()));
}

TEST_CASE("Socket: the peer is this process, its groups included") {
  int pair[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
  const loop::UniqueFd one(pair[0]);
  const loop::UniqueFd other(pair[1]);
  const auto peer = loop::peer_credentials(one.get());
  REQUIRE(peer);
  CHECK(peer->pid == ::getpid());
  CHECK(peer->uid == ::geteuid());
  CHECK(peer->gid == ::getegid());
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  ::getgroups(static_cast<int>(groups.size()), groups.data());
  std::sort(groups.begin(), groups.end());
  auto told = peer->groups;
  std::sort(told.begin(), told.end());
  CHECK(told == groups);
  CHECK_FALSE(loop::peer_credentials(0));
}

}  // namespace
}  // namespace liqo::test
