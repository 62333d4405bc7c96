#pragma once

#include <netdb.h>
#include <nss.h>

#include <cstddef>
#include <cstdint>

#include "nss/reader.h"

namespace liqo::nss {

/// What the C library gave us to put an answer into.
struct Buffer {
  char* data;
  std::size_t size;
};

/// The addresses of a name record that a caller may be given, in their order.
///
/// A `struct hostent` has no place for a zone, without which a link-local IPv6 address cannot be
/// connected to. For such callers (`zones` false) these addresses are left out, unless the name
/// has no other address of either family: `getent hosts`, which asks for IPv6 first and then for
/// IPv4, would show nothing else.
class Addresses {
 public:
  struct Address {
    int family = 0;  ///< AF_INET or AF_INET6
    std::uint32_t zone = 0;
    const std::uint8_t* octets = nullptr;
    [[nodiscard]] std::size_t size() const;
  };

  /// `family` may be AF_UNSPEC.
  Addresses(View value, int family, bool zones);

  [[nodiscard]] std::size_t count() const { return count_; }
  /// Moves on to the next one; false, and `address` as it was, when there is none. `cursor` starts
  /// at 0.
  bool next(std::size_t& cursor, Address& address) const;

 private:
  [[nodiscard]] bool wanted(const Address& address) const;

  View value_;
  int family_;
  bool link_local_;
  std::size_t count_ = 0;
};

/// Puts `name` and its addresses of one family into `buffer`, and the pointers to them into
/// `result`. kFound; kNoData; or kTooSmall, with nothing written.
Outcome write_hostent(View name, const Addresses& addresses, hostent& result, Buffer buffer);

/// As above with one address.
Outcome write_hostent(View name, const Addresses::Address& address, hostent& result, Buffer buffer);

/// As above for a list of addresses of both families with their zones. The first goes to **list
/// where there is one (nscd brings its own), else it is put into the buffer too.
Outcome write_tuples(View name, const Addresses& addresses, gaih_addrtuple** list, Buffer buffer);

/// How long a cache around us may keep an answer that ends at `end`, in seconds.
std::int32_t time_to_live(std::uint64_t end, std::uint64_t now);

}  // namespace liqo::nss
