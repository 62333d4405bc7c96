#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "resolver/dns/kept_rdata.h"
#include "resolver/dns/record_keeper.h"
#include "resolver/dnssd/sighting.h"

namespace liqo::dns {

/// A target of an instance's SRV records, and its addresses.
struct Target {
  SrvData srv;
  KeptSet* a = nullptr;
  KeptSet* aaaa = nullptr;

  /// It has an address, or none for certain: that a server failed for one family and the other has
  /// none says nothing.
  [[nodiscard]] bool tellable() const {
    return a->value == KeptSet::Value::kRecords || aaaa->value == KeptSet::Value::kRecords ||
           (a->known() && aaaa->known());
  }
};

/// What the sink was told of one SRV record of an instance.
struct Told {
  /// Not told again where nothing but its time changed, and that by less than this and less than a
  /// twentieth of it: an instance's records are answered one by one, and who waits for the last of
  /// them tells once, not five times. Each is asked for when a tenth of its time is left, so the
  /// next answer comes before what was told ends; the registry's stale_grace is as long.
  static constexpr Duration kMaxGain = std::chrono::seconds(3);

  // With the instance these name the sighting.
  DomainName host;
  std::uint16_t port = 0;
  Service service = Service::kAuth;

  std::size_t digest = 0;  ///< of all that was told, but the time
  std::size_t times = 0;   ///< digest of when its records expire
  BootTime expires{};      ///< when the first of them does
  Duration ttl{};          ///< how long that was, when it was told

  [[nodiscard]] bool same_sighting(const Told& other) const {
    return port == other.port && service == other.service && host == other.host;
  }
};

/// One service instance that some listing names, with the record sets that are kept for it.
struct Instance {
  static constexpr std::size_t kMaxTargets = kMaxOffers;

  DomainName name;  ///< the owner of SRV and TXT
  KeptSet* srv = nullptr;
  KeptSet* txt = nullptr;
  std::vector<Target> targets;  ///< of the SRV records in force, the most preferred first
  std::vector<Told> told;       ///< one for each of them that has an address
  std::uint32_t listing = 0;    ///< the position of that by which it is told
  std::uint32_t named = 0;      ///< by which listings: a bit at the position of each
  bool complete = false;        ///< everything was tried once, and told where there was anything
  bool dirty = false;           ///< to be looked at in the next flush
  bool doubted = false;         ///< any answer that is newer than what was told is to be told
};

}  // namespace liqo::dns
