#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "resolver/result.h"
#include "resolver/wire/message.h"

namespace liqo::dns {

/// What one server's message is worth.
struct Judgement {
  /// The answer, or what is wrong with it: "SERVFAIL", "refers elsewhere".
  Result<wire::Message> message;
  bool has_opt = false;       ///< its sender knows EDNS
  bool format_error = false;  ///< FORMERR, which who knows no EDNS says to an OPT record
};

/// An answer is a response of opcode 0 (RFC 1035 section 4.1.1) with exactly our question, with
/// rcode NOERROR or NXDOMAIN and whole. Anything else is a failure of the server: other rcodes, the
/// extended ones of RFC 6891 section 6.1.3 too, a referral (RFC 2308 section 2.2), TC over TCP. The
/// id is left to who sent the question.
Judgement judge_answer(std::span<const std::uint8_t> packet, const wire::Question& question);

/// "SERVFAIL"; "rcode 12" where it has no name.
std::string rcode_name(unsigned rcode);

}  // namespace liqo::dns
