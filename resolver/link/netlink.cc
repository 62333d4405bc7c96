#include "resolver/link/netlink.h"

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

namespace liqo::link {
namespace {

using Octets = std::span<const std::byte>;

/// The first sizeof(T) octets as a T; nothing when there are fewer.
template <class T>
std::optional<T> read_as(Octets octets) {
  if (octets.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, octets.data(), sizeof value);
  return value;
}

constexpr std::size_t aligned(std::size_t length) { return (length + 3) & ~std::size_t{3}; }

Octets skip(Octets octets, std::size_t count) {
  return octets.subspan(std::min(octets.size(), count));
}

/// Calls `visit(type, payload)` for each attribute that is whole.
template <class Visit>
void for_each_attribute(Octets octets, Visit&& visit) {
  while (const auto header = read_as<rtattr>(octets)) {
    if (header->rta_len < sizeof(rtattr) || header->rta_len > octets.size()) return;
    visit(header->rta_type, octets.subspan(sizeof(rtattr), header->rta_len - sizeof(rtattr)));
    octets = skip(octets, aligned(header->rta_len));
  }
}

std::string text_of(Octets payload) {
  const auto* text = reinterpret_cast<const char*>(payload.data());
  return {text, strnlen(text, payload.size())};
}

/// A link-local IPv6 address means nothing without its zone (RFC 4007 section 6).
IpAddress zoned(const IpAddress& address, const Link& link) {
  const bool needs_zone = address.family() == Family::kIpv6 && address.is_link_local();
  return needs_zone ? address.with_zone(link.index, link.name) : address;
}

bool apply_link(std::uint16_t type, Octets body, LinkTable& table) {
  const auto info = read_as<ifinfomsg>(body);
  // Bridges and IPv6 speak of a link in messages of their own, deletions included.
  if (!info || info->ifi_family != AF_UNSPEC || info->ifi_index <= 0) return false;
  const auto index = static_cast<std::uint32_t>(info->ifi_index);
  if (type == RTM_DELLINK) return table.erase(index) > 0;

  Link& link = table[index];
  link.index = index;
  link.up = (info->ifi_flags & IFF_UP) != 0 && (info->ifi_flags & IFF_LOWER_UP) != 0;
  link.multicast = (info->ifi_flags & IFF_MULTICAST) != 0;
  link.loopback = (info->ifi_flags & IFF_LOOPBACK) != 0;
  link.point_to_point = (info->ifi_flags & IFF_POINTOPOINT) != 0;
  for_each_attribute(skip(body, aligned(sizeof(ifinfomsg))), [&](int attribute, Octets payload) {
    if (attribute == IFLA_IFNAME) link.name = text_of(payload);
  });
  // The link may have been renamed, and the names of its zones with it.
  for (Link::Address& known : link.addresses) known.address = zoned(known.address, link);
  return true;
}

struct AddressMessage {
  std::optional<IpAddress> address;  ///< the far end's, on a point-to-point link
  std::optional<IpAddress> local;
  std::uint32_t flags = 0;
};

AddressMessage read_address(const ifaddrmsg& info, Octets attributes) {
  AddressMessage message{.address = {}, .local = {}, .flags = info.ifa_flags};
  const auto parse = [](Octets payload) -> std::optional<IpAddress> {
    const auto parsed = IpAddress::from_octets(
        {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()});
    return parsed ? std::optional(*parsed) : std::nullopt;
  };
  for_each_attribute(attributes, [&](int type, Octets payload) {
    if (type == IFA_ADDRESS) message.address = parse(payload);
    if (type == IFA_LOCAL) message.local = parse(payload);
    if (type == IFA_FLAGS) message.flags = read_as<std::uint32_t>(payload).value_or(0);
  });
  return message;
}

/// Not while duplicate address detection runs, unless it is optimistic (RFC 4862, RFC 4429).
bool is_usable(std::uint32_t flags) {
  if ((flags & IFA_F_DADFAILED) != 0) return false;
  return (flags & IFA_F_TENTATIVE) == 0 || (flags & IFA_F_OPTIMISTIC) != 0;
}

bool apply_address(std::uint16_t type, Octets body, LinkTable& table) {
  const auto info = read_as<ifaddrmsg>(body);
  if (!info || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6)) return false;
  const auto entry = table.find(info->ifa_index);
  if (entry == table.end()) return false;
  Link& link = entry->second;

  const auto message = read_address(*info, skip(body, aligned(sizeof(ifaddrmsg))));
  const auto& told = message.local ? message.local : message.address;
  if (!told) return false;
  const Link::Address address{zoned(*told, link), info->ifa_prefixlen};

  // Sorted, so that a dump and a row of events come to the same; searched, for there may be
  // thousands.
  auto& known = link.addresses;
  const auto [first, last] =
      std::equal_range(known.begin(), known.end(), address, [](const auto& a, const auto& b) {
        return a.address == b.address ? a.prefix_bits < b.prefix_bits : a.address < b.address;
      });
  const bool usable = type == RTM_NEWADDR && is_usable(message.flags);
  if (usable && first == last) {
    known.insert(first, address);
  } else if (usable) {
    *first = address;
  } else {
    known.erase(first, last);
  }
  return true;
}

}  // namespace

PacketOutcome apply_packet(std::span<const std::byte> packet, LinkTable& table) {
  PacketOutcome outcome;
  while (const auto header = read_as<nlmsghdr>(packet)) {
    if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > packet.size()) break;
    const Octets body = packet.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
    if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) outcome.interrupted = true;
    switch (header->nlmsg_type) {
      case NLMSG_DONE:
        outcome.done = true;
        break;
      case NLMSG_ERROR:
        if (const auto error = read_as<nlmsgerr>(body)) outcome.error = -error->error;
        break;
      case RTM_NEWLINK:
      case RTM_DELLINK:
        outcome.changed |= apply_link(header->nlmsg_type, body, table);
        break;
      case RTM_NEWADDR:
      case RTM_DELADDR:
        outcome.changed |= apply_address(header->nlmsg_type, body, table);
        break;
      default:
        break;
    }
    packet = skip(packet, aligned(header->nlmsg_len));
  }
  return outcome;
}

}  // namespace liqo::link
