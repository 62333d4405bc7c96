#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "resolver/link/links.h"

namespace liqo::lan {

/// This host's links as the LAN source may use them. Pure, but for `is_up` where it is given.
class Interfaces {
 public:
  using Allowed = std::function<bool(const std::string& name)>;
  /// Whether a link is up this very moment; Avahi may tell of a lost link before the table does.
  using IsUp = std::function<bool(std::uint32_t index)>;
  explicit Interfaces(Allowed allowed, IsUp is_up = {})
      : allowed_(std::move(allowed)), is_up_(std::move(is_up)) {}

  struct Update {
    std::vector<std::uint32_t> removed;  ///< gone, or not allowed any more
    bool usable_changed = false;         ///< other links, or other names of them, can be used now
    bool more_allowed = false;           ///< a link that was known and not allowed is allowed now
  };
  Update update(const link::LinkTable& links);

  /// The link, when it is allowed and up; else null.
  [[nodiscard]] const link::Link* usable(std::uint32_t index) const;
  /// Known, and not allowed. A link that is not known yet may still turn out to be.
  [[nodiscard]] bool denied(std::uint32_t index) const;
  /// Not there, or without carrier.
  [[nodiscard]] bool down(std::uint32_t index) const;

  /// Names of what is allowed and can carry multicast, sorted, whether it is up or not.
  [[nodiscard]] std::vector<std::string> allowed_names() const;
  /// All links, whether allowed or not.
  [[nodiscard]] const link::LinkTable& links() const { return links_; }
  /// Those that can be published on: allowed, up, multicast, with an address; loopback and
  /// point-to-point links left out, as avahi-daemon does.
  [[nodiscard]] std::vector<const link::Link*> publishable() const;

 private:
  [[nodiscard]] bool allows(const link::Link& link) const { return allowed_(link.name); }

  Allowed allowed_;
  IsUp is_up_;
  link::LinkTable links_;
};

}  // namespace liqo::lan
