#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dns/ares.h"
#include "resolver/dns/ares_transport.h"
#include "resolver/loop/loop.h"
#include "tests/support/loopback_dns_server.h"

namespace liqo::dns {

using test::DnsAnswer;
using test::DnsRequest;
using test::DnsResponse;
using test::LoopbackDnsServer;

inline constexpr std::uint16_t kTypeA = 1;
inline constexpr std::uint16_t kTypeNs = 2;
inline constexpr std::uint16_t kTypeTxt = 16;
/// An attempt in tests: long enough for loopback under load, short enough to be waited for.
inline constexpr Duration kShortAttempt = std::chrono::milliseconds(150);

/// "www.example.com" A
wire::Question question(std::string_view name = "www.example.com", std::uint16_t type = kTypeA);

/// 192.0.2.1 for whatever is asked.
DnsAnswer give_address(const DnsRequest& request);
/// Nothing.
DnsAnswer say_nothing(const DnsRequest& request);
LoopbackDnsServer::Handler give_rcode(unsigned rcode);

/// A transport over servers in the same loop.
class AresWorld {
 public:
  AresWorld() { options.attempt_time = kShortAttempt; }

  /// Adds a server; call before the first question.
  LoopbackDnsServer& serve(LoopbackDnsServer::Handler handler,
                           LoopbackDnsServer::Options options = {});
  /// Asks and waits for the end of it.
  Reply ask(const wire::Question& asked = question());
  /// Asks so many at once, each answered with an address, and waits for all. A socket's buffer
  /// holds some 200.
  void ask_many(std::size_t count);
  Transport& transport();
  void close() { transport_.reset(); }

  loop::Loop loop;
  AresOptions options;

 private:
  std::vector<std::unique_ptr<LoopbackDnsServer>> servers_;
  std::unique_ptr<Transport> transport_;
};

/// The ports that questions came from, and how many.
std::map<std::uint16_t, std::size_t> ports_of(const LoopbackDnsServer& server);

/// "192.0.2.1" of the first answer, or the error.
std::string text_of(const Reply& reply);
/// The error without the server in front of it.
std::string error_of(const Reply& reply);

}  // namespace liqo::dns
