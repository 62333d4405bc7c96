#include "resolver/dns/judgement.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace liqo::dns {
namespace {

// RFC 1035 section 4.1.1.
constexpr unsigned kNoError = 0;
constexpr unsigned kFormErr = 1;
constexpr unsigned kNxDomain = 3;
constexpr unsigned kRefused = 5;

// RFC 1035 section 3.2.2.
constexpr std::uint16_t kTypeNs = 2;
constexpr std::uint16_t kTypeSoa = 6;

/// The numbers of RFC 1035, 2136 and 6891.
constexpr std::array<std::string_view, 17> kRcodes = {
    "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP",  "REFUSED",
    "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE", "",
    "",         "",        "",         "",         "BADVERS"};

const wire::Record* find(const std::vector<wire::Record>& section, std::uint16_t type) {
  const auto found = std::find_if(section.begin(), section.end(),
                                  [type](const auto& record) { return record.type == type; });
  return found == section.end() ? nullptr : &*found;
}

bool asks(const wire::Message& message, const wire::Question& question) {
  if (message.questions.size() != 1) return false;
  const wire::Question& echo = message.questions.front();
  return echo.type == question.type && echo.question_class == question.question_class &&
         echo.name == question.name;
}

bool is_referral(const wire::Message& message) {
  return message.header.rcode == kNoError && message.answers.empty() &&
         !message.header.authoritative && find(message.authorities, kTypeNs) != nullptr &&
         find(message.authorities, kTypeSoa) == nullptr;
}

bool is_unproven(const wire::Message& message) {
  return message.answers.empty() && find(message.authorities, kTypeSoa) == nullptr;
}

/// The upper eight bits of the rcode are the first of OPT's TTL.
unsigned full_rcode(const wire::Message& message, const wire::Record* opt) {
  const unsigned upper = opt == nullptr ? 0 : opt->ttl >> 24;
  return upper << 4 | message.header.rcode;
}

}  // namespace

std::string rcode_name(unsigned rcode) {
  if (rcode < kRcodes.size() && !kRcodes[rcode].empty()) return std::string(kRcodes[rcode]);
  return "rcode " + std::to_string(rcode);
}

Judgement judge_answer(std::span<const std::uint8_t> packet, const wire::Question& question) {
  const auto failure = [](Errc code, std::string what) {
    return Judgement{.message = Error{code, std::move(what)}};
  };
  auto message = wire::read_message(packet);
  if (!message) return failure(Errc::kMalformed, message.error().detail);
  if (!message->header.response || message->header.opcode != 0) {
    return failure(Errc::kMalformed, "sent no response");
  }
  if (!asks(*message, question)) return failure(Errc::kMalformed, "answered another question");
  const wire::Record* opt = find(message->additionals, wire::kTypeOpt);
  const unsigned rcode = full_rcode(*message, opt);
  if (rcode != kNoError && rcode != kNxDomain) {
    auto refusal =
        failure(rcode == kRefused ? Errc::kRefused : Errc::kUnavailable, rcode_name(rcode));
    refusal.format_error = rcode == kFormErr;
    return refusal;
  }
  if (message->header.truncated) return failure(Errc::kUnavailable, "truncated over TCP");
  if (is_referral(*message)) return failure(Errc::kUnavailable, "refers elsewhere");
  const bool unproven = is_unproven(*message);
  if (unproven && !message->header.recursion_available) {
    return failure(Errc::kUnavailable, std::string(kUnprovenDenial));
  }
  const bool has_opt = opt != nullptr;
  return Judgement{.message = std::move(message), .unproven = unproven, .has_opt = has_opt};
}

}  // namespace liqo::dns
