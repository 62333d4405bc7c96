#include "nss/answer.h"

#include <sys/socket.h>

#include <cstring>

namespace liqo::nss {
namespace {

using namespace snapshot;

constexpr std::size_t kIpv4Octets = 4;
constexpr std::size_t kIpv6Octets = 16;

// A withdrawn cluster is let go by the agent after 2 s: nscd may not keep it longer than that.
constexpr std::int32_t kMaxTimeToLive = 2;

bool is_link_local(const Addresses::Address& address) {
  return address.family == AF_INET6 && address.octets[0] == 0xfe &&
         (address.octets[1] & 0xc0) == 0x80;  // fe80::/10
}

/// The entry at `cursor`; false past the last whole one, or where its family is unknown.
bool read_entry(View value, std::size_t cursor, Addresses::Address& address) {
  if (value.size / kAddressOctets <= cursor) return false;
  const std::uint8_t* entry = value.data + cursor * kAddressOctets;
  if (entry[0] != kIpv4 && entry[0] != kIpv6) return false;
  address.family = entry[0] == kIpv4 ? AF_INET : AF_INET6;
  address.zone = load32(entry + kAddressZoneAt);
  address.octets = entry + kAddressOctetsAt;
  return true;
}

/// Hands out pieces of the caller's buffer. What is needed is known beforehand, so that no piece
/// can be missing.
class Pieces {
 public:
  explicit Pieces(Buffer buffer) : at_(buffer.data + padding(buffer)) {}

  static bool fit(Buffer buffer, std::size_t needed) {
    return buffer.size >= padding(buffer) + needed;
  }

  template <class T>
  T* take(std::size_t count) {
    char* piece = at_;
    at_ += count * sizeof(T);
    return reinterpret_cast<T*>(piece);
  }

  char* take_copy(View octets) {
    char* piece = take<char>(octets.size);
    std::memcpy(piece, octets.data, octets.size);
    return piece;
  }

  char* take_name(View name) {
    char* piece = take_copy(name);
    *take<char>(1) = '\0';
    return piece;
  }

 private:
  static std::size_t padding(Buffer buffer) {
    return -reinterpret_cast<std::uintptr_t>(buffer.data) % alignof(gaih_addrtuple);
  }

  char* at_;
};

/// Pointers first, addresses after them, the name last: each is aligned for what it is.
std::size_t hostent_octets(View name, std::size_t count, std::size_t address_octets) {
  return (count + 1) * sizeof(char*) + count * address_octets + name.size + 1;
}

void fill_hostent(hostent& result, int family, std::size_t count, char** list, char* name) {
  list[count] = nullptr;
  result.h_name = name;
  result.h_aliases = list + count;  // none: its end is the other list's end
  result.h_addrtype = family;
  result.h_length = static_cast<int>(family == AF_INET ? kIpv4Octets : kIpv6Octets);
  result.h_addr_list = list;
}

}  // namespace

std::size_t Addresses::Address::size() const {
  return family == AF_INET ? kIpv4Octets : kIpv6Octets;
}

Addresses::Addresses(View value, int family, bool zones)
    : value_(value), family_(family), link_local_(true) {
  std::size_t entries = 0;
  std::size_t link_locals = 0;
  std::size_t of_family = 0;
  std::size_t link_locals_of_family = 0;
  Address address;
  for (; entries < kMaxAddresses && read_entry(value_, entries, address); ++entries) {
    const bool link_local = is_link_local(address);
    const bool asked = family_ == AF_UNSPEC || address.family == family_;
    link_locals += link_local ? 1 : 0;
    of_family += asked ? 1 : 0;
    link_locals_of_family += asked && link_local ? 1 : 0;
  }
  value_.size = entries * kAddressOctets;
  link_local_ = zones || link_locals == entries;
  count_ = link_local_ ? of_family : of_family - link_locals_of_family;
}

bool Addresses::wanted(const Address& address) const {
  return (family_ == AF_UNSPEC || address.family == family_) &&
         (link_local_ || !is_link_local(address));
}

bool Addresses::next(std::size_t& cursor, Address& address) const {
  Address entry;
  while (read_entry(value_, cursor, entry)) {
    ++cursor;
    if (!wanted(entry)) continue;
    address = entry;
    return true;
  }
  return false;
}

Outcome write_hostent(View name, const Addresses& addresses, hostent& result, Buffer buffer) {
  std::size_t cursor = 0;
  Addresses::Address address;
  if (!addresses.next(cursor, address)) return Outcome::kNoData;
  const std::size_t count = addresses.count();
  if (!Pieces::fit(buffer, hostent_octets(name, count, address.size()))) return Outcome::kTooSmall;

  Pieces pieces(buffer);
  char** list = pieces.take<char*>(count + 1);
  std::size_t filled = 0;
  do {
    list[filled++] = pieces.take_copy({address.octets, address.size()});
  } while (addresses.next(cursor, address));
  fill_hostent(result, address.family, count, list, pieces.take_name(name));
  return Outcome::kFound;
}

Outcome write_hostent(View name, const Addresses::Address& address, hostent& result,
                      Buffer buffer) {
  if (!Pieces::fit(buffer, hostent_octets(name, 1, address.size()))) return Outcome::kTooSmall;
  Pieces pieces(buffer);
  char** list = pieces.take<char*>(2);
  list[0] = pieces.take_copy({address.octets, address.size()});
  fill_hostent(result, address.family, 1, list, pieces.take_name(name));
  return Outcome::kFound;
}

Outcome write_tuples(View name, const Addresses& addresses, gaih_addrtuple** list, Buffer buffer) {
  const std::size_t count = addresses.count();
  if (count == 0) return Outcome::kNoData;
  const std::size_t own = *list == nullptr ? count : count - 1;
  if (!Pieces::fit(buffer, own * sizeof(gaih_addrtuple) + name.size + 1)) {
    return Outcome::kTooSmall;
  }
  Pieces pieces(buffer);
  auto* tuples = pieces.take<gaih_addrtuple>(own);
  char* canonical = pieces.take_name(name);

  std::size_t cursor = 0;
  Addresses::Address address;
  gaih_addrtuple** link = list;
  for (bool first = true; addresses.next(cursor, address); first = false) {
    gaih_addrtuple* tuple = first && *list != nullptr ? *list : tuples++;
    *tuple = {};
    tuple->name = canonical;
    tuple->family = address.family;
    std::memcpy(tuple->addr, address.octets, address.size());
    tuple->scopeid = is_link_local(address) ? address.zone : 0;
    *link = tuple;
    link = &tuple->next;
  }
  return Outcome::kFound;
}

std::int32_t time_to_live(std::uint64_t end, std::uint64_t now) {
  const std::uint64_t seconds = end > now ? (end - now) / 1000 : 0;
  if (seconds < 1) return 1;
  return seconds < kMaxTimeToLive ? static_cast<std::int32_t>(seconds) : kMaxTimeToLive;
}

}  // namespace liqo::nss
