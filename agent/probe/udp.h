#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/loop.h"
#include "resolver/time.h"

namespace liqo::probe {

/// What a UDP port that never answers strangers lets one know.
enum class UdpOutcome : std::uint8_t {
  kRefused,      ///< ICMP port unreachable: nobody listens there
  kUnreachable,  ///< ICMP host or network unreachable, or nothing can be sent there from here
  kSilent,       ///< listens, or a packet filter drops: nobody can tell which from outside
  kAnswered,     ///< some datagram came back: somebody listens, and it is not WireGuard
};

/// Sends a datagram of the form of a WireGuard handshake initiation that no peer accepts (its MAC
/// is wrong, so WireGuard drops it at once, without work and without an answer), twice, and waits
/// for what comes back.
class UdpProbe {
 public:
  /// Between the two datagrams, and from the second to kSilent. An ICMP error takes a round trip;
  /// that a neighbour has no link-layer address the kernel knows after 3 s (RFC 4861 section 10).
  static constexpr Duration kWait = std::chrono::milliseconds(1'750);

  /// Called once, never inside create(); may destroy the probe. `elapsed`: since create().
  using Done = std::function<void(UdpOutcome outcome, Duration elapsed)>;

  static std::unique_ptr<UdpProbe> create(loop::Loop& loop, const IpAddress& address,
                                          std::uint16_t port, Done done);
  virtual ~UdpProbe() = default;
  UdpProbe(const UdpProbe&) = delete;
  UdpProbe& operator=(const UdpProbe&) = delete;

 protected:
  UdpProbe() = default;
};

}  // namespace liqo::probe
