#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/result.h"

namespace liqo {

/// The attributes of a service instance (RFC 6763 section 6), in wire order, unknown keys and
/// repeated ones included. Keys and values are octets: they may hold anything. Held in wire form, a
/// fourth of the memory of its items: there is one with each sighting.
class TxtRecord {
 public:
  /// A larger record keeps the sighting but not its attributes: 9,000 octets is the largest mDNS
  /// message (RFC 6762 section 17), and a zone has no use for more either.
  static constexpr std::size_t kMaxOctets = 8'900;
  /// 1,300 octets is what RFC 6763 section 6.2 calls already large; 256 keys leave ample room.
  static constexpr std::size_t kMaxItems = 256;

  struct Item {
    std::string key;
    /// Empty for a boolean attribute, a key without "=" (RFC 6763 section 6.4).
    std::optional<std::string> value;
    friend bool operator==(const Item&, const Item&) = default;
  };

  TxtRecord() = default;
  explicit TxtRecord(const std::vector<Item>& items);

  /// Reads rdata: length-prefixed strings. No octets at all, which Liqo 0.2 to 0.10 sends, is the
  /// same as the one empty string of RFC 6763 section 6.1. Strings that start with "=" are
  /// skipped (section 6.4). Malformed when a string runs past the end; over a limit it is
  /// truncated(), with no items.
  static Result<TxtRecord> from_rdata(std::span<const std::uint8_t> rdata);

  /// The rdata of these items; one empty string when there are none.
  [[nodiscard]] std::string to_rdata() const;

  /// The value of the first item with this key, ASCII case ignored (RFC 6763 section 6.4); empty
  /// for a boolean attribute, nothing where the key is missing. A view into this record.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;

  /// Appends; for building. An item without a key, or whose "key=value" is longer than 255 octets,
  /// cannot be told and is left out.
  void add(std::string_view key, std::string_view value);

  [[nodiscard]] std::vector<Item> items() const;
  [[nodiscard]] bool truncated() const { return truncated_; }

  friend bool operator==(const TxtRecord&, const TxtRecord&) = default;

 private:
  void append(std::string_view string);

  std::string strings_;  // each behind its length octet; none is empty or starts with "="
  bool truncated_ = false;
};

}  // namespace liqo
