#include "resolver/loop/poll.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/support/catch.h"
#include "tests/unit/loop/support.h"

namespace liqo::loop {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<Poll> watch(Loop& loop, int fd, Interest interest, Poll::Callback callback) {
  auto poll = Poll::create(loop, fd, interest, std::move(callback));
  REQUIRE(poll.has_value());
  return std::move(*poll);
}

TEST_CASE("Poll: tells what is ready of what was asked") {
  Loop loop;
  const SocketPair pair(SOCK_STREAM);
  std::string told;
  const auto poll = watch(loop, pair.ours.get(), Interest::kRead, [&](bool read, bool write) {
    told += read ? 'r' : '-';
    told += write ? 'w' : '-';
    loop.stop();
  });
  run_for(loop, milliseconds(5));
  CHECK(told.empty());
  REQUIRE(::write(pair.theirs.get(), "x", 1) == 1);
  loop.run();
  CHECK(told == "r-");
  told.clear();
  poll->set_interest(Interest::kWrite);
  loop.run();
  CHECK(told == "-w");
  told.clear();
  poll->set_interest(Interest::kBoth);
  loop.run();
  CHECK(told == "rw");
}

TEST_CASE("Poll: a peer that is gone is told whatever is asked") {
  for (const Interest interest : {Interest::kRead, Interest::kHangUp}) {
    Loop loop;
    SocketPair pair(SOCK_STREAM);
    int told = 0;
    const auto poll = watch(loop, pair.ours.get(), interest, [&](bool, bool) {
      ++told;
      loop.stop();
    });
    run_for(loop, milliseconds(5));
    CHECK(told == 0);
    pair.theirs.reset();
    loop.run();
    CHECK(told == 1);
  }
}

TEST_CASE("Poll: its own callback may destroy it") {
  Loop loop;
  const SocketPair pair(SOCK_STREAM);
  std::string captured(100, 'x');
  std::size_t read = 0;
  int told = 0;
  std::unique_ptr<Poll> poll;
  poll = watch(loop, pair.ours.get(), Interest::kWrite, [&, captured](bool, bool) {
    ++told;
    poll.reset();
    read = captured.size();
  });
  loop.run();
  CHECK(told == 1);
  CHECK(read == 100);
}

TEST_CASE("Poll: destroyed by another of the same turn it is not called") {
  Loop loop;
  const SocketPair pair(SOCK_STREAM);
  std::unique_ptr<Poll> first;
  std::unique_ptr<Poll> second;
  int told = 0;
  first = watch(loop, pair.ours.get(), Interest::kWrite, [&](bool, bool) {
    ++told;
    second.reset();
    first.reset();
  });
  second = watch(loop, pair.theirs.get(), Interest::kWrite, [&](bool, bool) {
    ++told;
    first.reset();
    second.reset();
  });
  loop.run();
  CHECK(told == 1);
}

TEST_CASE("Poll: a descriptor that cannot be watched is an error") {
  Loop loop;
  CHECK_FALSE(Poll::create(loop, -1, Interest::kRead, [](bool, bool) {}).has_value());
  const UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(Poll::create(loop, file.get(), Interest::kRead, [](bool, bool) {}).has_value());
}

TEST_CASE("Poll: a descriptor may be watched again once its Poll is gone") {
  Loop loop;
  const SocketPair pair(SOCK_STREAM);
  auto poll = watch(loop, pair.ours.get(), Interest::kWrite, [](bool, bool) {});
  poll.reset();
  bool told = false;
  poll = watch(loop, pair.ours.get(), Interest::kWrite, [&](bool, bool) {
    told = true;
    poll.reset();
  });
  loop.run();
  CHECK(told);
}

/// A UDP socket of 127.0.0.1, bound to a port of the kernel's choice.
UniqueFd udp_socket(sockaddr_in& address) {
  UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return fd;
}

TEST_CASE("Poll: a datagram socket is still watched after an error that was read") {
  Loop loop;
  sockaddr_in gone_address{};
  sockaddr_in our_address{};
  UniqueFd gone = udp_socket(gone_address);
  const UniqueFd ours = udp_socket(our_address);
  gone.reset();
  const auto* target = reinterpret_cast<const sockaddr*>(&gone_address);
  REQUIRE(::connect(ours.get(), target, sizeof(gone_address)) == 0);

  std::string told;
  const auto poll = watch(loop, ours.get(), Interest::kRead, [&](bool, bool) {
    char octet = 0;
    told += ::recv(ours.get(), &octet, 1, 0) == 1 ? octet : '!';
    loop.stop();
  });
  REQUIRE(::send(ours.get(), "x", 1, 0) == 1);  // refused by ICMP
  loop.run();
  REQUIRE(told == "!");

  const UniqueFd back(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  REQUIRE(::bind(back.get(), target, sizeof(gone_address)) == 0);
  const auto* us = reinterpret_cast<const sockaddr*>(&our_address);
  REQUIRE(::sendto(back.get(), "y", 1, 0, us, sizeof(our_address)) == 1);
  CHECK(run_until(loop, [&] { return told.size() > 1; }));
  CHECK(told == "!y");
}

}  // namespace
}  // namespace liqo::loop
