#include "resolver/lan/helper/rdata_check.h"

#include <string_view>

namespace liqo::lan::helper {
namespace {

/// Length-prefixed strings that fill the rdata, at least one (RFC 1035 section 3.3.14).
bool is_txt(std::string_view rdata) {
  if (rdata.empty()) return false;
  while (!rdata.empty()) {
    const std::size_t length = static_cast<std::uint8_t>(rdata.front());
    if (rdata.size() < length + 1) return false;
    rdata.remove_prefix(length + 1);
  }
  return true;
}

bool is_of_type(RecordType type, std::string_view rdata) {
  switch (type) {
    case RecordType::kA:
      return rdata.size() == 4;
    case RecordType::kAaaa:
      return rdata.size() == 16;
    case RecordType::kTxt:
      return is_txt(rdata);
    case RecordType::kPtr:
    case RecordType::kCname:
      return DomainName::from_wire(as_octets(rdata)).has_value();
    case RecordType::kSrv:
      return parse_srv(as_octets(rdata)).has_value();
  }
  return false;
}

}  // namespace

Result<void> check_rdata(const PublishedRecord& record) {
  if (record.ttl == 0) return Error{Errc::kInvalid, "a record without time-to-live"};
  if (is_of_type(record.type, record.rdata)) return {};
  return Error{Errc::kInvalid, "the rdata of a record of " + record.name.to_string() + ", type " +
                                   std::to_string(static_cast<unsigned>(record.type)) +
                                   ", is not of that type"};
}

}  // namespace liqo::lan::helper
