#include "resolver/dns/answer.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "resolver/dns/judgement.h"

namespace liqo::dns {
namespace {

constexpr std::uint16_t kTypeSoa = 6;      // RFC 1035 section 3.2.2
constexpr std::uint8_t kNxDomainCode = 3;  // RFC 1035 section 4.1.1
constexpr std::size_t kSoaNumbers = 20;    // RFC 1035 section 3.3.13: five of 32 bits

bool is(const wire::Record& record, const DomainName& name, std::uint16_t type) {
  return record.type == type && record.record_class == wire::kClassIn && record.name == name;
}

/// MINIMUM is the last field of an SOA record (RFC 1035 section 3.3.13).
std::uint32_t minimum_of(const std::string& soa) {
  std::uint32_t minimum = 0;
  for (const std::uint8_t octet : as_octets(std::string_view(soa).substr(soa.size() - 4))) {
    minimum = minimum << 8 | octet;
  }
  return minimum;
}

/// RFC 2308 section 5; nothing without the SOA of a zone that holds the name.
std::optional<std::uint32_t> negative_ttl(const wire::Message& message, const DomainName& name) {
  for (const wire::Record& record : message.authorities) {
    const bool soa = record.type == kTypeSoa && record.record_class == wire::kClassIn;
    if (soa && record.rdata.size() > kSoaNumbers && name.is_below(record.name)) {
      return std::min(record.ttl, minimum_of(record.rdata));
    }
  }
  return std::nullopt;
}

/// Follows the CNAMEs from `name`, which becomes the last name that the message knows.
void follow_aliases(const wire::Message& message, DomainName& name, Answer& answer) {
  const auto type = static_cast<std::uint16_t>(RecordType::kCname);
  while (answer.aliases <= kMaxAliases) {
    const auto cname = std::find_if(message.answers.begin(), message.answers.end(),
                                    [&](const auto& record) { return is(record, name, type); });
    if (cname == message.answers.end()) return;
    auto target = DomainName::from_wire(as_octets(cname->rdata));
    if (!target) return;
    answer.ttl = std::min(answer.ttl, cname->ttl);
    name = std::move(*target);
    ++answer.aliases;
  }
}

void take_records(const wire::Message& message, const DomainName& name, std::uint16_t type,
                  Answer& answer) {
  std::vector<std::string_view> rdata;
  for (const wire::Record& record : message.answers) {
    if (!is(record, name, type)) continue;
    rdata.push_back(record.rdata);
    answer.ttl = std::min(answer.ttl, record.ttl);
  }
  answer.rdata = RdataSet(std::move(rdata));
}

Answer failed(Answer answer, std::string why) {
  answer.kind = Answer::Kind::kFailed;
  answer.error = std::move(why);
  if (answer.server) answer.error = to_string(*answer.server) + ": " + answer.error;
  return answer;
}

bool is_of_use(const wire::Record& record) {
  const auto type = static_cast<RecordType>(record.type);
  return record.record_class == wire::kClassIn &&
         (type == RecordType::kA || type == RecordType::kAaaa || type == RecordType::kSrv ||
          type == RecordType::kTxt);
}

/// What else the message brought, by record set.
std::vector<OtherSet> other_sets(const wire::Message& message, const DomainName& asked) {
  std::vector<const wire::Record*> records;
  for (const auto* section : {&message.answers, &message.additionals}) {
    for (const wire::Record& record : *section) {
      if (is_of_use(record) && record.name != asked) records.push_back(&record);
    }
  }
  std::sort(records.begin(), records.end(), [](const auto* a, const auto* b) {
    return std::tie(a->name, a->type) < std::tie(b->name, b->type);
  });
  std::vector<OtherSet> sets;
  for (auto next = records.begin(); next != records.end();) {
    const wire::Record& first = **next;
    OtherSet set{first.name, static_cast<RecordType>(first.type), {}, first.ttl};
    std::vector<std::string_view> rdata;
    for (; next != records.end() && (*next)->name == first.name && (*next)->type == first.type;
         ++next) {
      rdata.push_back((*next)->rdata);
      set.ttl = std::min(set.ttl, (*next)->ttl);
    }
    set.rdata = RdataSet(std::move(rdata));
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace

Answer read_answer(const wire::Question& question, const Reply& reply) {
  Answer answer;
  answer.server = reply.server;
  answer.dnssec = reply.dnssec;
  if (!reply.message) {
    answer.error = reply.message.error().detail;
    return answer;
  }
  const wire::Message& message = *reply.message;
  answer.error = reply.why_bogus;
  answer.ttl = ~std::uint32_t{0};
  DomainName name = question.name;
  follow_aliases(message, name, answer);
  if (answer.aliases > kMaxAliases) {
    return failed(std::move(answer), "a chain of more than 16 CNAMEs");
  }
  take_records(message, name, question.type, answer);
  if (!answer.dnssec) answer.others = other_sets(message, name);
  if (!answer.rdata.empty()) {
    answer.kind = Answer::Kind::kRecords;
    return answer;
  }
  if (const auto ttl = negative_ttl(message, name)) {
    const bool nxdomain = message.header.rcode == kNxDomainCode;
    answer.kind = nxdomain ? Answer::Kind::kNxDomain : Answer::Kind::kNoData;
    answer.ttl = std::min(answer.ttl, *ttl);
    return answer;
  }
  if (answer.aliases == 0 || message.header.rcode == kNxDomainCode) {
    return failed(std::move(answer), std::string(kUnprovenDenial));
  }
  answer.kind = Answer::Kind::kAlias;
  answer.alias = std::move(name);
  return answer;
}

}  // namespace liqo::dns
