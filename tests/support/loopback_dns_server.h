#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/dns/name_server.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/loop.h"
#include "resolver/time.h"
#include "resolver/wire/message.h"

namespace liqo::test {

/// A question as it came.
struct DnsRequest {
  std::string octets;
  wire::Message message;
  bool tcp = false;
  std::uint16_t port = 0;  ///< where it came from

  [[nodiscard]] const wire::Question& question() const { return message.questions.front(); }
  [[nodiscard]] bool has_opt() const { return !message.additionals.empty(); }
};

/// A response being written by hand, so that it can be wrong: with the request's id, question and
/// RD, and an OPT record where the request has one.
class DnsResponse {
 public:
  explicit DnsResponse(const DnsRequest& request);
  DnsResponse& rcode(unsigned value);  ///< above 15: with OPT
  DnsResponse& authoritative(bool value = true) { return flag(10, value); }
  DnsResponse& truncated(bool value = true) { return flag(9, value); }
  DnsResponse& authentic(bool value = true) { return flag(5, value); }
  DnsResponse& recursive(bool value = true) { return flag(7, value); }
  DnsResponse& response(bool value) { return flag(15, value); }
  DnsResponse& id(std::uint16_t value);
  DnsResponse& question(wire::Question value);
  DnsResponse& opt(bool value);
  /// Of class IN, with a TTL of 60 and the question's name.
  DnsResponse& answer(std::uint16_t type, std::string_view rdata);
  DnsResponse& authority(std::uint16_t type, std::string_view rdata);
  /// After all of these; of another name.
  DnsResponse& additional(const DomainName& owner, std::uint16_t type, std::string_view rdata);

  [[nodiscard]] std::string octets() const;

 private:
  DnsResponse& flag(unsigned bit, bool value);

  wire::Question question_;
  std::uint16_t id_;
  std::uint16_t flags_;
  unsigned rcode_ = 0;
  bool opt_;
  std::uint16_t answers_ = 0;
  std::uint16_t authorities_ = 0;
  std::uint16_t additionals_ = 0;
  std::string records_;
};

/// What is sent for one request.
struct DnsAnswer {
  enum class Then { kKeep, kEndOutput, kClose, kReset };

  DnsAnswer() = default;  ///< silence
  // NOLINTNEXTLINE(google-explicit-constructor): a handler's usual result
  DnsAnswer(const DnsResponse& response) : messages{response.octets()} {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  DnsAnswer(std::string message) : messages{std::move(message)} {}

  std::vector<std::string> messages;
  /// Of datagrams: they come from a socket of the same address and another port.
  bool from_elsewhere = false;
  // Of TCP:
  std::optional<std::size_t> cut;  ///< so many octets of the stream are sent, lengths included
  Duration drip{};                 ///< the pause after each octet, where it is not zero
  Then then = Then::kKeep;         ///< after the last octet
};

/// A DNS server on one ephemeral UDP and TCP port of 127.0.0.1, in the loop of the test.
class LoopbackDnsServer {
 public:
  using Handler = std::function<DnsAnswer(const DnsRequest& request)>;
  struct Options {
    bool udp = true;  ///< else the port is closed, and the kernel says so
    bool tcp = true;
    IpAddress address = *IpAddress::parse("127.0.0.1");  ///< one of this host's
  };

  LoopbackDnsServer(loop::Loop& loop, Handler handler);
  LoopbackDnsServer(loop::Loop& loop, Handler handler, Options options);
  ~LoopbackDnsServer();
  LoopbackDnsServer(const LoopbackDnsServer&) = delete;
  LoopbackDnsServer& operator=(const LoopbackDnsServer&) = delete;

  [[nodiscard]] dns::NameServer address() const;
  /// All that came, in order.
  [[nodiscard]] const std::vector<DnsRequest>& requests() const;
  [[nodiscard]] std::size_t udp_requests() const;
  [[nodiscard]] std::size_t tcp_requests() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace liqo::test
