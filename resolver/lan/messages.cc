#include "resolver/lan/messages.h"

#include <net/if.h>

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace liqo::lan {
namespace {

// The length of a list or a string goes before it in two octets, numbers are big-endian.

/// Appends the fields of a message.
class Writer {
 public:
  static constexpr bool kReads = false;

  void number(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void number(std::uint16_t value) { big_endian(value); }
  void number(std::uint32_t value) { big_endian(value); }
  void flag(bool value) { number(static_cast<std::uint8_t>(value)); }
  void name(const DomainName& value) { octets(value.wire()); }
  void octets(std::string_view value, std::size_t /*max*/ = kMaxRdata) {
    number(static_cast<std::uint16_t>(value.size()));
    out_ += value;
  }
  void text(std::string_view value, std::size_t max) { octets(value, max); }
  void prose(std::string_view value) { octets(value.substr(0, kMaxDetail)); }

  template <class Enum>
  void one_of(Enum value, Enum /*last*/) {
    number(static_cast<std::uint8_t>(value));
  }
  void type(RecordType value) { number(static_cast<std::uint16_t>(value)); }

  template <class List, class Each>
  void list(const List& items, std::size_t /*max*/, Each each) {
    number(static_cast<std::uint16_t>(items.size()));
    for (const auto& item : items) each(item);
  }

  std::string take() { return std::move(out_); }

 private:
  template <class Number>
  void big_endian(Number value) {
    for (std::size_t octet = sizeof(Number); octet-- > 0;) {
      out_.push_back(static_cast<char>(value >> (8 * octet) & 0xff));
    }
  }

  std::string out_;
};

/// Takes the fields of a message, in the same order. The first that is wrong fails the whole:
/// after it every field is empty.
class Reader {
 public:
  static constexpr bool kReads = true;

  explicit Reader(std::string_view packet) : rest_(packet) {}

  void number(std::uint8_t& value) { big_endian(value); }
  void number(std::uint16_t& value) { big_endian(value); }
  void number(std::uint32_t& value) { big_endian(value); }
  void flag(bool& value) {
    std::uint8_t octet = 0;
    number(octet);
    check(octet <= 1);
    value = octet == 1;
  }
  void name(DomainName& value) {
    std::string wire;
    octets(wire, DomainName::kMaxOctets);
    if (!ok_) return;
    Result<DomainName> read = DomainName::from_wire(as_octets(wire));
    check(read.has_value());
    if (read) value = std::move(*read);
  }
  void octets(std::string& value, std::size_t max = kMaxRdata) {
    std::uint16_t size = 0;
    number(size);
    check(size <= max);
    value = take(size);
  }
  /// No NUL: such a string is another one to a C library.
  void text(std::string& value, std::size_t max) {
    octets(value, max);
    check(value.find('\0') == std::string::npos);
  }
  void prose(std::string& value) { text(value, kMaxDetail); }

  template <class Enum>
  void one_of(Enum& value, Enum last) {
    std::uint8_t octet = 0;
    number(octet);
    check(octet <= static_cast<std::uint8_t>(last));
    if (ok_) value = static_cast<Enum>(octet);
  }
  void type(RecordType& value) {
    constexpr std::array kTypes = {RecordType::kA,   RecordType::kCname, RecordType::kPtr,
                                   RecordType::kTxt, RecordType::kAaaa,  RecordType::kSrv};
    std::uint16_t number_of_type = 0;
    number(number_of_type);
    value = static_cast<RecordType>(number_of_type);
    check(std::find(kTypes.begin(), kTypes.end(), value) != kTypes.end());
  }

  template <class List, class Each>
  void list(List& items, std::size_t max, Each each) {
    std::uint16_t size = 0;
    number(size);
    check(size <= max);
    for (std::size_t left = size; left > 0 && ok_; --left) each(items.emplace_back());
  }

  [[nodiscard]] bool complete() const { return ok_ && rest_.empty(); }

 private:
  void check(bool right) { ok_ = ok_ && right; }

  std::string_view take(std::size_t size) {
    check(rest_.size() >= size);
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  template <class Number>
  void big_endian(Number& value) {
    value = 0;
    for (const char octet : take(sizeof(Number))) {
      value = static_cast<Number>(value << 8 | static_cast<std::uint8_t>(octet));
    }
  }

  std::string_view rest_;
  bool ok_ = true;
};

// Each message's fields, told once for both directions.

template <class Codec, class Message>
using Of = std::conditional_t<Codec::kReads, Message, const Message>&;

template <class Codec>
void fields(Codec& codec, Of<Codec, Configure> message) {
  codec.one_of(message.backend, Backend::kAvahiDaemon);
  codec.text(message.host_name, DomainName::kMaxLabelOctets);
  codec.list(message.interfaces, kMaxInterfaces,
             [&codec](auto& name) { codec.text(name, IFNAMSIZ - 1); });
}

template <class Codec>
void fields(Codec& codec, Of<Codec, Watch> message) {
  codec.number(message.id);
  codec.name(message.name);
  codec.type(message.type);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, Unwatch> message) {
  codec.number(message.id);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, PublishedRecord> record) {
  codec.name(record.name);
  codec.type(record.type);
  codec.number(record.ttl);
  codec.flag(record.unique);
  codec.octets(record.rdata);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, Publish> message) {
  codec.number(message.id);
  codec.number(message.interface);
  codec.list(message.records, kMaxRecords, [&codec](auto& record) { fields(codec, record); });
}

template <class Codec>
void fields(Codec& codec, Of<Codec, Unpublish> message) {
  codec.number(message.id);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, BackendReport> message) {
  codec.one_of(message.backend, Backend::kAvahiDaemon);
  codec.one_of(message.state, BackendState::kFailed);
  codec.name(message.host_name);
  codec.prose(message.detail);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, RecordReport> message) {
  codec.number(message.watch);
  codec.flag(message.present);
  codec.number(message.interface);
  codec.one_of(message.family, Family::kIpv6);
  codec.flag(message.own);
  codec.octets(message.rdata);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, WatchReport> message) {
  codec.number(message.watch);
  codec.one_of(message.event, WatchEvent::kFailed);
  codec.prose(message.detail);
}

template <class Codec>
void fields(Codec& codec, Of<Codec, GroupReport> message) {
  codec.number(message.group);
  codec.one_of(message.state, GroupState::kFailed);
  codec.prose(message.detail);
}

/// A packet is the number of the message in its variant, then its fields.
template <class Message>
std::string encode_any(const Message& message) {
  Writer writer;
  writer.number(static_cast<std::uint8_t>(message.index()));
  std::visit([&writer](const auto& told) { fields(writer, told); }, message);
  return writer.take();
}

/// Makes `message` the alternative of this number. False when there is none.
template <class Message, std::size_t... kIndex>
bool choose(Message& message, std::size_t index, std::index_sequence<kIndex...> /*all*/) {
  return ((index == kIndex && (message.template emplace<kIndex>(), true)) || ...);
}

template <class Message>
Result<Message> decode_any(std::string_view packet) {
  if (packet.size() > kMaxMessage) return Error{Errc::kMalformed, "a LAN message over its limit"};
  Reader reader(packet);
  std::uint8_t index = 0xff;
  reader.number(index);
  Message message;
  if (packet.empty() ||
      !choose(message, index, std::make_index_sequence<std::variant_size_v<Message>>())) {
    return Error{Errc::kMalformed, "a LAN message of no known kind"};
  }
  std::visit([&reader](auto& told) { fields(reader, told); }, message);
  if (!reader.complete()) {
    return Error{Errc::kMalformed,
                 "a LAN message of kind " + std::to_string(index) + " whose fields do not fill it"};
  }
  return message;
}

}  // namespace

std::string_view to_string(Backend backend) {
  switch (backend) {
    case Backend::kAuto:
      return "auto";
    case Backend::kEmbedded:
      return "embedded";
    case Backend::kAvahiDaemon:
      return "avahi-daemon";
  }
  return "unknown";
}

std::string_view to_string(GroupState state) {
  switch (state) {
    case GroupState::kRegistering:
      return "registering";
    case GroupState::kEstablished:
      return "established";
    case GroupState::kCollision:
      return "collision";
    case GroupState::kFailed:
      return "failed";
  }
  return "unknown";
}

std::string encode(const ToHelper& message) { return encode_any(message); }
std::string encode(const FromHelper& message) { return encode_any(message); }
Result<ToHelper> decode_to_helper(std::string_view packet) { return decode_any<ToHelper>(packet); }
Result<FromHelper> decode_from_helper(std::string_view packet) {
  return decode_any<FromHelper>(packet);
}

}  // namespace liqo::lan
