#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dns/rdata_set.h"
#include "resolver/dns/transport.h"
#include "resolver/dnssd/rdata.h"

namespace liqo::dns {

/// CNAMEs followed for one question: resolvers of the field follow 11 to 16, and a loop of them has
/// an end.
inline constexpr std::size_t kMaxAliases = 16;

/// A record set that came unasked, beside the one that was asked for.
struct OtherSet {
  DomainName name;
  RecordType type = RecordType::kA;
  RdataSet rdata;
  std::uint32_t ttl = 0;
};

/// What a reply says of the record set that was asked for. A value.
struct Answer {
  enum class Kind : std::uint8_t {
    kRecords,
    kNoData,    ///< the name is there, records of this type are not (RFC 2308 section 2.2)
    kNxDomain,  ///< nor is the name (RFC 2308 section 2.1)
    kAlias,     ///< a CNAME leads to `alias`, of which the reply says nothing: ask there
    kFailed,    ///< nothing is known by it: `error` says why
  };

  Kind kind = Kind::kFailed;
  RdataSet rdata;  ///< as wire::Record::rdata
  /// Seconds; the least of the records and of the CNAMEs that led to them, of a negative answer RFC
  /// 2308 section 5's. As received.
  std::uint32_t ttl = 0;
  DomainName alias;
  std::size_t aliases = 0;  ///< CNAMEs followed
  std::optional<Dnssec> dnssec;
  std::optional<NameServer> server;
  std::string error;
  std::vector<OtherSet> others;  ///< A, AAAA, SRV and TXT of other names; none where validated
};

/// Reads a reply. A negative answer counts only with the SOA of a zone that the name is in: without
/// one it is a failure. Pure.
Answer read_answer(const wire::Question& question, const Reply& reply);

}  // namespace liqo::dns
