#include "resolver/dns/name_server.h"

#include <net/if.h>

#include <array>
#include <charconv>
#include <optional>

#include "resolver/dnssd/domain_name.h"

namespace liqo::dns {
namespace {

constexpr const char* kExpected =
    "expected an address such as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353";

Error invalid() { return {Errc::kInvalid, kExpected}; }

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

/// The address in the zone that `zone` names, where it is one that needs a zone.
Result<IpAddress> in_zone(const IpAddress& address, std::string_view zone) {
  if (address.family() != Family::kIpv6 || !address.is_link_local()) {
    return Error{Errc::kInvalid, "only a link-local address has a zone"};
  }
  std::array<char, IF_NAMESIZE> name{};
  if (const auto index = parse_number<unsigned>(zone)) {
    if (if_indextoname(*index, name.data()) != nullptr) {
      return address.with_zone(*index, name.data());
    }
  } else if (const unsigned named = if_nametoindex(std::string(zone).c_str())) {
    return address.with_zone(named, std::string(zone));
  }
  return Error{Errc::kInvalid, "no interface is called " + label_to_text(zone)};
}

Result<IpAddress> parse_zoned(std::string_view text) {
  const std::size_t percent = text.find('%');
  auto address = IpAddress::parse(text.substr(0, percent));
  if (!address) return invalid();
  if (percent != std::string_view::npos) return in_zone(*address, text.substr(percent + 1));
  if (address->family() == Family::kIpv6 && address->is_link_local()) {
    return Error{Errc::kInvalid, "a link-local address needs its zone, as in fe80::1%eth0"};
  }
  return address;
}

}  // namespace

Result<NameServer> parse_name_server(std::string_view text) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return invalid();
    host = text.substr(1, bracket - 1);
    const std::string_view rest = text.substr(bracket + 1);
    if (!rest.empty() && rest.front() != ':') return invalid();
    if (!rest.empty()) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':'); colon == text.rfind(':')) {
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
  }
  auto address = parse_zoned(host);
  if (!address) return address.error();
  if (text.starts_with('[') && address->family() != Family::kIpv6) return invalid();
  NameServer server{*std::move(address)};
  if (port) {
    const auto number = parse_number<std::uint16_t>(*port);
    if (!number || *number == 0) return Error{Errc::kInvalid, "expected a port, 1 to 65535"};
    server.port = *number;
  }
  return server;
}

std::string to_string(const NameServer& server) {
  std::string text = server.address.to_string();
  if (server.port == NameServer::kPort) return text;
  if (server.address.family() == Family::kIpv6) text = "[" + text + "]";
  return text + ":" + std::to_string(server.port);
}

}  // namespace liqo::dns
