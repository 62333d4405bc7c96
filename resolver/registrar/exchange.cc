#include "resolver/registrar/exchange.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/socket_address.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unique_fd.h"
#include "resolver/wire/message.h"
#include "resolver/wire/octets.h"

namespace liqo::registrar {
namespace {

constexpr std::size_t kLengthOctets = 2;           // RFC 1035 section 4.2.2
constexpr std::size_t kMaxMessageOctets = 65'535;  // what they can tell

std::uint64_t unix_now() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(read_clocks().wall.time_since_epoch())
          .count());
}

class SocketExchange final : public Exchange {
 public:
  SocketExchange(loop::Loop& loop, const dns::NameServer& server, std::string message,
                 wire::TsigKey key, bool over_tcp, Done done)
      : loop_(loop),
        server_(server),
        key_(std::move(key)),
        request_(wire::sign(std::move(message), key_, unix_now())),
        tcp_(over_tcp || request_.octets.size() > kMaxUdpOctets),
        done_(std::move(done)),
        timer_(loop) {
    if (request_.octets.size() > kMaxMessageOctets) {
      failed("too much for one request");
      return;
    }
    timer_.arm(kAnswerTime, [this] { finish(silence()); });
    if (tcp_) to_send_ = length_of(request_.octets) + request_.octets;
    if (auto begun = connect(); !begun) failed(begun.error().detail);
  }

 private:
  static std::string length_of(const std::string& message) {
    std::string octets;
    wire::put16(octets, static_cast<std::uint32_t>(message.size()));
    return octets;
  }

  Result<void> connect() {
    const SocketAddress to(server_.address, server_.port);
    const int type = (tcp_ ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
    fd_ = loop::UniqueFd(::socket(to.family(), type, 0));
    if (!fd_ || (::connect(fd_.get(), to.get(), to.size()) != 0 && errno != EINPROGRESS)) {
      return Error{Errc::kIo, std::strerror(errno)};
    }
    auto poll =
        loop::Poll::create(loop_, fd_.get(), loop::Interest::kBoth,
                           [this](bool readable, bool writable) { ready(readable, writable); });
    if (!poll) return poll.error();
    poll_ = std::move(*poll);
    return {};
  }

  void ready(bool readable, bool writable) {
    if (writable && !sent_ && !(tcp_ ? write_stream() : send_datagram())) return;
    if (!readable) return;
    if (tcp_) return read_stream();
    read_datagrams();
  }

  /// False when it is over.
  bool send_datagram() {
    const auto& octets = request_.octets;
    if (::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) < 0) {
      if (errno == EAGAIN) return true;
      finish(Error{Errc::kIo, std::strerror(errno)});
      return false;
    }
    all_sent();
    return true;
  }

  bool write_stream() {
    while (!to_send_.empty()) {
      const ssize_t count = ::send(fd_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EAGAIN) return true;
      if (count < 0) {
        finish(Error{Errc::kIo, std::strerror(errno)});
        return false;
      }
      to_send_.erase(0, static_cast<std::size_t>(count));
    }
    all_sent();
    return true;
  }

  void all_sent() {
    sent_ = true;
    poll_->set_interest(loop::Interest::kRead);
  }

  void read_datagrams() {
    std::array<std::uint8_t, kMaxAnswerOctets> buffer;
    for (int count = 0; count < kReadsPerTurn; ++count) {
      const ssize_t octets = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (octets < 0 && errno == EAGAIN) return;
      if (octets < 0) return finish(Error{Errc::kIo, std::strerror(errno)});
      if (auto answer = read({buffer.data(), static_cast<std::size_t>(octets)})) {
        return finish(*answer);
      }
    }
  }

