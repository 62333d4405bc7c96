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
  /// For one question with all its addresses: what Liqo itself gives a peer's /ids.
  Duration time_limit = std::chrono::seconds(5);
  /// The longest answer of ours, /ids with a name of 63 octets, is 150 octets; /version of an API
  /// server is 300.
  std::size_t max_body = std::size_t{16} * 1024;
  /// Of all header lines together.
  std::size_t max_headers = std::size_t{32} * 1024;
  /// Questions under way at once, whoever asks them; more wait. A share of the 1,024 descriptors.
  std::size_t max_in_flight = 64;
};

/// GET https://host:port/path, once: no redirect is followed, no proxy, cookie or credential used.
struct HttpsRequest {
  std::string host;  ///< for SNI and the Host line; a name or an address, never resolved
  std::uint16_t port = 443;
  std::string path;  ///< "/ids"
  /// Where to connect: these, in this order, families side by side (RFC 8305). Link-local ones need
  /// their zone. Never empty.
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
  /// Where stage is not kDone: kRefused (ICMP or RST), kTimedOut, kUnavailable (no route, ...),
  /// kMalformed, kLimitReached; with one line for a person.
  Error error;
  int status = 0;           ///< HTTP's; 0 without an answer
  std::string body;         ///< of kDone only
  std::string fingerprint;  ///< "sha256:<64 hex digits>" of the leaf certificate; empty before TLS
  IpAddress address;        ///< that TCP was connected to; of kTls and later
  Duration connect_time{};  ///< from the start to TCP, zero where it did not come about
  Duration tls_time{};      ///< from the start to the end of the TLS handshake, likewise
  Duration total_time{};
};

/// Asks HTTPS servers on the loop (libcurl's multi interface). The only room with curl_*.
class Https {
 public:
  /// Called once, never inside get(); may destroy the question and begin others.
  using Done = std::function<void(const HttpsOutcome& outcome)>;
  /// Destroying it ends the question without a call.
  using Question = std::shared_ptr<void>;

  /// `loop` must outlive it, and it its questions.
  static std::unique_ptr<Https> create(loop::Loop& loop, HttpsOptions options = {});
  virtual ~Https() = default;
  Https(const Https&) = delete;
  Https& operator=(const Https&) = delete;

  [[nodiscard]] virtual Question get(HttpsRequest request, Done done) = 0;

 protected:
  Https() = default;
};

}  // namespace liqo::probe
