#include "resolver/dnssd/txt_record.h"

#include <algorithm>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/rdata.h"

namespace liqo {
namespace {

constexpr std::size_t kMaxString = 255;  // RFC 1035 section 3.3: one length octet

/// Takes the first string off `strings`; nothing where it runs past the end.
std::optional<std::string_view> take_string(std::string_view& strings) {
  const std::size_t length = static_cast<unsigned char>(strings.front());
  if (length >= strings.size()) return std::nullopt;
  const std::string_view string = strings.substr(1, length);
  strings.remove_prefix(1 + length);
  return string;
}

bool is_item(std::string_view string) {
  return !string.empty() && string.front() != '=' && string.size() <= kMaxString;
}

bool has_key(std::string_view string, std::string_view key) {
  if (key.empty() || string.size() < key.size()) return false;
  if (string.size() > key.size() && string[key.size()] != '=') return false;
  return fold_case(string.substr(0, key.size())) == fold_case(key);
}

}  // namespace

TxtRecord::TxtRecord(const std::vector<Item>& items) {
  for (const Item& item : items) append(item.value ? item.key + "=" + *item.value : item.key);
}

Result<TxtRecord> TxtRecord::from_rdata(std::span<const std::uint8_t> rdata) {
  std::string_view left = as_text(rdata);
  TxtRecord record;
  if (left.size() > kMaxOctets) {
    record.truncated_ = true;
    return record;
  }
  std::size_t items = 0;
  while (!left.empty()) {
    const auto string = take_string(left);
    if (!string) {
      return Error{Errc::kMalformed, "TXT: a string runs past the end of the record"};
    }
    if (!is_item(*string)) continue;
    if (++items > kMaxItems) {
      record.strings_.clear();
      record.truncated_ = true;
      return record;
    }
    record.append(*string);
  }
  record.strings_.shrink_to_fit();
  return record;
}

std::string TxtRecord::to_rdata() const {
  return strings_.empty() ? std::string(1, '\0') : strings_;
}

std::optional<std::string_view> TxtRecord::get(std::string_view key) const {
  for (std::string_view left = strings_; !left.empty();) {
    const std::string_view string = *take_string(left);
    if (has_key(string, key)) return string.substr(std::min(string.size(), key.size() + 1));
  }
  return std::nullopt;
}

void TxtRecord::add(std::string_view key, std::string_view value) {
  append(std::string(key).append("=").append(value));
}

std::vector<TxtRecord::Item> TxtRecord::items() const {
  std::vector<Item> items;
  for (std::string_view left = strings_; !left.empty();) {
    const std::string_view string = *take_string(left);
    const std::size_t equals = string.find('=');
    Item item{std::string(string.substr(0, equals)), std::nullopt};
    if (equals != std::string_view::npos) item.value = string.substr(equals + 1);
    items.push_back(std::move(item));
  }
  return items;
}

void TxtRecord::append(std::string_view string) {
  if (!is_item(string)) return;
  strings_ += static_cast<char>(string.size());
  strings_ += string;
}

}  // namespace liqo
