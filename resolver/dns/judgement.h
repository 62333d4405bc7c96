#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "resolver/result.h"
#include "resolver/wire/message.h"

namespace liqo::dns {

/// What is wrong with an answer that is empty and has no SOA record.
inline constexpr std::string_view kUnprovenDenial = "neither records nor the SOA of a denial";

/// What one server's message is worth.
struct Judgement {
  /// The answer, or what is wrong with it: "SERVFAIL", "refers elsewhere".
  Result<wire::Message> message;
  bool unproven = false;      ///< it is empty and has no SOA: another server may know better
  bool has_opt = false;       ///< its sender knows EDNS
  bool format_error = false;  ///< FORMERR, which who knows no EDNS says to an OPT record
};

/// An answer is a response of opcode 0 (RFC 1035 section 4.1.1) with exactly our question, with
/// rcode NOERROR or NXDOMAIN and whole. Anything else is a failure of the server: other rcodes, the
/// extended ones of RFC 6891 section 6.1.3 too, a referral (RFC 2308 section 2.2), a denial without
/// an SOA record, TC over TCP. Resolvers leave that record out (dnsmasq of what it has cached,
/// systemd-resolved): of one that says it recurses such a denial is `unproven`. The id is left to
/// who sent the question.
Judgement judge_answer(std::span<const std::uint8_t> packet, const wire::Question& question);

/// "SERVFAIL"; "rcode 12" where it has no name.
std::string rcode_name(unsigned rcode);

}  // namespace liqo::dns
