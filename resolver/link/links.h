#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "resolver/dnssd/ip_address.h"
#include "resolver/loop/loop.h"
#include "resolver/result.h"

namespace liqo::link {

/// A network interface of this host and its addresses.
struct Link {
  struct Address {
    IpAddress address;
    unsigned prefix_bits = 0;
    friend bool operator==(const Address&, const Address&) = default;
  };
  std::uint32_t index = 0;
  std::string name;
  bool up = false;  ///< IFF_UP and IFF_LOWER_UP: administratively up, with carrier
  bool multicast = false;
  bool loopback = false;
  bool point_to_point = false;
  std::vector<Address> addresses;  ///< usable ones: tentative and failed IPv6 addresses left out
  friend bool operator==(const Link&, const Link&) = default;
};

/// By interface index.
using LinkTable = std::map<std::uint32_t, Link>;

/// Asks the kernel now whether a link is there, up and with carrier: for decisions that cannot wait
/// until the monitor has told.
bool is_link_up(std::uint32_t index);

/// Follows the kernel's links and addresses over rtnetlink.
class LinkMonitor {
 public:
  /// Called with the table before and after a change; bursts are gathered, at most one call in
  /// 250 ms, the first of a burst within 10 ms.
  using Callback = std::function<void(const LinkTable& before, const LinkTable& after)>;

  /// The table is complete when this returns.
  static Result<std::unique_ptr<LinkMonitor>> create(loop::Loop& loop, Callback on_change);
  virtual ~LinkMonitor() = default;
  LinkMonitor(const LinkMonitor&) = delete;
  LinkMonitor& operator=(const LinkMonitor&) = delete;

  [[nodiscard]] virtual const LinkTable& links() const = 0;

 protected:
  LinkMonitor() = default;
};

}  // namespace liqo::link
