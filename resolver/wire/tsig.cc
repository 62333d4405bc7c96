#include "resolver/wire/tsig.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/message.h"
#include "resolver/wire/octets.h"
#include "resolver/wire/scan.h"

// By OpenSSL and not by ldns, whose 1.8 misspells hmac-sha384 and checks neither time nor error.

namespace liqo::wire {
namespace {

constexpr std::uint16_t kTypeTsig = 250;  // RFC 8945 section 4.2
constexpr std::uint16_t kClassAny = 255;
constexpr std::size_t kArcountAt = 10;  // RFC 1035 section 4.1.1
constexpr std::size_t kTimeOctets = 6;

struct Named {
  TsigAlgorithm algorithm;
  std::string_view name;
};
constexpr std::array kAlgorithms = {Named{TsigAlgorithm::kHmacSha256, "hmac-sha256"},
                                    Named{TsigAlgorithm::kHmacSha384, "hmac-sha384"},
                                    Named{TsigAlgorithm::kHmacSha512, "hmac-sha512"}};

/// The fields of a TSIG record (RFC 8945 section 4.2), as far as they differ between messages.
struct Tsig {
  std::uint64_t time = 0;
  std::uint16_t fudge = kTsigFudge;
  std::string mac;
  std::uint16_t original_id = 0;
  std::uint16_t error = 0;
  std::string other;
};

const EVP_MD* digest_of(TsigAlgorithm algorithm) {
  switch (algorithm) {
    case TsigAlgorithm::kHmacSha256:
      return EVP_sha256();
    case TsigAlgorithm::kHmacSha384:
      return EVP_sha384();
    case TsigAlgorithm::kHmacSha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

std::string hmac(const TsigKey& key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(digest_of(key.algorithm), key.secret.data(), static_cast<int>(key.secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

DomainName name_of(TsigAlgorithm algorithm) { return *DomainName::parse(to_string(algorithm)); }

void put48(std::string& octets, std::uint64_t number) {
  put16(octets, static_cast<std::uint32_t>(number >> 32));
  put32(octets, static_cast<std::uint32_t>(number));
}

std::uint64_t load48(std::span<const std::uint8_t> octets, std::size_t at) {
  return std::uint64_t{load16(octets, at)} << 32 | load32(octets, at + 2);
}

void put_sized(std::string& octets, std::string_view part) {
  put16(octets, static_cast<std::uint32_t>(part.size()));
  octets += part;
}

/// What is signed beside the message (RFC 8945 section 4.3.3): names in lower case.
std::string variables(const TsigKey& key, const Tsig& tsig) {
  std::string octets = fold_case(key.name.wire());
  put16(octets, kClassAny);
  put32(octets, 0);
  octets += name_of(key.algorithm).wire();
  put48(octets, tsig.time);
  put16(octets, tsig.fudge);
  put16(octets, tsig.error);
  put_sized(octets, tsig.other);
  return octets;
}

/// Of a message without its TSIG record (RFC 8945 section 4.3).
std::string mac_of(std::string_view message, const TsigKey& key, const Tsig& tsig,
                   std::string_view request_mac) {
  std::string text;
  if (!request_mac.empty()) put_sized(text, request_mac);
  text += message;
  text += variables(key, tsig);
  return hmac(key, text);
}

std::string record_of(const TsigKey& key, const Tsig& tsig) {
  std::string rdata(name_of(key.algorithm).wire());
  put48(rdata, tsig.time);
  put16(rdata, tsig.fudge);
  put_sized(rdata, tsig.mac);
  put16(rdata, tsig.original_id);
  put16(rdata, tsig.error);
  put_sized(rdata, tsig.other);
  std::string record(key.name.wire());
  put16(record, kTypeTsig);
  put16(record, kClassAny);
  put32(record, 0);
  put_sized(record, rdata);
  return record;
}

void set16(std::string& octets, std::size_t at, std::uint32_t number) {
  octets[at] = static_cast<char>(number >> 8 & 0xFFU);
  octets[at + 1] = static_cast<char>(number & 0xFFU);
}

/// Where the TSIG record of a message stands: it is the last one (RFC 8945 section 5.2), and
/// nothing is behind it, where it would not be signed.
std::optional<Entry> find_tsig(std::span<const std::uint8_t> message) {
  const auto entries = scan_message(message);
  if (!entries || entries->empty()) return std::nullopt;
  const Entry& last = entries->back();
  if (last.section != Section::kAdditional || last.type != kTypeTsig) return std::nullopt;
  if (last.rdata_at + last.rdata_octets != message.size()) return std::nullopt;
  return last;
}

/// Behind the algorithm's name: time, fudge, MAC, original id, error, other data.
std::optional<Tsig> read_fields(std::span<const std::uint8_t> fields) {
  Tsig tsig;
  if (fields.size() < kTimeOctets + 4) return std::nullopt;
  tsig.time = load48(fields, 0);
  tsig.fudge = load16(fields, kTimeOctets);
  const std::size_t mac_octets = load16(fields, kTimeOctets + 2);
  fields = fields.subspan(kTimeOctets + 4);
  if (fields.size() < mac_octets + 6) return std::nullopt;
  tsig.mac = as_text(fields.first(mac_octets));
  fields = fields.subspan(mac_octets);
  tsig.original_id = load16(fields, 0);
  tsig.error = load16(fields, 2);
  if (fields.size() != 6U + load16(fields, 4)) return std::nullopt;
  tsig.other = as_text(fields.subspan(6));
  return tsig;
}

/// The record's fields, where it is of this key and algorithm.
std::optional<Tsig> read_tsig(std::span<const std::uint8_t> message, const Entry& entry,
                              const TsigKey& key) {
  const auto whole = read_message(message);
  if (!whole || whole->additionals.empty()) return std::nullopt;
  const Record& record = whole->additionals.back();
  const std::string algorithm(name_of(key.algorithm).wire());
  if (record.record_class != kClassAny || record.cache_flush || record.ttl != 0) {
    return std::nullopt;
  }
  if (record.name != key.name || record.rdata.size() < algorithm.size()) return std::nullopt;
  if (fold_case(record.rdata.substr(0, algorithm.size())) != algorithm) return std::nullopt;
  return read_fields(message.subspan(entry.rdata_at, entry.rdata_octets).subspan(algorithm.size()));
}

/// The message as it was before its TSIG record was added.
std::string without_tsig(std::span<const std::uint8_t> message, const Entry& entry,
                         std::uint16_t original_id) {
  std::string octets(as_text(message.first(entry.name_at)));
  set16(octets, 0, original_id);
  set16(octets, kArcountAt, load16(message, kArcountAt) - 1U);
  return octets;
}

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_now(const Tsig& tsig, std::uint64_t now) {
  return (now > tsig.time ? now - tsig.time : tsig.time - now) <= tsig.fudge;
}

}  // namespace

std::string_view to_string(TsigAlgorithm algorithm) {
  return std::find_if(kAlgorithms.begin(), kAlgorithms.end(),
                      [algorithm](const Named& named) { return named.algorithm == algorithm; })
      ->name;
}

std::optional<TsigAlgorithm> tsig_algorithm(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::string folded = fold_case(name);
  for (const Named& named : kAlgorithms) {
    if (named.name == folded) return named.algorithm;
  }
  return std::nullopt;
}

std::string to_string(TsigError error) {
  switch (error) {
    case TsigError::kNone:
      return "no error";
    case TsigError::kBadSig:
      return "BADSIG";
    case TsigError::kBadKey:
      return "BADKEY";
    case TsigError::kBadTime:
      return "BADTIME";
    case TsigError::kBadTrunc:
      return "BADTRUNC";
  }
  return "error " + std::to_string(static_cast<unsigned>(error));
}

SignedMessage sign(std::string message, const TsigKey& key, std::uint64_t now,
                   std::string_view request_mac) {
  Tsig tsig;
  tsig.time = now;
  tsig.original_id = load16(as_octets(message), 0);
  tsig.mac = mac_of(message, key, tsig, request_mac);
  set16(message, kArcountAt, load16(as_octets(message), kArcountAt) + 1U);
  message += record_of(key, tsig);
  return {std::move(message), std::move(tsig.mac)};
}

TsigVerdict verify(std::span<const std::uint8_t> answer, const TsigKey& key,
                   std::string_view request_mac, std::uint64_t now) {
  const auto entry = find_tsig(answer);
  if (!entry) return {};
  const auto tsig = read_tsig(answer, *entry, key);
  if (!tsig) return {.kind = TsigVerdict::Kind::kWrong};
  TsigVerdict verdict{.error = static_cast<TsigError>(tsig->error)};
  if (tsig->mac.empty()) return verdict;
  const std::string plain = without_tsig(answer, *entry, tsig->original_id);
  const bool wrong =
      !same(mac_of(plain, key, *tsig, request_mac), tsig->mac) || !is_now(*tsig, now);
  verdict.kind = wrong ? TsigVerdict::Kind::kWrong : TsigVerdict::Kind::kAuthentic;
  if (!wrong && verdict.error == TsigError::kBadTime && tsig->other.size() == kTimeOctets) {
    verdict.server_time = load48(as_octets(tsig->other), 0);
  }
  return verdict;
}

}  // namespace liqo::wire
