#include "resolver/dnssd/sighting.h"

#include <algorithm>
#include <compare>
#include <tuple>

namespace liqo {
namespace {

unsigned char fold(char octet) {
  return static_cast<unsigned char>(octet >= 'A' && octet <= 'Z' ? octet - 'A' + 'a' : octet);
}

/// Without a copy: keys are compared often.
std::strong_ordering compare_folded(std::string_view a, std::string_view b) {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(),
                                                [](char x, char y) { return fold(x) <=> fold(y); });
}

/// Instance names compare without regard to ASCII case, as every DNS name does (RFC 4343).
std::strong_ordering compare(const SightingKey& a, const SightingKey& b) {
  const auto fixed = [](const SightingKey& key) {
    return std::tie(key.source, key.service, key.interface, key.family);
  };
  if (const auto order = fixed(a) <=> fixed(b); order != 0) return order;
  if (const auto order = compare_folded(a.instance, b.instance); order != 0) return order;
  if (const auto order = compare_folded(a.domain.wire(), b.domain.wire()); order != 0) return order;
  return compare_folded(a.record, b.record);
}

}  // namespace

std::string_view to_string(Source source) {
  switch (source) {
    case Source::kLan:
      return "lan";
    case Source::kDns:
      return "dns";
    case Source::kManual:
      return "manual";
  }
  return "unknown";
}

std::string_view to_string(EvidenceMethod method) {
  switch (method) {
    case EvidenceMethod::kMdns:
    case EvidenceMethod::kCached:
      return "mdns";
    case EvidenceMethod::kQuery:
      return "query";
    case EvidenceMethod::kDns:
      return "dns";
    case EvidenceMethod::kIds:
      return "ids";
    case EvidenceMethod::kTcp:
      return "tcp";
    case EvidenceMethod::kManual:
      return "manual";
  }
  return "unknown";
}

std::string_view to_string(Gone reason) {
  switch (reason) {
    case Gone::kWithdrawnOrExpired:
      return "withdrawn-or-expired";
    case Gone::kLinkDown:
      return "link-down";
    case Gone::kNoAnswer:
      return "no-answer";
    case Gone::kNxdomain:
      return "nxdomain";
    case Gone::kExpired:
      return "expired";
    case Gone::kRemoved:
      return "removed";
    case Gone::kLimit:
      return "limit";
  }
  return "unknown";
}

std::string_view to_string(Dnssec status) {
  switch (status) {
    case Dnssec::kSecure:
      return "secure";
    case Dnssec::kInsecure:
      return "insecure";
    case Dnssec::kIndeterminate:
      return "indeterminate";
    case Dnssec::kBogus:
      return "bogus";
  }
  return "unknown";
}

bool operator==(const SightingKey& a, const SightingKey& b) { return compare(a, b) == 0; }
bool operator<(const SightingKey& a, const SightingKey& b) { return compare(a, b) < 0; }

}  // namespace liqo
