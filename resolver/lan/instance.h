#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "resolver/dnssd/rdata.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/lan/listing.h"
#include "resolver/lan/record_set.h"
#include "resolver/time.h"

namespace liqo::lan {

struct Instance;

/// A record set that is followed in the helper.
struct Followed {
  Followed(std::size_t max_records, RecordSet::Overflow overflow) : set(max_records, overflow) {}
  std::uint32_t watch = 0;  ///< 0: not watched
  bool exhausted = false;   ///< what the stack knew already has been told
  /// Whether nothing more is to be waited for.
  [[nodiscard]] bool answered() const { return exhausted || !set.empty(); }
  RecordSet set;
};

/// The target of SRV records, shared by the instances that it serves.
struct Host {
  /// As Sighting::kMaxAddresses, for each family.
  static constexpr std::size_t kMaxRecords = Sighting::kMaxAddresses;

  DomainName name;
  Followed a{kMaxRecords, RecordSet::Overflow::kRefuse};
  Followed aaaa{kMaxRecords, RecordSet::Overflow::kRefuse};
  std::set<Instance*> users;
};

/// What is told of an instance on one interface.
struct OnLink {
  std::optional<Sighting> told;  ///< its key is that of whichever family was told
  std::set<Family> told_families;
  /// It was announced since it was told last; else what is told now is Avahi's cache, or the loss
  /// of something.
  bool heard = false;
  BootTime first_told{};
  /// While nothing is told yet: SRV and an address are there, TXT or the other addresses are not.
  std::optional<BootTime> complete_by;
  /// While something is told: its addresses changed, or went altogether, and may change further.
  std::optional<BootTime> settled_by;
  std::vector<IpAddress> unsettled;  ///< the addresses when settled_by was set
};

/// A listed instance whose records are followed.
struct Instance {
  /// One is right (RFC 6763 section 5); a few more are there while they change or are forged.
  static constexpr std::size_t kMaxRecords = 4;

  Listing listing;
  Followed srv{kMaxRecords, RecordSet::Overflow::kDropOldest};
  Followed txt{kMaxRecords, RecordSet::Overflow::kDropOldest};
  std::vector<Host*> hosts;            ///< targets of the SRV records in force
  std::map<std::uint32_t, OnLink> on;  ///< by interface
  bool pending = true;                 ///< nothing of it is told
  bool was_told = false;               ///< something of it was, now or before it was followed
  BootTime patience_ends{};            ///< while it is pending
  std::optional<BootTime> due;         ///< the next of the times in `on`
};

}  // namespace liqo::lan
