#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "resolver/dns/name_server.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/result.h"
#include "resolver/time.h"
#include "resolver/wire/message.h"

namespace liqo::dns {

/// A question with all its retries, over whichever servers and protocols, is over by then: two
/// rounds of RFC 1035's 5 s, and less than the 15 s in which a report is answered.
inline constexpr Duration kQueryTime = std::chrono::seconds(10);

/// What became of one question.
struct Reply {
  /// A whole message that answers the question, with rcode NOERROR or NXDOMAIN. A failure is
  /// everything else: silence, refusals, SERVFAIL, a referral, a truncation that TCP did not cure;
  /// its detail is one line that names the server and what it did.
  Result<wire::Message> message = Error{Errc::kTimedOut, "nobody answered"};
  /// Who answered, or failed last; nothing where that is not known (libunbound iterating).
  std::optional<NameServer> server{};
  /// What validation, or a trusted server's AD bit, says of the answer; nothing where neither was
  /// wanted. kBogus: `message` is the answer all the same where there is one, to be shown and never
  /// used.
  std::optional<Dnssec> dnssec{};
  std::string why_bogus{};
};

/// One way of having questions answered: c-ares, or libunbound. What it sends is a single question
/// of class IN.
class Transport {
 public:
  /// A question under way. Destroying it forgets the question: its callback is never called then.
  class Query {
   public:
    virtual ~Query() = default;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

   protected:
    Query() = default;
  };
  /// Called once, from the loop, never inside ask(). May ask further questions, and destroy its own
  /// query and others; not the transport.
  using Done = std::function<void(Reply reply)>;

  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Never fails: what cannot be sent is told as a failed reply, from the loop.
  [[nodiscard]] virtual std::unique_ptr<Query> ask(const wire::Question& question, Done done) = 0;

 protected:
  Transport() = default;
};

}  // namespace liqo::dns
