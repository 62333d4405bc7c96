#include "resolver/dnssd/txt_record.h"

#include <utility>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/rdata.h"

namespace liqo {
namespace {

constexpr std::size_t kMaxString = 255;  // RFC 1035 section 3.3: one length octet

TxtRecord::Item parse_item(std::string_view string) {
  const std::size_t equals = string.find('=');
  if (equals == std::string_view::npos) return {std::string(string), std::nullopt};
  return {std::string(string.substr(0, equals)), std::string(string.substr(equals + 1))};
}

}  // namespace

Result<TxtRecord> TxtRecord::from_rdata(std::span<const std::uint8_t> rdata) {
  const std::string_view octets = as_text(rdata);
  TxtRecord record;
  if (octets.size() > kMaxOctets) {
    record.truncated_ = true;
    return record;
  }
  for (std::size_t at = 0; at < octets.size();) {
    const auto length = static_cast<unsigned char>(octets[at++]);
    if (at + length > octets.size()) {
      return Error{Errc::kMalformed, "TXT: a string runs past the end of the record"};
    }
    const std::string_view string = octets.substr(at, length);
    at += length;
    if (string.empty() || string.front() == '=') continue;
    if (record.items_.size() == kMaxItems) {
      record.items_.clear();
      record.truncated_ = true;
      return record;
    }
    record.items_.push_back(parse_item(string));
  }
  return record;
}

std::string TxtRecord::to_rdata() const {
  std::string rdata;
  for (const Item& item : items_) {
    std::string string = item.key;
    if (item.value) string.append("=").append(*item.value);
    if (string.empty() || string.size() > kMaxString) continue;
    rdata += static_cast<char>(string.size());
    rdata += string;
  }
  if (rdata.empty()) rdata += '\0';
  return rdata;
}

std::optional<std::string_view> TxtRecord::get(std::string_view key) const {
  const std::string folded = fold_case(key);
  for (const Item& item : items_) {
    if (item.key.size() != key.size() || fold_case(item.key) != folded) continue;
    return item.value ? std::string_view(*item.value) : std::string_view();
  }
  return std::nullopt;
}

void TxtRecord::add(std::string key, std::string value) {
  items_.push_back({std::move(key), std::move(value)});
}

}  // namespace liqo
