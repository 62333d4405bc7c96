#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "resolver/dnssd/domain_name.h"
#include "resolver/result.h"

namespace liqo {

/// The record types that service discovery uses.
enum class RecordType : std::uint16_t {  // IANA DNS parameters, RFC 1035, 3596, 2782
  kA = 1,
  kCname = 5,
  kPtr = 12,
  kTxt = 16,
  kAaaa = 28,
  kSrv = 33,
};

/// RFC 2782. A target of "." says that the service is not offered here.
struct SrvData {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  DomainName target;
  friend bool operator==(const SrvData&, const SrvData&) = default;
};

/// Uncompressed rdata of an SRV record.
Result<SrvData> parse_srv(std::span<const std::uint8_t> rdata);
std::string to_rdata(const SrvData& srv);

inline std::span<const std::uint8_t> as_octets(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(std::span<const std::uint8_t> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace liqo
