// Names, attributes, addresses and ids of any octets.
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"
#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/txt_record.h"
#include "tests/fuzz/fuzz.h"

namespace {

using liqo::DomainName;
using liqo::TxtRecord;

bool is_terminal_safe(std::string_view text) {
  for (const char octet : text) {
    if (static_cast<unsigned char>(octet) < 0x20 || octet == 0x7F) return false;
  }
  return true;
}

void check_name(const DomainName& name) {
  const std::string text = name.to_string();
  FUZZ_CHECK(is_terminal_safe(text));
  const auto again = DomainName::parse(text);
  FUZZ_CHECK(again.has_value() && again->wire() == name.wire());
  FUZZ_CHECK(name.is_below(name) && name.is_below(DomainName()));
  std::size_t octets = 1;
  for (const std::string_view label : name.labels()) {
    octets += 1 + label.size();
    FUZZ_CHECK(is_terminal_safe(liqo::label_to_text(label)));
  }
  FUZZ_CHECK(octets == name.wire().size());
}

void check_attributes(const TxtRecord& txt, std::string_view octets) {
  FUZZ_CHECK(txt.items().size() <= TxtRecord::kMaxItems);
  const auto again = TxtRecord::from_rdata(liqo::as_octets(txt.to_rdata()));
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(txt.truncated() || again->items() == txt.items());
  const auto id = liqo::cluster_id_of(octets.substr(0, DomainName::kMaxLabelOctets), txt);
  FUZZ_CHECK(!id || liqo::is_rfc1123_label(*id));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::span<const std::uint8_t> raw(octets, size);
  const std::string_view text = liqo::as_text(raw);
  if (const auto name = DomainName::parse(text)) check_name(*name);
  if (const auto name = DomainName::from_wire(raw)) check_name(*name);
  if (const auto txt = TxtRecord::from_rdata(raw)) check_attributes(*txt, text);
  if (const auto srv = liqo::parse_srv(raw)) {
    FUZZ_CHECK(liqo::to_rdata(*srv) == text);
    check_name(srv->target);
  }
  if (const auto address = liqo::IpAddress::parse(text)) {
    const auto again = liqo::IpAddress::parse(address->to_string());
    FUZZ_CHECK(again.has_value() && *again == *address);
  }
  FUZZ_CHECK(is_terminal_safe(liqo::label_to_text(text)));
  return 0;
}
