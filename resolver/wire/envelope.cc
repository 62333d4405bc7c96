#include "resolver/wire/envelope.h"

#include <algorithm>
#include <vector>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/message.h"
#include "resolver/wire/octets.h"
#include "resolver/wire/scan.h"

namespace liqo::wire {
namespace {

constexpr std::size_t kRecordCounts = 6;  // where a header has ANCOUNT, NSCOUNT and ARCOUNT
constexpr std::size_t kRecordFixed = 10;  // type, class, TTL, rdlength

/// The first OPT record; its owner is the root (RFC 6891 section 6.1.2) however it was written.
std::string opt_record(std::span<const std::uint8_t> packet) {
  const auto entries = scan_message(packet);
  if (!entries) return {};
  const auto opt = std::find_if(entries->begin(), entries->end(), [](const Entry& entry) {
    return entry.section == Section::kAdditional && entry.type == kTypeOpt;
  });
  if (opt == entries->end()) return {};
  const auto octets =
      packet.subspan(opt->rdata_at - kRecordFixed, kRecordFixed + opt->rdata_octets);
  return '\0' + std::string(as_text(octets));
}

}  // namespace

Result<std::string> read_envelope(std::span<const std::uint8_t> packet) {
  std::vector<std::uint8_t> bare(packet.begin(), packet.end());
  if (bare.size() >= kHeaderOctets) {
    std::fill(bare.begin() + kRecordCounts, bare.begin() + kHeaderOctets, std::uint8_t{0});
  }
  const auto questions = scan_message(bare);
  if (!questions) return questions.error();
  bare.resize(questions->empty() ? kHeaderOctets : questions->back().rdata_at);
  std::string envelope(as_text(bare));
  const std::string opt = opt_record(packet);
  if (!opt.empty()) envelope[kHeaderOctets - 1] = 1;
  return envelope + opt;
}

}  // namespace liqo::wire
