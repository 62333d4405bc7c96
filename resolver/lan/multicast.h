#pragma once

#include <cstdint>
#include <string_view>

#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/unique_fd.h"
#include "resolver/result.h"

namespace liqo::lan {

inline constexpr std::uint16_t kMdnsPort = 5353;  // RFC 6762 section 3

/// A UDP socket that sends to the group of multicast DNS on one interface over one family, from
/// an ephemeral port until it is bound to another.
class MulticastSocket {
 public:
  static Result<MulticastSocket> create(std::uint32_t interface, Family family);

  /// Sends from port 5353, beside whoever else has it. The address that it is bound to is the
  /// group's: what is sent to this host itself still reaches the others alone.
  Result<void> bind_to_group();
  /// What cannot be sent is lost like a datagram.
  void send(std::string_view packet) const;

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  MulticastSocket(loop::UniqueFd fd, std::uint32_t interface, Family family)
      : fd_(std::move(fd)), interface_(interface), family_(family) {}

  loop::UniqueFd fd_;
  std::uint32_t interface_;
  Family family_;
};

}  // namespace liqo::lan
