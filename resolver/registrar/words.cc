#include "resolver/registrar/words.h"

namespace liqo::registrar {
namespace {

using wire::Rcode;
using wire::TsigError;

std::string of_times(const Answer& answer, const Subject& subject) {
  if (!answer.server_time) return "the clocks differ";
  const bool behind = *answer.server_time > subject.now;
  const std::uint64_t seconds =
      behind ? *answer.server_time - subject.now : subject.now - *answer.server_time;
  return "its clock is " + std::to_string(seconds) + " s " + (behind ? "ahead of" : "behind") +
         " this host's";
}

/// The server does not accept our signature.
Outcome of_signature(const Answer& answer, const Subject& subject) {
  const std::string key = subject.key.name.to_string();
  Outcome outcome{.kind = Outcome::Kind::kRefused};
  const std::string words = subject.server + ": " + to_string(answer.error);
  switch (answer.error) {
    case TsigError::kBadKey:
      // Knot DNS says the same where the key is there and its acl does not let it.
      outcome.error = words + ", it has no key " + key + " with " +
                      std::string(to_string(subject.key.algorithm)) + " for this";
      outcome.advice = "give the server the key of " + subject.key_file +
                       ", by that name and with that algorithm, and let it update " +
                       subject.names.instance.to_string();
      break;
    case TsigError::kBadSig:
      outcome.error = words + ", its key " + key + " is another than ours";
      outcome.advice = "copy the server's key " + key + " to " + subject.key_file;
      break;
    case TsigError::kBadTime:
      outcome.error = words + ", " + of_times(answer, subject);
      outcome.advice = "set the clock that is wrong; more than " +
                       std::to_string(wire::kTsigFudge) + " s are too many";
      outcome.passes = true;
      break;
    default:
      outcome.error = words;
      outcome.advice = "look into the server's log";
  }
  return outcome;
}

std::string advice_for(Rcode rcode, const Subject& subject) {
  const std::string zone = subject.names.zone.to_string();
  switch (rcode) {
    case Rcode::kRefused:
      // PowerDNS says no more to a key that it does not have.
      return "give the server the key of " + subject.key_file + ", and let " +
             subject.key.name.to_string() + " update PTR of " + subject.names.listing.to_string() +
             ", SRV and TXT of " + subject.names.instance.to_string() + ", A and AAAA of " +
             subject.names.host.to_string();
    case Rcode::kNotAuth:
      // Knot DNS 3.4 says no more to a key that it does not have.
      return "name the primary server of " + zone +
             " as `server`, and as `zone` one that it has, " + "and give it the key of " +
             subject.key_file;
    case Rcode::kNotZone:
      return "name the primary server of " + zone + " as `server`, and as `zone` one that it has";
    case Rcode::kNotImp:
      return "the server takes no updates: allow them, or name another as `server`";
    case Rcode::kServFail:
      return "look into the server's log; it may not be able to write the zone";
    default:
      return "look into the server's log";
  }
}

}  // namespace

Outcome outcome_of(const Answer& answer, const Subject& subject) {
  if (answer.error != TsigError::kNone) return of_signature(answer, subject);
  const std::string words = subject.server + ": " + to_string(answer.rcode);
  switch (answer.rcode) {
    case Rcode::kNoError:
      return {.kind = Outcome::Kind::kDone};
    case Rcode::kNxDomain:
    case Rcode::kYxDomain:
    case Rcode::kYxRrset:
    case Rcode::kNxRrset:
      return {.kind = Outcome::Kind::kChanged,
              .error = words + ", " + subject.names.instance.to_string() +
                       " is changed by others all the time"};
    default:
      return {.kind = Outcome::Kind::kRefused,
              .error = words,
              .advice = advice_for(answer.rcode, subject)};
  }
}

}  // namespace liqo::registrar
