#include "resolver/dns/name_server.h"

#include <net/if.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "resolver/dnssd/domain_name.h"

namespace liqo::dns {
namespace {

Error malformed(std::string_view text, const char* why) {
  constexpr std::size_t kShown = 80;
  return Error{Errc::kInvalid,
               "not a DNS server: \"" + label_to_text(text.substr(0, kShown)) + "\": " + why};
}

/// A decimal number that fills `text`; nothing where it is none or larger than T holds.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// The interface that a zone names, by its name or its index.
std::optional<IpAddress> with_zone(const IpAddress& address, std::string_view zone) {
  const std::string name(zone);
  if (name.find('\0') != std::string::npos) return std::nullopt;
  unsigned index = ::if_nametoindex(name.c_str());
  if (index == 0) index = parse_number<unsigned>(zone).value_or(0);
  std::array<char, IF_NAMESIZE> there{};
  if (index == 0 || ::if_indextoname(index, there.data()) == nullptr) return std::nullopt;
  return address.with_zone(index, there.data());
}

/// Splits "ADDRESS", "ADDRESS:PORT" and "[ADDRESS]:PORT"; a port that is not there is empty.
bool split(std::string_view text, std::string_view& address,
           std::optional<std::string_view>& port) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    address = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (text.empty()) return true;
    if (!text.starts_with(':')) return false;
    port = text.substr(1);
    return true;
  }
  const std::size_t colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && colon == text.rfind(':');
  address = one_colon ? text.substr(0, colon) : text;
  if (one_colon) port = text.substr(colon + 1);
  return true;
}

}  // namespace

Result<NameServer> parse_name_server(std::string_view text) {
  std::string_view host;
  std::optional<std::string_view> port;
  if (!split(text, host, port)) return malformed(text, "expected [ADDRESS]:PORT");
  NameServer server;
  const std::size_t percent = host.find('%');
  auto address = IpAddress::parse(host.substr(0, percent));
  if (!address) return malformed(text, "expected an IPv4 or IPv6 address");
  server.address = *address;
  if (text.starts_with('[') && server.address.family() != Family::kIpv6) {
    return malformed(text, "only an IPv6 address stands in brackets");
  }
  if (percent != std::string_view::npos) {
    if (server.address.family() != Family::kIpv6 || !server.address.is_link_local()) {
      return malformed(text, "only a link-local IPv6 address has a zone");
    }
    const auto zoned = with_zone(server.address, host.substr(percent + 1));
    if (!zoned) return malformed(text, "no such interface");
    server.address = *zoned;
  }
  if (port) {
    server.port = parse_number<std::uint16_t>(*port).value_or(0);
    if (server.port == 0) return malformed(text, "a port is 1 to 65535");
  }
  return server;
}

std::string to_string(const NameServer& server) {
  std::string address = server.address.to_string();
  if (server.port == NameServer::kPort) return address;
  if (server.address.family() == Family::kIpv6) address = "[" + address + "]";
  return address + ":" + std::to_string(server.port);
}

}  // namespace liqo::dns
