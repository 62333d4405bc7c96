#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/message.h"

namespace liqo::wire {

inline constexpr std::uint8_t kOpcodeUpdate = 5;  // RFC 2136 section 2.2

/// Response codes that DNS UPDATE adds (RFC 2136 section 2.2), and those that every answer may
/// have (RFC 1035 section 4.1.1).
enum class Rcode : std::uint8_t {
  kNoError = 0,
  kFormErr = 1,
  kServFail = 2,
  kNxDomain = 3,
  kNotImp = 4,
  kRefused = 5,
  kYxDomain = 6,  ///< a name is there that should not be
  kYxRrset = 7,   ///< a record set is there that should not be
  kNxRrset = 8,   ///< a record set is not there that should be
  kNotAuth = 9,   ///< not authoritative for the zone, or not authorized (RFC 8945 section 5.2)
  kNotZone = 10,  ///< a name is outside the zone
};
/// "NXRRSET"; "rcode 11" of what has no name here.
std::string to_string(Rcode rcode);

/// What a DNS UPDATE message asks a zone's primary server for (RFC 2136): all of it happens, or
/// nothing. A value.
struct Update {
  DomainName zone;
  std::vector<Record> prerequisites;
  std::vector<Record> changes;
};

// Prerequisites (RFC 2136 section 2.4).
/// There are exactly these records of the name and type, whatever their TTL; one entry for each.
Record has_record(const DomainName& name, RecordType type, std::string rdata);
/// There is none of the name and type.
Record has_no_set(const DomainName& name, RecordType type);

// Changes (RFC 2136 section 2.5).
Record add_record(const DomainName& name, RecordType type, std::uint32_t ttl, std::string rdata);
Record delete_record(const DomainName& name, RecordType type, std::string rdata);
Record delete_set(const DomainName& name, RecordType type);

/// The message, not signed yet. Names are not compressed.
std::string build_update(const Update& update, std::uint16_t id);

}  // namespace liqo::wire
