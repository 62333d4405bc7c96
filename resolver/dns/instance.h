#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "resolver/dns/record_keeper.h"
#include "resolver/dnssd/sighting.h"

namespace liqo::dns {

/// A target of an instance's SRV records, and its addresses.
struct Target {
  SrvData srv;
  KeptSet* a = nullptr;
  KeptSet* aaaa = nullptr;
};

/// What the sink was told of one SRV record.
struct Told {
  SightingKey key;
  std::size_t digest = 0;  ///< of all that was told, but the time
  std::size_t times = 0;   ///< digest of when its records expire
};

/// One service instance that a listing names, with the record sets that are kept for it.
struct Instance {
  /// A service that is spread over more hosts than this is no cluster's endpoint; the most
  /// preferred are kept (RFC 2782).
  static constexpr std::size_t kMaxTargets = 8;

  DomainName name;          ///< the owner of SRV and TXT
  std::size_t listing = 0;  ///< by which it is listed
  KeptSet* srv = nullptr;
  KeptSet* txt = nullptr;
  std::vector<Target> targets;  ///< of the SRV records in force, the most preferred first
  std::vector<Told> told;       ///< one for each of them that has an address
  bool complete = false;        ///< everything was tried once, and told where there was anything
  bool dirty = false;           ///< to be looked at in the next flush
};

}  // namespace liqo::dns
