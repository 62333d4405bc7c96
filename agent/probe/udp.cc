#include "agent/probe/udp.h"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "resolver/dnssd/socket_address.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::probe {
namespace {

/// A handshake initiation (https://www.wireguard.com/protocol/): type, three octets of zero, the
/// sender's index, then an ephemeral key, two encrypted fields and two MACs, here all random.
constexpr std::size_t kInitiationOctets = 148;
/// ICMP errors read in one turn of the loop.
constexpr int kErrorsPerTurn = 16;
using Datagram = std::array<unsigned char, kInitiationOctets>;

Datagram initiation() {
  Datagram datagram{};
  // What the kernel does not give stays zero: the MAC is wrong all the same.
  (void)!::getrandom(datagram.data(), datagram.size(), GRND_NONBLOCK);
  datagram[0] = 1;
  datagram[1] = datagram[2] = datagram[3] = 0;
  return datagram;
}

class UdpProbeImpl : public UdpProbe {
 public:
  UdpProbeImpl(loop::Loop& loop, const SocketAddress& to, Done done)
      : loop_(loop), done_(std::move(done)), since_(BootClock::now()), timer_(loop) {
    if (open(to)) {
      timer_.arm(kWait, [this] { repeat(); });
      send();
    } else {
      end_soon(UdpOutcome::kUnreachable);
    }
  }

 private:
  bool open(const SocketAddress& to) {
    fd_.reset(::socket(to.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd_) return false;
    // Else the kernel keeps to itself what may pass: host and network unreachable.
    const int on = 1;
    const bool v4 = to.family() == AF_INET;
    ::setsockopt(fd_.get(), v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on,
                 sizeof on);
    if (::connect(fd_.get(), to.get(), to.size()) != 0) return false;
    auto poll =
        loop::Poll::create(loop_, fd_.get(), loop::Interest::kRead, [this](bool, bool) { read(); });
    if (poll) poll_ = std::move(*poll);
    return poll_ != nullptr;
  }

  void send() {
    if (::send(fd_.get(), datagram_.data(), datagram_.size(), MSG_NOSIGNAL) < 0) take_error(errno);
  }

  void repeat() {
    timer_.arm(kWait, [this] { end(UdpOutcome::kSilent); });
    send();
  }

  void read() {
    unsigned char octet = 0;
    if (::recv(fd_.get(), &octet, sizeof octet, 0) >= 0) return end_soon(UdpOutcome::kAnswered);
    take_error(errno);
  }

  void take_error(int error) {
    const bool passes = error == EAGAIN || error == EINTR || error == ENOBUFS || error == EMSGSIZE;
    if (passes) return drop_errors();
    end_soon(error == ECONNREFUSED ? UdpOutcome::kRefused : UdpOutcome::kUnreachable);
  }

  /// Errors that stay queued would have the socket ready for ever.
  void drop_errors() {
    unsigned char octet = 0;
    for (int i = 0; i < kErrorsPerTurn; ++i) {
      if (::recv(fd_.get(), &octet, sizeof octet, MSG_ERRQUEUE) < 0) return;
    }
  }

  /// In the next turn, never inside create().
  void end_soon(UdpOutcome outcome) {
    poll_.reset();
    timer_.arm(Duration::zero(), [this, outcome] { end(outcome); });
  }

  void end(UdpOutcome outcome) {
    poll_.reset();
    fd_.reset();
    const Done done = std::move(done_);
    done(outcome, BootClock::now() - since_);
  }

  loop::Loop& loop_;
  Done done_;
  BootTime since_;
  Datagram datagram_ = initiation();
  loop::UniqueFd fd_;
  std::unique_ptr<loop::Poll> poll_;  // gone before fd_ is closed: declared after it
  loop::Timer timer_;
};

}  // namespace

std::unique_ptr<UdpProbe> UdpProbe::create(loop::Loop& loop, const IpAddress& address,
                                           std::uint16_t port, Done done) {
  return std::make_unique<UdpProbeImpl>(loop, SocketAddress(address, port), std::move(done));
}

}  // namespace liqo::probe
