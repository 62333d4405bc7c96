#include "resolver/registrar/lease.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "resolver/dnssd/domain_name.h"

namespace liqo::registrar {
namespace {

constexpr std::string_view kUntil = "until";
constexpr std::string_view kVia = "via";
constexpr std::string_view kLease = "lease.";
constexpr std::size_t kHexDigits = 8;

template <class Number>
std::optional<Number> parse_number(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint32_t> parse_hex(std::string_view text) {
  if (text.size() != kHexDigits) return std::nullopt;
  return parse_number<std::uint32_t>(text, 16);
}

std::string hex(std::uint32_t number) {
  std::array<char, kHexDigits + 1> text{};
  std::snprintf(text.data(), text.size(), "%08x", number);
  return text.data();
}

std::optional<Lease> parse_lease(std::string_view text) {
  const auto until = parse_number<std::uint64_t>(text.substr(0, text.find(',')), 10);
  if (!until) return std::nullopt;
  Lease lease{*until, {}};
  while (text.find(',') != std::string_view::npos) {
    text.remove_prefix(text.find(',') + 1);
    const auto mark = parse_hex(text.substr(0, text.find(',')));
    if (!mark) return std::nullopt;
    lease.marks.push_back(*mark);
  }
  return lease;
}

std::string to_text(const Lease& lease) {
  std::string text = std::to_string(lease.until);
  for (const std::uint32_t mark : lease.marks) text += "," + hex(mark);
  return text;
}

/// Whether the item is one that a lease adds; it is taken then, if it can be read.
bool take(const TxtRecord::Item& item, InstanceText& text) {
  const std::string key = fold_case(item.key);
  const std::string value = item.value.value_or("");
  if (key == kUntil) {
    if (!text.until) text.until = parse_number<std::uint64_t>(value, 10);
    return true;
  }
  if (key == kVia) {
    if (text.via.empty()) text.via = value;
    return true;
  }
  if (!key.starts_with(kLease)) return false;
  const auto tag = parse_hex(std::string_view(key).substr(kLease.size()));
  auto lease = parse_lease(value);
  if (tag && lease) text.leases.emplace(*tag, *std::move(lease));
  return true;
}

}  // namespace

InstanceText read_text(const TxtRecord& txt) {
  InstanceText text;
  std::vector<TxtRecord::Item> others;
  for (TxtRecord::Item& item : txt.items()) {
    if (!take(item, text)) others.push_back(std::move(item));
  }
  text.others = TxtRecord(others);
  text.id = text.others.get("id").value_or("");
  return text;
}

TxtRecord write_text(const TxtRecord& others, const ClusterId& via, const Leases& leases) {
  TxtRecord txt = others;
  std::uint64_t until = 0;
  for (const auto& [tag, lease] : leases) until = std::max(until, lease.until);
  if (!via.empty()) txt.add(kVia, via);
  txt.add(kUntil, std::to_string(until));
  for (const auto& [tag, lease] : leases) {
    txt.add(std::string(kLease) + hex(tag), to_text(lease));
  }
  return txt;
}

}  // namespace liqo::registrar
