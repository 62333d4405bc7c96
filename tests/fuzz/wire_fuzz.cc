// DNS messages of any octets.
#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/txt_record.h"
#include "resolver/wire/envelope.h"
#include "resolver/wire/message.h"
#include "tests/fuzz/fuzz.h"

namespace {

using liqo::DomainName;
using liqo::RecordType;
using liqo::wire::Message;
using liqo::wire::Question;
using liqo::wire::Record;

void check_name(const DomainName& name) {
  FUZZ_CHECK(!name.wire().empty() && name.wire().size() <= DomainName::kMaxOctets);
  const auto again = DomainName::parse(name.to_string());
  FUZZ_CHECK(again.has_value() && again->wire() == name.wire());
}

/// What names are in rdata must be readable without the packet.
void check_record(const Record& record) {
  check_name(record.name);
  const auto rdata = liqo::as_octets(record.rdata);
  switch (static_cast<RecordType>(record.type)) {
    case RecordType::kPtr:
    case RecordType::kCname:
      FUZZ_CHECK(DomainName::from_wire(rdata).has_value());
      break;
    case RecordType::kSrv:
      FUZZ_CHECK(liqo::parse_srv(rdata).has_value());
      break;
    case RecordType::kTxt:
      (void)liqo::TxtRecord::from_rdata(rdata);
      break;
    default:
      break;
  }
}

void check_question(const Question& question) {
  check_name(question.name);
  if (question.type == 0 || question.question_class == 0) return;  // nobody may ask for these
  const std::string query = liqo::wire::build_query(question, {.id = 1, .edns = true});
  const auto again = liqo::wire::read_message(liqo::as_octets(query));
  FUZZ_CHECK(again.has_value() && again->questions.size() == 1);
  FUZZ_CHECK(again->questions[0] == question);
}

/// Readable for whoever reads the message, and smaller than it.
void check_envelope(std::span<const std::uint8_t> packet, const Message& message) {
  const auto envelope = liqo::wire::read_envelope(packet);
  FUZZ_CHECK(envelope.has_value() && envelope->size() <= packet.size());
  const auto again = liqo::wire::read_message(liqo::as_octets(*envelope));
  FUZZ_CHECK(again.has_value() && again->header == message.header);
  FUZZ_CHECK(again->questions == message.questions && again->additionals.size() <= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const auto message = liqo::wire::read_message({octets, size});
  if (!message) return 0;
  check_envelope({octets, size}, *message);
  for (const Question& question : message->questions) check_question(question);
  for (const auto* section : {&message->answers, &message->authorities, &message->additionals}) {
    for (const Record& record : *section) check_record(record);
  }
  return 0;
}