  void read_stream() {
    std::array<char, kMaxAnswerOctets> buffer;
    const ssize_t octets = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (octets < 0 && errno == EAGAIN) return;
    if (octets < 0) return finish(Error{Errc::kIo, std::strerror(errno)});
    if (octets == 0) return finish(Error{Errc::kIo, "it closed the connection without an answer"});
    received_.append(buffer.data(), static_cast<std::size_t>(octets));
    if (received_.size() < kLengthOctets) return;
    const std::size_t length = wire::load16(as_octets(received_), 0);
    if (length > kMaxAnswerOctets) return finish(Error{Errc::kMalformed, "its answer is too long"});
    if (received_.size() < kLengthOctets + length) return;
    if (auto answer = read(as_octets(received_).subspan(kLengthOctets, length))) {
      return finish(*answer);
    }
    finish(silence());
  }

  /// An answer to our request; nothing where it may be another's.
  std::optional<Answer> read(std::span<const std::uint8_t> packet) {
    if (packet.size() < 2 ||
        wire::load16(packet, 0) != wire::load16(as_octets(request_.octets), 0)) {
      return std::nullopt;
    }
    const auto message = wire::read_message(packet);
    if (!message || !message->header.response) return std::nullopt;
    if (message->header.opcode != wire::kOpcodeUpdate) return std::nullopt;
    const auto verdict = wire::verify(packet, key_, request_.mac, unix_now());
    Answer answer{.rcode = static_cast<wire::Rcode>(message->header.rcode),
                  .authentic = verdict.kind == wire::TsigVerdict::Kind::kAuthentic,
                  .error = verdict.error,
                  .server_time = verdict.server_time};
    if (answer.authentic || is_refusal(answer, verdict)) return answer;
    ++not_believed_;
    return std::nullopt;
  }

  /// Unsigned, it can cost no more than a delay; what is unsigned and no refusal is not believed.
  static bool is_refusal(const Answer& answer, const wire::TsigVerdict& verdict) {
    if (verdict.kind != wire::TsigVerdict::Kind::kUnsigned) return false;
    switch (answer.rcode) {
      case wire::Rcode::kFormErr:
      case wire::Rcode::kServFail:
      case wire::Rcode::kNotImp:
      case wire::Rcode::kRefused:
      case wire::Rcode::kNotAuth:
      case wire::Rcode::kNotZone:
        return true;
      default:
        return false;
    }
  }

  [[nodiscard]] Error silence() const {
    if (not_believed_ > 0) {
      return {Errc::kTimedOut, "its answer was not signed with the key " + key_.name.to_string()};
    }
    return {Errc::kTimedOut, std::string("no answer over ") + (tcp_ ? "TCP" : "UDP") + " within " +
                                 std::to_string(kAnswerTime.count()) + " ms"};
  }

  /// From the next turn: the caller does not have this yet.
  void failed(const std::string& why) {
    timer_.arm(Duration::zero(), [this, why] { finish(Error{Errc::kIo, why}); });
  }

  void finish(Result<Answer> answer) {
    timer_.cancel();
    poll_.reset();
    if (!answer) {
      answer = Error{answer.error().code, to_string(server_) + ": " + answer.error().detail};
    }
    // On the stack: it may destroy this.
    const Done done = std::move(done_);
    done(std::move(answer));
  }

  loop::Loop& loop_;
  dns::NameServer server_;
  wire::TsigKey key_;
  wire::SignedMessage request_;
  bool tcp_;
  Done done_;
  loop::Timer timer_;
  bool sent_ = false;
  std::string to_send_;
  std::string received_;
  std::size_t not_believed_ = 0;
  loop::UniqueFd fd_;
  std::unique_ptr<loop::Poll> poll_;  // gone before fd_ is closed: declared after it
};

}  // namespace

std::unique_ptr<Exchange> Exchange::begin(loop::Loop& loop, const dns::NameServer& server,
                                          std::string message, const wire::TsigKey& key,
                                          bool over_tcp, Done done) {
  return std::make_unique<SocketExchange>(loop, server, std::move(message), key, over_tcp,
                                          std::move(done));
}

}  // namespace liqo::registrar
