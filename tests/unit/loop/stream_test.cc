#include "resolver/loop/stream.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "resolver/loop/unix_listener.h"
#include "resolver/loop/unix_socket.h"
#include "tests/support/catch.h"
#include "tests/unit/loop/support.h"

namespace liqo::loop {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<Stream> open(Loop& loop, SocketPair& pair, Stream::Callback callback) {
  auto stream = Stream::create(loop, std::move(pair.ours), std::move(callback));
  REQUIRE(stream.has_value());
  return std::move(*stream);
}

TEST_CASE("Stream: reads what was sent, then nothing, then the end") {
  Loop loop;
  SocketPair pair(SOCK_STREAM);
  int ready = 0;
  const auto stream = open(loop, pair, [&](Stream::Event event) {
    CHECK(event == Stream::Event::kReady);
    ++ready;
    loop.stop();
  });
  std::array<char, 8> buffer{};
  CHECK(stream->read(buffer).status == Stream::Status::kBlocked);
  REQUIRE(::write(pair.theirs.get(), "hello", 5) == 5);
  loop.run();
  CHECK(ready == 1);
  const auto outcome = stream->read(buffer);
  CHECK(outcome.status == Stream::Status::kDone);
  CHECK(std::string(buffer.data(), outcome.octets) == "hello");
  CHECK(stream->read(buffer).status == Stream::Status::kBlocked);
  pair.theirs.reset();
  loop.run();
  CHECK(stream->read(buffer).status == Stream::Status::kEnded);
}

TEST_CASE("Stream: writes until the peer's buffer is full, and goes on when it is not") {
  Loop loop;
  SocketPair pair(SOCK_STREAM);
  bool ready = false;
  const auto stream = open(loop, pair, [&](Stream::Event) { ready = true; });
  const std::string much(64 * 1024, 'x');
  CHECK(stream->write("").status == Stream::Status::kBlocked);
  std::size_t sent = 0;
  while (true) {
    const auto outcome = stream->write(much);
    if (outcome.status == Stream::Status::kBlocked) break;
    REQUIRE(outcome.status == Stream::Status::kDone);
    sent += outcome.octets;
  }
  stream->want({.input = false, .output = true});
  run_for(loop, milliseconds(5));
  CHECK_FALSE(ready);

  std::string received(sent, '\0');
  std::size_t got = 0;
  while (got < sent) {
    const ssize_t piece = ::read(pair.theirs.get(), received.data() + got, sent - got);
    REQUIRE(piece > 0);
    got += static_cast<std::size_t>(piece);
  }
  CHECK(run_until(loop, [&] { return ready; }));
  CHECK(stream->write("y").octets == 1);
}

TEST_CASE("Stream: writing to a peer that is gone fails and kills nobody") {
  Loop loop;
  SocketPair pair(SOCK_STREAM);
  const auto stream = open(loop, pair, [](Stream::Event) {});
  pair.theirs.reset();
  CHECK(stream->write("x").status == Stream::Status::kFailed);
}

TEST_CASE("Stream: a peer that is gone is told to who waits for nothing") {
  Loop loop;
  SocketPair pair(SOCK_STREAM);
  std::vector<Stream::Event> events;
  std::unique_ptr<Stream> stream;
  stream = open(loop, pair, [&](Stream::Event event) {
    events.push_back(event);
    stream.reset();
  });
  stream->want({});
  REQUIRE(::write(pair.theirs.get(), "x", 1) == 1);
  run_for(loop, milliseconds(5));
  CHECK(events.empty());
  pair.theirs.reset();
  loop.run();
  CHECK(events.size() == 1);
}

/// A path for a socket, gone with the directory that it is in.
class SocketPath {
 public:
  SocketPath() {
    std::string path = (std::filesystem::temp_directory_path() / "liqo-loop-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    directory_ = path;
  }
  ~SocketPath() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;
  [[nodiscard]] std::string path() const { return directory_ + "/socket"; }

 private:
  std::string directory_;
};

UniqueFd listen(const std::string& path) {
  auto fd = listen_unix(path);
  REQUIRE(fd.has_value());
  return std::move(*fd);
}

TEST_CASE("Socket: every user may connect, whatever the umask") {
  const SocketPath socket;
  const mode_t mask = ::umask(0777);
  const UniqueFd fd = listen(socket.path());
  ::umask(mask);
  struct stat status {};
  REQUIRE(::stat(socket.path().c_str(), &status) == 0);
  CHECK(S_ISSOCK(status.st_mode));
  CHECK((status.st_mode & 0777) == 0666);
}

TEST_CASE("Socket: a stale one is replaced") {
  const SocketPath socket;
  UniqueFd stale = listen(socket.path());
  stale.reset();
  CHECK(connect_unix(socket.path()).error().code == Errc::kUnavailable);
  const UniqueFd fd = listen(socket.path());
  CHECK(connect_unix(socket.path()).has_value());
}

TEST_CASE("Socket: a path that is too long, empty or nowhere is an error") {
  CHECK(listen_unix(std::string(200, 'x')).error().code == Errc::kInvalid);
  CHECK(listen_unix("").error().code == Errc::kInvalid);
  CHECK(listen_unix("/nonexistent/socket").error().code == Errc::kIo);
  CHECK(connect_unix("").error().code == Errc::kInvalid);
  CHECK(connect_unix("/nonexistent/socket").error().code == Errc::kUnavailable);
}

TEST_CASE("Socket: only a listening stream socket is taken over") {
  const SocketPath socket;
  UniqueFd listening = listen(socket.path());
  const UniqueFd adopted = std::move(*adopt_listening_unix(listening.release()));
  CHECK(adopted);
  CHECK((::fcntl(adopted.get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(adopted.get(), F_GETFD) & FD_CLOEXEC) != 0);

  const SocketPair connected(SOCK_STREAM);
  const SocketPair packets(SOCK_SEQPACKET);
  CHECK_FALSE(adopt_listening_unix(connected.ours.get()).has_value());
  CHECK_FALSE(adopt_listening_unix(packets.ours.get()).has_value());
  CHECK_FALSE(adopt_listening_unix(-1).has_value());
}

TEST_CASE("Socket: the kernel says who is at the other end") {
  const SocketPair pair(SOCK_STREAM);
  const auto peer = peer_credentials(pair.ours.get());
  REQUIRE(peer.has_value());
  CHECK(peer->pid == ::getpid());
  CHECK(peer->uid == ::geteuid());
  CHECK(peer->gid == ::getegid());
  std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
  REQUIRE(::getgroups(static_cast<int>(groups.size()), groups.data()) >= 0);
  CHECK(peer->groups == groups);
  CHECK_FALSE(peer_credentials(-1).has_value());
}

TEST_CASE("Listener: takes every guest, some in a turn") {
  Loop loop;
  const SocketPath socket;
  std::vector<UniqueFd> accepted;
  const auto listener = UnixListener::create(
      loop, listen(socket.path()), [&](UniqueFd fd) { accepted.push_back(std::move(fd)); });
  REQUIRE(listener.has_value());
  std::vector<UniqueFd> guests;
  for (int i = 0; i < 2 * UnixListener::kAcceptsPerTurn + 1; ++i) {
    guests.push_back(std::move(*connect_unix(socket.path())));
  }
  loop.turn();
  CHECK(accepted.size() == UnixListener::kAcceptsPerTurn);
  CHECK(run_until(loop, [&] { return accepted.size() == guests.size(); }));
  CHECK((*listener)->pauses() == 0);
  for (const UniqueFd& fd : accepted) {
    CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  }
}

}  // namespace
}  // namespace liqo::loop
