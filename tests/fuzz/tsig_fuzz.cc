// Signed answers, TXT records of registered instances and key files of any octets.
#include "resolver/dnssd/rdata.h"
#include "resolver/registrar/key_file.h"
#include "resolver/registrar/lease.h"
#include "resolver/wire/tsig.h"
#include "tests/fuzz/fuzz.h"

namespace {

using liqo::wire::TsigError;
using liqo::wire::TsigKey;
using Kind = liqo::wire::TsigVerdict::Kind;

constexpr std::uint64_t kNow = 1'795'737'600;  // when the corpus was signed

/// The key of the corpus: octets 0 to 31, the first of them `first`.
TsigKey key(char first) {
  TsigKey made{*liqo::DomainName::parse("Milan-Key"), liqo::wire::TsigAlgorithm::kHmacSha256, {}};
  for (int octet = 0; octet < 32; ++octet) made.secret += static_cast<char>(octet);
  made.secret[0] = first;
  return made;
}

void check_verdict(std::span<const std::uint8_t> message) {
  const auto verdict = liqo::wire::verify(message, key('\0'), "another request's", kNow);
  FUZZ_CHECK(verdict.kind != Kind::kAuthentic);
  FUZZ_CHECK(!verdict.server_time);
  FUZZ_CHECK(liqo::wire::verify(message, key('x'), "", kNow).kind != Kind::kAuthentic);
  const auto own = liqo::wire::verify(message, key('\0'), "", kNow);
  if (own.server_time) {
    FUZZ_CHECK(own.kind == Kind::kAuthentic && own.error == TsigError::kBadTime);
    FUZZ_CHECK(*own.server_time < std::uint64_t{1} << 48);
  }
}

void check_text(std::span<const std::uint8_t> rdata) {
  const auto txt = liqo::TxtRecord::from_rdata(rdata);
  if (!txt) return;
  const auto text = liqo::registrar::read_text(*txt);
  for (const auto* key : {"until", "via"}) FUZZ_CHECK(!text.others.get(key));
  if (text.leases.empty()) return;
  const auto again =
      liqo::registrar::read_text(liqo::registrar::write_text(text.others, text.via, text.leases));
  FUZZ_CHECK(again.leases == text.leases && again.via == text.via && again.id == text.id);
  FUZZ_CHECK(again.others == text.others && again.until.has_value());
}

void check_key_file(std::string_view text) {
  const auto read = liqo::registrar::parse_key_file(text);
  if (read) {
    FUZZ_CHECK(!read->name.is_root() && !read->secret.empty());
    return;
  }
  // What is wrong is told in our words alone: nothing of a secret can be among them.
  for (const char octet : read.error().detail) FUZZ_CHECK(octet >= ' ' && octet <= '~');
  FUZZ_CHECK(read.error().detail.find("expected ") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t size) {
  const std::span<const std::uint8_t> raw(octets, size);
  check_verdict(raw);
  check_text(raw);
  check_key_file(liqo::as_text(raw));
  return 0;
}
