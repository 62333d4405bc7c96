#include "tests/support/loopback_dns_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <list>
#include <stdexcept>
#include <utility>

#include "resolver/dnssd/rdata.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::test {
namespace {

constexpr std::uint16_t kRd = 0x0100;
constexpr std::uint16_t kQr = 0x8000;

void put16(std::string& octets, std::size_t value) {
  octets += static_cast<char>(value >> 8 & 0xFFU);
  octets += static_cast<char>(value & 0xFFU);
}

const std::string kNameOfQuestion = {'\xC0', '\x0C'};

void put_record(std::string& octets, std::string_view owner, std::uint16_t type,
                std::string_view rdata) {
  octets += owner;
  put16(octets, type);
  put16(octets, wire::kClassIn);
  put16(octets, 0);
  put16(octets, 60);
  put16(octets, rdata.size());
  octets += rdata;
}

std::string with_length(const std::string& message) {
  std::string octets;
  put16(octets, message.size());
  return octets + message;
}

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("loopback DNS server: ") + what);
}

/// A socket's address of either family.
struct SocketAddress {
  SocketAddress() = default;
  SocketAddress(const IpAddress& address, std::uint16_t number) {
    const auto octets = address.octets();
    if (address.family() == Family::kIpv4) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
      v4.sin_family = AF_INET;
      std::memcpy(&v4.sin_addr, octets.data(), octets.size());
      v4.sin_port = htons(number);
      size = sizeof v4;
    } else {
      auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
      v6.sin6_family = AF_INET6;
      std::memcpy(&v6.sin6_addr, octets.data(), octets.size());
      v6.sin6_port = htons(number);
      v6.sin6_scope_id = address.zone_index();
      size = sizeof v6;
    }
  }

  sockaddr* plain() { return reinterpret_cast<sockaddr*>(&storage); }
  /// At the same place in both families.
  [[nodiscard]] std::uint16_t port() const {
    return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  }

  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
};

