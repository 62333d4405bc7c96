#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/result.h"

namespace liqo {

/// A DNS name, held in uncompressed wire form (RFC 1035 section 3.1): at most 255 octets, labels of
/// at most 63 arbitrary octets. Compares without regard to ASCII case (RFC 4343), keeps the case
/// it was given. A value: copy it freely, copies share its octets.
class DomainName {
 public:
  static constexpr std::size_t kMaxOctets = 255;      // RFC 1035 section 2.3.4
  static constexpr std::size_t kMaxLabelOctets = 63;  // RFC 1035 section 2.3.4

  /// The root.
  DomainName() = default;

  /// Reads presentation form (RFC 1035 section 5.1): `\DDD` and `\X` escapes, with or without the
  /// trailing dot; "." is the root. Empty labels, names and labels over their length are errors.
  static Result<DomainName> parse(std::string_view text);

  /// Reads one uncompressed name that fills `wire` exactly.
  static Result<DomainName> from_wire(std::span<const std::uint8_t> wire);

  /// `label` (raw octets, 1 to 63 of them) in front of this name.
  [[nodiscard]] Result<DomainName> with_label(std::string_view label) const;

  /// The name of `labels` below this one: with_label() for each, last first.
  [[nodiscard]] Result<DomainName> with_labels(std::span<const std::string_view> labels) const;

  /// Presentation form without the trailing dot; octets outside letters, digits, '-' and '_' as
  /// `\DDD`, so that it is safe on a terminal and in a log. parse(to_string()) is the identity.
  [[nodiscard]] std::string to_string() const;

  /// Wire form, the root octet included.
  [[nodiscard]] std::string_view wire() const {
    static constexpr char kRoot = '\0';
    if (is_root()) return {&kRoot, 1};
    return {octets_.get() + 1, static_cast<unsigned char>(octets_[0])};
  }

  /// Raw labels from the left; views into this name.
  [[nodiscard]] std::vector<std::string_view> labels() const;
  /// The leftmost label, raw; empty for the root.
  [[nodiscard]] std::string_view first_label() const;
  /// Without the leftmost label; the root's parent is the root.
  [[nodiscard]] DomainName parent() const;
  [[nodiscard]] bool is_root() const { return octets_ == nullptr; }
  /// True for the name itself too.
  [[nodiscard]] bool is_below(const DomainName& ancestor) const;

  friend bool operator==(const DomainName& a, const DomainName& b);
  /// An order for containers: by folded wire octets, not RFC 4034's canonical order.
  friend bool operator<(const DomainName& a, const DomainName& b);

  [[nodiscard]] std::size_t hash() const;

 private:
  /// Of a valid wire form.
  explicit DomainName(std::string_view wire);

  std::shared_ptr<const char[]> octets_;  // behind their number; null for the root
};

/// Letters A to Z folded, every other octet kept (RFC 6762 section 16).
std::string fold_case(std::string_view octets);

/// The order of what fold_case() makes of both, by octets.
bool less_folded(std::string_view a, std::string_view b);

/// An arbitrary label as text: UTF-8 kept as it is where the whole label is valid and printable,
/// else DNS escapes (`\DDD`) for each octet outside printable ASCII, '.' and '\' included.
std::string label_to_text(std::string_view label);

}  // namespace liqo

template <>
struct std::hash<liqo::DomainName> {
  std::size_t operator()(const liqo::DomainName& name) const { return name.hash(); }
};
