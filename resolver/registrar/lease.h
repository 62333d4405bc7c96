#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/txt_record.h"

namespace liqo::registrar {

/// Tells apart the agents of one cluster, each on a host of its own: 32 random bits that an agent
/// keeps.
using AgentTag = std::uint32_t;

/// What one agent holds of an instance, and for how long. Written into TXT as
/// `lease.<tag>=<until>,<mark>,...`, tag and marks in eight hexadecimal digits.
struct Lease {
  std::uint64_t until = 0;  ///< seconds since 1970
  std::vector<std::uint32_t> marks;
  friend bool operator==(const Lease&, const Lease&) = default;
};
using Leases = std::map<AgentTag, Lease>;

/// The TXT record of an instance that agents register.
struct InstanceText {
  ClusterId id;
  ClusterId via;
  /// `until=`: the latest end of a lease. Nothing where no agent wrote the record.
  std::optional<std::uint64_t> until;
  Leases leases;
  TxtRecord others;  ///< every other item, `id=` among them
};

InstanceText read_text(const TxtRecord& txt);
/// The record of these items; `until` is made of the leases, of which there is at least one.
TxtRecord write_text(const TxtRecord& others, const ClusterId& via, const Leases& leases);

}  // namespace liqo::registrar
