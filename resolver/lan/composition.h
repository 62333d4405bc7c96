#pragma once

#include <optional>

#include "resolver/lan/instance.h"
#include "resolver/link/links.h"

namespace liqo::lan {

/// What the records in force make of an instance on one link.
struct Composition {
  Sighting sighting;  ///< without its family
  bool has_txt = false;
  bool complete = false;  ///< nothing more of it is to be waited for
};

/// The SRV record in force on an interface; nothing where there is none or it says that the service
/// is not offered: target "." (RFC 2782) or port 0.
std::optional<SrvData> srv_on(const Instance& instance, std::uint32_t interface);

/// Nothing where no SRV record is in force. Without addresses it is nothing to be told yet. Pure.
std::optional<Composition> compose(const Instance& instance, const link::Link& link);

/// Addresses as sets: their order alone is no change.
bool same_addresses(std::vector<IpAddress> a, std::vector<IpAddress> b);
/// True when one of `before` is not in `after`.
bool one_went(const std::vector<IpAddress>& before, const std::vector<IpAddress>& after);
/// All but the addresses and the family of the key.
bool same_service(const Sighting& a, const Sighting& b);

}  // namespace liqo::lan
