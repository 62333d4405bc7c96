#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "resolver/dns/name_server.h"
#include "resolver/loop/loop.h"
#include "resolver/result.h"
#include "resolver/time.h"
#include "resolver/wire/tsig.h"
#include "resolver/wire/update.h"

namespace liqo::registrar {

/// What a server answered to a signed request.
struct Answer {
  wire::Rcode rcode = wire::Rcode::kNoError;
  /// False: anybody may have sent it. Only refusals come so; what claims success unsigned is not
  /// taken for an answer.
  bool authentic = false;
  wire::TsigError error = wire::TsigError::kNone;
  std::optional<std::uint64_t> server_time{};  ///< with BADTIME; seconds since 1970
};

/// One request to one server, signed (RFC 8945) and sent once: over UDP, over TCP where it is
/// large.
class Exchange {
 public:
  /// A larger request goes over TCP: it might be cut to pieces (RFC 9715).
  static constexpr std::size_t kMaxUdpOctets = 1'232;
  /// An answer takes a round trip, and what the server needs to write and to sign: a longer silence
  /// means a lost datagram.
  static constexpr Duration kAnswerTime = std::chrono::milliseconds(2'500);
  /// Datagrams read in one turn of the loop; most of a flood are not ours.
  static constexpr int kReadsPerTurn = 16;
  /// An answer to an update has no records but the zone's and the signature.
  static constexpr std::size_t kMaxAnswerOctets = 4'096;

  /// kTimedOut, kIo: nobody knows whether the request arrived.
  using Done = std::function<void(Result<Answer> answer)>;

  /// `message`: a whole one, whose id is wire::random_id()'s. `done` is called once, from the loop;
  /// never when this was destroyed before.
  static std::unique_ptr<Exchange> begin(loop::Loop& loop, const dns::NameServer& server,
                                         std::string message, const wire::TsigKey& key,
                                         bool over_tcp, Done done);
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

 protected:
  Exchange() = default;
};

}  // namespace liqo::registrar
