#include "cli/export/auth_url.h"

#include <algorithm>
#include <optional>

#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/ip_address.h"

namespace liqo::cli {
namespace {

constexpr std::string_view kScheme = "https://";
// The pattern's own numbers.
constexpr std::size_t kMaxBefore = 256;
constexpr std::size_t kMaxBehind = 6;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_word(char c) { return is_alphanumeric(c) || c == '_'; }

bool may_stand_before(char c) {
  constexpr std::string_view kOthers = "-@:%._+~#=";
  return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
}

/// Up to six letters, digits and parentheses, the last of which ends or begins a word (`\b`).
bool is_short_word(std::string_view behind) {
  for (std::size_t i = 0; i < std::min(kMaxBehind, behind.size()); ++i) {
    if (!is_alphanumeric(behind[i]) && behind[i] != '(' && behind[i] != ')') return false;
    const bool word_follows = i + 1 < behind.size() && is_word(behind[i + 1]);
    if (is_word(behind[i]) != word_follows) return true;
  }
  return false;
}

bool matches_behind_scheme(std::string_view rest) {
  for (std::size_t before = 0; before < rest.size() && before <= kMaxBefore; ++before) {
    const bool dot = rest[before] == '.' && before > 0;
    if (dot && is_short_word(rest.substr(before + 1))) return true;
    if (!may_stand_before(rest[before])) return false;
  }
  return false;
}

/// A host as it stands in a URL; nothing for what cannot: link-local addresses, odd octets.
std::optional<std::string> host_in_url(const std::string& text) {
  if (const auto address = IpAddress::parse(text)) {
    if (address->is_link_local()) return std::nullopt;
    return address->family() == Family::kIpv6 ? "[" + text + "]" : text;
  }
  const auto name = DomainName::parse(text);
  if (!name || name->is_root()) return std::nullopt;
  const std::string host = name->to_string();
  const bool plain = std::all_of(host.begin(), host.end(),
                                 [](char c) { return is_word(c) || c == '-' || c == '.'; });
  return plain ? std::optional(host) : std::nullopt;
}

}  // namespace

bool is_foreign_auth_url(std::string_view url) {
  for (std::size_t at = url.find(kScheme); at != std::string_view::npos;
       at = url.find(kScheme, at + 1)) {
    if (matches_behind_scheme(url.substr(at + kScheme.size()))) return true;
  }
  return false;
}

std::vector<std::string> https_urls(const Json& endpoint) {
  std::vector<std::string> urls;
  const auto port = number_field(endpoint, "port");
  if (!port || *port < 1 || *port > 65535) return urls;
  const auto add = [&](const std::string& text) {
    if (const auto host = host_in_url(text)) {
      urls.push_back(std::string(kScheme) + *host + ":" + std::to_string(*port));
    }
  };
  const Json& addresses = field(endpoint, "addresses");
  if (addresses.is_array()) {
    for (const Json& address : addresses) {
      if (address.is_string()) add(address.get<std::string>());
    }
  }
  add(raw_field(endpoint, "host"));
  return urls;
}

}  // namespace liqo::cli
