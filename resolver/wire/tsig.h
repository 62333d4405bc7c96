#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "resolver/dnssd/domain_name.h"

namespace liqo::wire {

/// How messages are signed with a key that both sides have (RFC 8945 section 6).
enum class TsigAlgorithm : std::uint8_t { kHmacSha256, kHmacSha384, kHmacSha512 };
/// "hmac-sha256"
std::string_view to_string(TsigAlgorithm algorithm);
/// In either case, with or without a dot at its end.
std::optional<TsigAlgorithm> tsig_algorithm(std::string_view name);

/// The key's name is told with each message; both sides must call it the same.
struct TsigKey {
  DomainName name;
  TsigAlgorithm algorithm = TsigAlgorithm::kHmacSha256;
  std::string secret;  ///< octets
  friend bool operator==(const TsigKey&, const TsigKey&) = default;
};

/// Two clocks may differ by so many seconds (RFC 8945 section 10).
inline constexpr std::uint16_t kTsigFudge = 300;

/// What a server says of the signature of a request (RFC 8945 section 3, table 1); 0: nothing.
enum class TsigError : std::uint16_t {
  kNone = 0,
  kBadSig = 16,
  kBadKey = 17,
  kBadTime = 18,
  kBadTrunc = 22,
};
/// "BADSIG"; "error 5" of what has no name here.
std::string to_string(TsigError error);

struct SignedMessage {
  std::string octets;
  std::string mac;  ///< which the answer's is computed over
};
/// Adds a TSIG record to a whole message. `now`: seconds since 1970. `request_mac`: of the request,
/// where the message is an answer (RFC 8945 section 5.3).
SignedMessage sign(std::string message, const TsigKey& key, std::uint64_t now,
                   std::string_view request_mac = {});

/// What an answer's TSIG record is worth.
struct TsigVerdict {
  enum class Kind : std::uint8_t {
    kAuthentic,  ///< signed with the key, now
    kUnsigned,   ///< it has none, or an empty one, as with BADKEY and BADSIG: anybody may have sent
                 ///< it
    kWrong,      ///< its signature is not the key's, or its time is not now
  };
  Kind kind = Kind::kUnsigned;
  TsigError error = TsigError::kNone;
  /// With an authentic BADTIME: the server's clock, in seconds since 1970.
  std::optional<std::uint64_t> server_time{};
};
/// `request_mac`: of the request that this answers. Reads any octets.
TsigVerdict verify(std::span<const std::uint8_t> answer, const TsigKey& key,
                   std::string_view request_mac, std::uint64_t now);

}  // namespace liqo::wire
