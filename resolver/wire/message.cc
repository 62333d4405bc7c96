#include "resolver/wire/message.h"

#include <string_view>
#include <utility>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/class_bits.h"
#include "resolver/wire/ldns.h"
#include "resolver/wire/octets.h"
#include "resolver/wire/scan.h"

namespace liqo::wire {
namespace {

using Packet = std::span<const std::uint8_t>;

Header read_header(Packet packet) {
  const std::uint16_t flags = load16(packet, 2);
  const auto bit = [flags](unsigned number) { return (flags >> number & 1U) != 0; };
  Header header;
  header.id = load16(packet, 0);
  header.opcode = flags >> 11 & 0xFU;
  header.rcode = flags & 0xFU;
  header.response = bit(15);
  header.authoritative = bit(10);
  header.truncated = bit(9);
  header.recursion_desired = bit(8);
  header.recursion_available = bit(7);
  header.authentic_data = bit(5);
  header.checking_disabled = bit(4);
  return header;
}

Error unreadable(ldns_status status) {
  return Error{Errc::kMalformed, std::string("DNS message: ") + ldns_get_errorstr_by_id(status)};
}

/// The name at `at`, which is moved past it.
Result<DomainName> read_name(Packet packet, std::size_t& at) {
  ldns_rdf* name = nullptr;
  const ldns_status status = ldns_wire2dname(&name, packet.data(), packet.size(), &at);
  const OwnedRdf owned(name);
  if (status != LDNS_STATUS_OK) return unreadable(status);
  return DomainName::from_wire({ldns_rdf_data(name), ldns_rdf_size(name)});
}

/// Rdata whose names are written out: the record's fields one after another.
Result<std::string> expanded_rdata(Packet packet, const Entry& entry) {
  std::size_t at = entry.name_at;
  ldns_rr* rr = nullptr;
  const ldns_status status =
      ldns_wire2rr(&rr, packet.data(), packet.size(), &at, LDNS_SECTION_ANSWER);
  const OwnedRr owned(rr);
  if (status != LDNS_STATUS_OK) return unreadable(status);
  std::string rdata;
  for (std::size_t field = 0; field < ldns_rr_rd_count(rr); ++field) {
    const ldns_rdf* rdf = ldns_rr_rdf(rr, field);
    rdata += as_text({ldns_rdf_data(rdf), ldns_rdf_size(rdf)});
  }
  return rdata;
}

Result<std::string> read_rdata(Packet packet, const Entry& entry) {
  if (may_be_compressed(entry.type)) return expanded_rdata(packet, entry);
  return std::string(as_text(packet.subspan(entry.rdata_at, entry.rdata_octets)));
}

Result<Question> read_question(Packet packet, const Entry& entry) {
  std::size_t at = entry.name_at;
  auto name = read_name(packet, at);
  if (!name) return name.error();
  const std::uint16_t bits = load16(packet, at + 2);
  return Question{std::move(*name), entry.type, static_cast<std::uint16_t>(bits & ~kTopClassBit),
                  (bits & kTopClassBit) != 0};
}

Result<Record> read_record(Packet packet, const Entry& entry) {
  std::size_t at = entry.name_at;
  auto name = read_name(packet, at);
  if (!name) return name.error();
  auto rdata = read_rdata(packet, entry);
  if (!rdata) return rdata.error();
  Record record{std::move(*name),       entry.type,       load16(packet, at + 2), false,
                load32(packet, at + 4), std::move(*rdata)};
  if (record.type != kTypeOpt) {
    record.cache_flush = (record.record_class & kTopClassBit) != 0;
    record.record_class &= static_cast<std::uint16_t>(~kTopClassBit);
  }
  return record;
}

std::vector<Record>& section_of(Message& message, Section section) {
  if (section == Section::kAnswer) return message.answers;
  return section == Section::kAuthority ? message.authorities : message.additionals;
}

}  // namespace

Result<Message> read_message(Packet packet) {
  const auto entries = scan_message(packet);
  if (!entries) return entries.error();
  Message message;
  message.header = read_header(packet);
  for (const Entry& entry : *entries) {
    if (entry.section == Section::kQuestion) {
      auto question = read_question(packet, entry);
      if (!question) return question.error();
      message.questions.push_back(std::move(*question));
    } else {
      auto record = read_record(packet, entry);
      if (!record) return record.error();
      section_of(message, entry.section).push_back(std::move(*record));
    }
  }
  return message;
}

}  // namespace liqo::wire
