#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/loop.h"
#include "resolver/result.h"
#include "resolver/time.h"

namespace liqo::probe {

struct HttpsOptions {
  /// For one question with all its addresses, from its turn on (max_in_flight): what Liqo itself
  /// gives a peer's /ids.
  Duration time_limit = std::chrono::seconds(5);
  /// The longest answer of ours, /ids with a name of 63 octets, is 150 octets; /version of an API
  /// server is 300.
  std::size_t max_body = std::size_t{16} * 1024;
  /// Of all header lines together, trailers and interim answers included. A single line may take
  /// 100 KiB, libcurl's own limit, before it is found too long.
  std::size_t max_headers = std::size_t{32} * 1024;
  /// Questions under way at once, whoever asks them; more wait, first come, first served. Each has
  /// four descriptors at most (Connector), so a quarter of the usual 1,024; and 100 KiB of memory
  /// while it speaks TLS.
  std::size_t max_in_flight = 64;
};

/// GET https://host:port/path, once: no redirect is followed, no proxy, cookie or credential used.
struct HttpsRequest {
  /// For SNI and the Host line; a name or an address, never resolved. What cannot stand in a URL
  /// gives way to the address that was connected to, without SNI.
  std::string host;
  std::uint16_t port = 443;
  std::string path;  ///< "/ids"
  /// Where to connect: these, in this order, the families by turns, 250 ms apart (RFC 8305); the
  /// first that takes the connection is the one that is asked. Link-local ones need their zone.
  std::vector<IpAddress> addresses;
};

/// How far a question came.
enum class HttpsStage : std::uint8_t {
  kConnect,  ///< TCP did not come about
  kTls,      ///< TCP did, TLS did not
  kAnswer,   ///< TLS did; no whole HTTP answer within the limits
  kDone,
};
/// "connect", "tls", "answer", "done"
std::string_view to_string(HttpsStage stage);

/// What became of a question. The certificate is not verified: Liqo's are self-signed.
struct HttpsOutcome {
  HttpsStage stage = HttpsStage::kConnect;
  /// Where stage is not kDone, with one line for a person that names addresses and port: kRefused
  /// (ICMP, RST, a TLS alert, or the connection closed instead of an answer), kTimedOut,
  /// kUnavailable (no route, ...; or no libcurl on this host, at kTls), kMalformed (no TLS, no
  /// HTTP, an answer cut off), kLimitReached.
  Error error;
  int status = 0;           ///< HTTP's; 0 without one
  std::string body;         ///< of kDone only
  std::string fingerprint;  ///< "sha256:<64 hex digits>" of the leaf certificate; empty before TLS
  IpAddress address;        ///< that TCP was connected to; of kTls and later
  Duration connect_time{};  ///< from the start to TCP, zero where it did not come about
  Duration tls_time{};      ///< from the start to the end of the TLS handshake, likewise
  Duration total_time{};
};

/// Asks HTTPS servers on the loop (libcurl's multi interface). Every question has a connection of
/// its own. Who asks nothing pays nothing: libcurl is loaded for the first connection, which takes
/// 5 ms and 1 MiB once, and what a question needed is freed with it.
class Https {
 public:
  /// Called once, never inside get(); may destroy the question and begin others.
  using Done = std::function<void(const HttpsOutcome& outcome)>;
  /// Destroying it ends the question without a call.
  using Question = std::shared_ptr<void>;

  /// `loop` must outlive it, and it its questions that are under way. A question that is over may
  /// be kept or destroyed.
  static std::unique_ptr<Https> create(loop::Loop& loop, HttpsOptions options = {});
  virtual ~Https() = default;
  Https(const Https&) = delete;
  Https& operator=(const Https&) = delete;

  [[nodiscard]] virtual Question get(HttpsRequest request, Done done) = 0;

 protected:
  Https() = default;
};

}  // namespace liqo::probe