/// A socket of this type on the port, or on any where it is 0; without descriptor where the port is
/// taken.
loop::UniqueFd bound_socket(int type, const IpAddress& address, std::uint16_t& port) {
  SocketAddress place(address, port);
  loop::UniqueFd fd(::socket(place.storage.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  require(static_cast<bool>(fd), "no socket");
  if (::bind(fd.get(), place.plain(), place.size) != 0) return {};
  require(::getsockname(fd.get(), place.plain(), &place.size) == 0, "no port");
  port = place.port();
  return fd;
}

}  // namespace

DnsResponse::DnsResponse(const DnsRequest& request)
    : question_(request.question()),
      id_(request.message.header.id),
      flags_(static_cast<std::uint16_t>(
          kQr | (request.message.header.recursion_desired ? kRd : std::uint16_t{0}))),
      opt_(request.has_opt()) {}

DnsResponse& DnsResponse::rcode(unsigned value) {
  rcode_ = value;
  return *this;
}

DnsResponse& DnsResponse::flag(unsigned bit, bool value) {
  const auto mask = static_cast<std::uint16_t>(1U << bit);
  flags_ = static_cast<std::uint16_t>(value ? flags_ | mask : flags_ & ~mask);
  return *this;
}

DnsResponse& DnsResponse::id(std::uint16_t value) {
  id_ = value;
  return *this;
}

DnsResponse& DnsResponse::question(wire::Question value) {
  question_ = std::move(value);
  return *this;
}

DnsResponse& DnsResponse::opt(bool value) {
  opt_ = value;
  return *this;
}

DnsResponse& DnsResponse::answer(std::uint16_t type, std::string_view rdata) {
  ++answers_;
  put_record(records_, kNameOfQuestion, type, rdata);
  return *this;
}

DnsResponse& DnsResponse::authority(std::uint16_t type, std::string_view rdata) {
  ++authorities_;
  put_record(records_, kNameOfQuestion, type, rdata);
  return *this;
}

DnsResponse& DnsResponse::additional(const DomainName& owner, std::uint16_t type,
                                     std::string_view rdata) {
  ++additionals_;
  put_record(records_, owner.wire(), type, rdata);
  return *this;
}

std::string DnsResponse::octets() const {
  std::string octets;
  put16(octets, id_);
  put16(octets, flags_ | (rcode_ & 0xFU));
  put16(octets, 1);
  put16(octets, answers_);
  put16(octets, authorities_);
  put16(octets, additionals_ + (opt_ ? 1U : 0U));
  octets += question_.name.wire();
  put16(octets, question_.type);
  put16(octets, question_.question_class);
  octets += records_;
  if (opt_) {
    octets += '\0';
    put16(octets, wire::kTypeOpt);
    put16(octets, wire::kEdnsUdpSize);
    put16(octets, rcode_ >> 4 << 8);
    put16(octets, 0);
    put16(octets, 0);
  }
  return octets;
}

/// One guest: reads requests, writes what is due.
class Connection {
 public:
  using Handle = std::function<DnsAnswer(std::string octets, std::uint16_t port)>;

  Connection(loop::Loop& loop, loop::UniqueFd fd, std::uint16_t port, Handle handle)
      : fd_(std::move(fd)), port_(port), handle_(std::move(handle)), pause_(loop) {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto poll = loop::Poll::create(loop, fd_.get(), loop::Interest::kRead,
                                   [this](bool, bool) { on_ready(); });
    require(poll.has_value(), "no poll");
    poll_ = std::move(*poll);
  }

 private:
  void on_ready() {
    std::array<char, 4096> buffer;
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) return close();
    if (got > 0) input_.append(buffer.data(), static_cast<std::size_t>(got));
    while (input_.size() >= 2 && poll_ != nullptr) {
      const std::size_t size =
          static_cast<std::uint8_t>(input_[0]) * 256U + static_cast<std::uint8_t>(input_[1]);
      if (input_.size() < 2 + size) break;
      std::string message = input_.substr(2, size);
      input_.erase(0, 2 + size);
      send(handle_(std::move(message), port_));
    }
    if (poll_ != nullptr) write();
  }

  void send(const DnsAnswer& answer) {
    std::string octets;
    for (const std::string& message : answer.messages) octets += with_length(message);
    if (answer.cut) octets.resize(std::min(*answer.cut, octets.size()));
    output_ += octets;
    drip_ = answer.drip;
    then_ = answer.then;
    write();
  }

  void write() {
    if (pause_.armed()) return;
    while (!output_.empty()) {
      const std::size_t piece = drip_ > Duration::zero() ? 1 : output_.size();
      const ssize_t sent = ::send(fd_.get(), output_.data(), piece, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return close();
      if (sent < 0) return poll_->set_interest(loop::Interest::kBoth);
      output_.erase(0, static_cast<std::size_t>(sent));
      if (drip_ > Duration::zero()) return pause_.arm(drip_, [this] { write(); });
    }
    poll_->set_interest(loop::Interest::kRead);
    const auto then = std::exchange(then_, DnsAnswer::Then::kKeep);
    if (then == DnsAnswer::Then::kEndOutput) ::shutdown(fd_.get(), SHUT_WR);
    if (then == DnsAnswer::Then::kReset) {
      const linger at_once{1, 0};
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    if (then == DnsAnswer::Then::kClose || then == DnsAnswer::Then::kReset) close();
  }

  void close() {
    pause_.cancel();
    poll_.reset();
    fd_.reset();
  }

  loop::UniqueFd fd_;
  std::uint16_t port_;
  Handle handle_;
  std::string input_;
  std::string output_;
  Duration drip_{};
  DnsAnswer::Then then_ = DnsAnswer::Then::kKeep;
  loop::Timer pause_;
  std::unique_ptr<loop::Poll> poll_;
};

class LoopbackDnsServer::Impl {
 public:
  Impl(loop::Loop& loop, Handler handler, Options options)
      : loop_(loop), handler_(std::move(handler)), address_(options.address) {
    bind();
    std::uint16_t any = 0;
    elsewhere_ = bound_socket(SOCK_DGRAM, address_, any);
    if (options.udp) {
      udp_poll_ = watch(udp_, [this] { read_datagrams(); });
    } else {
      udp_.reset();
    }
    if (options.tcp) {
      require(::listen(tcp_.get(), SOMAXCONN) == 0, "cannot listen");
      tcp_poll_ = watch(tcp_, [this] { accept(); });
    }
  }

  [[nodiscard]] dns::NameServer server() const { return {address_, port_}; }
  [[nodiscard]] const std::vector<DnsRequest>& requests() const { return requests_; }

 private:
  /// UDP and TCP have ports of their own: until one is free in both. Bound without listening, the
  /// TCP port refuses.
  void bind() {
    for (int tries = 0; tries < 100 && !tcp_; ++tries) {
      port_ = 0;
      udp_ = bound_socket(SOCK_DGRAM, address_, port_);
      tcp_ = bound_socket(SOCK_STREAM, address_, port_);
    }
    require(udp_ && tcp_, "no port is free");
  }

  std::unique_ptr<loop::Poll> watch(const loop::UniqueFd& fd, std::function<void()> ready) {
    auto poll = loop::Poll::create(loop_, fd.get(), loop::Interest::kRead,
                                   [ready = std::move(ready)](bool, bool) { ready(); });
    require(poll.has_value(), "no poll");
    return std::move(*poll);
  }

  DnsAnswer handle(std::string octets, std::uint16_t port, bool tcp) {
    auto message = wire::read_message(as_octets(octets));
    if (!message || message->questions.size() != 1) return {};
    requests_.push_back({std::move(octets), std::move(*message), tcp, port});
    const DnsRequest request = requests_.back();
    return handler_(request);
  }

  void read_datagrams() {
    std::array<char, 65536> buffer;
    while (true) {
      SocketAddress from;
      const ssize_t got =
          ::recvfrom(udp_.get(), buffer.data(), buffer.size(), 0, from.plain(), &from.size);
      if (got < 0) return;
      const DnsAnswer answer =
          handle({buffer.data(), static_cast<std::size_t>(got)}, from.port(), /*tcp=*/false);
      const int fd = answer.from_elsewhere ? elsewhere_.get() : udp_.get();
      for (const std::string& message : answer.messages) {
        ::sendto(fd, message.data(), message.size(), 0, from.plain(), from.size);
      }
    }
  }

  void accept() {
    SocketAddress from;
    loop::UniqueFd fd(
        ::accept4(tcp_.get(), from.plain(), &from.size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!fd) return;
    connections_.emplace_back(loop_, std::move(fd), from.port(),
                              [this](std::string octets, std::uint16_t port) {
                                return handle(std::move(octets), port, /*tcp=*/true);
                              });
  }

  loop::Loop& loop_;
  Handler handler_;
  IpAddress address_;
  std::uint16_t port_ = 0;
  loop::UniqueFd udp_;
  loop::UniqueFd tcp_;
  loop::UniqueFd elsewhere_;
  std::vector<DnsRequest> requests_;
  std::list<Connection> connections_;
  std::unique_ptr<loop::Poll> udp_poll_;  // gone before the sockets are closed
  std::unique_ptr<loop::Poll> tcp_poll_;
};

LoopbackDnsServer::LoopbackDnsServer(loop::Loop& loop, Handler handler)
    : LoopbackDnsServer(loop, std::move(handler), Options{}) {}

LoopbackDnsServer::LoopbackDnsServer(loop::Loop& loop, Handler handler, Options options)
    : impl_(std::make_unique<Impl>(loop, std::move(handler), options)) {}

LoopbackDnsServer::~LoopbackDnsServer() = default;

dns::NameServer LoopbackDnsServer::address() const { return impl_->server(); }

const std::vector<DnsRequest>& LoopbackDnsServer::requests() const { return impl_->requests(); }

std::size_t LoopbackDnsServer::udp_requests() const { return requests().size() - tcp_requests(); }

std::size_t LoopbackDnsServer::tcp_requests() const {
  return static_cast<std::size_t>(std::count_if(requests().begin(), requests().end(),
                                                [](const auto& request) { return request.tcp; }));
}

}  // namespace liqo::test
