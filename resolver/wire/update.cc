#include "resolver/wire/update.h"

#include <array>
#include <string_view>
#include <utility>

#include "resolver/wire/octets.h"

namespace liqo::wire {
namespace {

constexpr std::uint16_t kTypeSoa = 6;      // RFC 1035 section 3.2.2
constexpr std::uint16_t kClassNone = 254;  // RFC 2136 section 1.3
constexpr std::uint16_t kClassAny = 255;   // RFC 1035 section 3.2.5

Record record(const DomainName& name, RecordType type, std::uint16_t record_class,
              std::uint32_t ttl = 0, std::string rdata = {}) {
  Record made;
  made.name = name;
  made.type = static_cast<std::uint16_t>(type);
  made.record_class = record_class;
  made.ttl = ttl;
  made.rdata = std::move(rdata);
  return made;
}

void put_record(std::string& octets, const Record& record) {
  octets += record.name.wire();
  put16(octets, record.type);
  put16(octets, record.record_class);
  put32(octets, record.ttl);
  put16(octets, static_cast<std::uint32_t>(record.rdata.size()));
  octets += record.rdata;
}

}  // namespace

std::string to_string(Rcode rcode) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "NOERROR",  "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
      "YXDOMAIN", "YXRRSET", "NXRRSET",  "NOTAUTH",  "NOTZONE"};
  const auto number = static_cast<std::size_t>(rcode);
  if (number < kNames.size()) return std::string(kNames[number]);
  return "rcode " + std::to_string(number);
}

Record has_record(const DomainName& name, RecordType type, std::string rdata) {
  return record(name, type, kClassIn, 0, std::move(rdata));
}

Record has_no_set(const DomainName& name, RecordType type) {
  return record(name, type, kClassNone);
}

Record add_record(const DomainName& name, RecordType type, std::uint32_t ttl, std::string rdata) {
  return record(name, type, kClassIn, ttl, std::move(rdata));
}

Record delete_record(const DomainName& name, RecordType type, std::string rdata) {
  return record(name, type, kClassNone, 0, std::move(rdata));
}

Record delete_set(const DomainName& name, RecordType type) { return record(name, type, kClassAny); }

std::string build_update(const Update& update, std::uint16_t id) {
  std::string octets;
  put16(octets, id);
  put16(octets, std::uint32_t{kOpcodeUpdate} << 11);
  put16(octets, 1);  // zone
  put16(octets, static_cast<std::uint32_t>(update.prerequisites.size()));
  put16(octets, static_cast<std::uint32_t>(update.changes.size()));
  put16(octets, 0);
  octets += update.zone.wire();
  put16(octets, kTypeSoa);
  put16(octets, kClassIn);
  for (const Record& each : update.prerequisites) put_record(octets, each);
  for (const Record& each : update.changes) put_record(octets, each);
  return octets;
}

}  // namespace liqo::wire
