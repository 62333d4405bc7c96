#include "agent/manual/auth_url.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "resolver/dnssd/cluster_id.h"

namespace liqo::manual {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kExpected = "expected https://HOST or https://HOST:PORT";

Error wrong(std::string_view why) {
  return Error{Errc::kInvalid, std::string(kExpected) + std::string(why)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

/// Splits "host:port" or "[address]:port"; the port is empty where it is not given.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view authority) {
  const bool bracketed = authority.starts_with('[');
  const auto end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  const std::string_view host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  std::string_view rest = authority.substr(bracketed ? end + 1 : host.size());
  if (rest.empty()) return {{host, {}}};
  if (!rest.starts_with(':') || rest.size() == 1) return std::nullopt;
  return {{host, rest.substr(1)}};
}

Result<void> set_address(AuthUrl& url, const IpAddress& address) {
  if (address.is_loopback() || address.is_unspecified() || address.is_multicast() ||
      address.is_mapped()) {
    return wrong(", of another host: no cluster can be at " + address.to_string());
  }
  if (address.is_link_local()) {
    return wrong(", of any network: a link-local address is seen on the LAN, or not at all");
  }
  url.address = address;
  auto name = DomainName::parse(address.to_string());
  if (!name) return name.error();
  url.host = *std::move(name);
  return {};
}

/// Labels of letters, digits and inner hyphens, the last of them no number (RFC 1123 section 2.1).
Result<void> set_name(AuthUrl& url, std::string_view host) {
  const auto name = DomainName::parse(host);
  if (!name || name->is_root()) return wrong(", with a host name or an address");
  const auto labels = name->labels();
  const bool numeric = labels.back().find_first_not_of("0123456789") == std::string_view::npos;
  if (numeric || !std::all_of(labels.begin(), labels.end(), is_rfc1123_label)) {
    return wrong(", with a host name of letters, digits, hyphens and dots");
  }
  if (labels.back() == "localhost") return wrong(", of another host");
  url.host = *name;
  return {};
}

Result<void> set_host(AuthUrl& url, std::string_view host, bool bracketed) {
  const auto address = IpAddress::parse(host);
  if (address && (address->family() == Family::kIpv6) == bracketed) {
    return set_address(url, *address);
  }
  if (address || bracketed) return wrong(", with an IPv6 address in brackets, and no other");
  return set_name(url, host);
}

}  // namespace

std::string AuthUrl::to_string() const {
  std::string text(kScheme);
  const bool ipv6 = address && address->family() == Family::kIpv6;
  text += ipv6 ? "[" + address->to_string() + "]" : host.to_string();
  return text + ":" + std::to_string(port);
}

Result<AuthUrl> parse_auth_url(std::string_view text) {
  const std::string folded = fold_case(text);
  std::string_view rest = folded;
  if (!rest.starts_with(kScheme)) return wrong("");
  rest.remove_prefix(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#@") != std::string_view::npos) {
    return wrong(", without a user, a path, a query or a fragment");
  }
  const auto parts = split(rest);
  if (!parts) return wrong(", with a port of 1 to 65535");
  AuthUrl url;
  if (!parts->second.empty()) {
    const auto port = parse_port(parts->second);
    if (!port) return wrong(", with a port of 1 to 65535");
    url.port = *port;
  }
  if (auto set = set_host(url, parts->first, rest.starts_with('[')); !set) return set.error();
  return url;
}

}  // namespace liqo::manual
