#include "resolver/dns/ares_inbox.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "resolver/dns/ares.h"
#include "resolver/dnssd/rdata.h"
#include "resolver/wire/envelope.h"
#include "resolver/wire/message.h"
#include "resolver/wire/octets.h"
#include "resolver/wire/scan.h"

namespace liqo::dns {
namespace {

constexpr std::size_t kLengthOctets = 2;  // before each message of a stream, RFC 1035 section 4.2.2

/// An A record of the root whose address is a message's number: c-ares gives it back in its
/// callback, as the last of the additional section.
constexpr std::size_t kNumberOctets = 4;
std::string number_record(std::uint32_t number) {
  std::string record(1, '\0');
  wire::put16(record, static_cast<std::uint16_t>(RecordType::kA));
  wire::put16(record, wire::kClassIn);
  wire::put32(record, 0);  // TTL
  wire::put16(record, kNumberOctets);
  wire::put32(record, number);
  return record;
}

bool is_readable([[maybe_unused]] std::string_view shown) {
#if ARES_VERSION >= 0x012000
  ares_dns_record_t* record = nullptr;
  const auto status = ares_dns_parse(reinterpret_cast<const unsigned char*>(shown.data()),
                                     shown.size(), 0, &record);
  ares_dns_record_destroy(record);
  return status == ARES_SUCCESS;
#else
  return true;
#endif
}

}  // namespace

std::string AresInbox::show(std::span<const std::uint8_t> message) {
  auto shown = wire::read_envelope(message);
  if (!shown) return {};
  *shown += number_record(first_ + static_cast<std::uint32_t>(messages_.size()));
  ++(*shown)[wire::kHeaderOctets - 1];  // ARCOUNT, which was 0 or 1
  if (!is_readable(*shown)) return {};
  messages_.emplace_back(message.begin(), message.end());
  return std::move(*shown);
}

void AresInbox::begin_stream() {
  coming_.clear();
  going_.clear();
}

void AresInbox::feed(std::span<const std::uint8_t> octets) {
  coming_ += as_text(octets);
  const auto all = as_octets(coming_);
  std::size_t at = 0;
  while (all.size() - at >= kLengthOctets) {
    const std::size_t size = wire::load16(all, at);
    if (all.size() - at - kLengthOctets < size) break;
    const std::string shown = show(all.subspan(at + kLengthOctets, size));
    at += kLengthOctets + size;
    if (shown.empty()) continue;
    wire::put16(going_, static_cast<std::uint32_t>(shown.size()));
    going_ += shown;
  }
  coming_.erase(0, at);
}

std::size_t AresInbox::take(std::span<std::uint8_t> into) {
  const std::size_t size = std::min(into.size(), going_.size());
  std::memcpy(into.data(), going_.data(), size);
  going_.erase(0, size);
  return size;
}

std::span<const std::uint8_t> AresInbox::whole(std::span<const std::uint8_t> shown) const {
  if (shown.size() < kNumberOctets) return {};
  const std::uint32_t number = wire::load32(shown, shown.size() - kNumberOctets);
  const std::size_t index = number - first_;
  if (index >= messages_.size()) return {};
  return messages_[index];
}

void AresInbox::end_turn() {
  first_ += static_cast<std::uint32_t>(messages_.size());
  messages_.clear();
  coming_.shrink_to_fit();  // there may have been 64 KiB
  going_.shrink_to_fit();
}

}  // namespace liqo::dns
