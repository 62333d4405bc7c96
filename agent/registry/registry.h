#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/registry/change.h"
#include "agent/registry/cluster.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/result.h"
#include "resolver/time.h"

namespace liqo {

/// The registry's limits and times, each with its reason.
struct RegistryOptions {
  /// The agent's own cluster, never listed; empty when there is none.
  ClusterId own_id;
  /// LAN before DNS when both name an endpoint equally well (contract: `prefer`).
  Source prefer = Source::kLan;
  /// 10,000 clusters are what the memory target is set for; DNS alone allows 4,096 a domain.
  std::size_t max_clusters = 16'384;
  /// Three services on a few interfaces in two families, on LAN and in some domains.
  std::size_t max_sightings_per_cluster = 64;
  /// A withdrawn sighting that returns within this time never went: a restart of the peer's agent
  /// or of its avahi-daemon takes 1 to 1.5 s (RFC 6762 section 8.1 probing and announcing).
  Duration withdraw_hold = std::chrono::seconds(2);
  /// How long what a source told is kept after the source itself was lost.
  Duration source_hold = std::chrono::seconds(60);
  /// A suspect that gave no proof by then is gone; RFC 6762 section 10.4 takes 10 s, and 15 s is
  /// promised with the asking before.
  Duration suspect_limit = std::chrono::seconds(10);
  /// A refuted sighting that Avahi still lists is asked again at these intervals, doubled each
  /// time: Avahi does not announce the return of a record that it never dropped.
  Duration reask_first = std::chrono::seconds(2);
  Duration reask_max = std::chrono::seconds(30);
};

/// A link of this host, for the order of addresses.
struct LocalNetwork {
  struct Prefix {
    IpAddress address;  ///< this host's own address
    unsigned bits = 0;  ///< the length of the on-link prefix
    std::uint32_t interface = 0;
  };
  std::vector<Prefix> prefixes;
};

/// A question that the registry wants asked: is this sighting still there? The answer comes back
/// as evidence(), or not at all.
struct CheckRequest {
  Sighting sighting;
};

/// Remembers what the sources saw and makes clusters of it: merging by id, time, suspicion,
/// limits, order and names. The only owner of that knowledge. Pure: it does no I/O, reads no
/// clock, and starts nothing; `now` comes with each call. Not thread-safe.
///
/// Glossary. *withdrawn*: its source no longer sees it; kept for withdraw_hold, unseen by
/// consumers, in case it returns. *suspect*: in doubt; a check is requested at once. *refuted*:
/// the check stayed silent while the source still lists it; kept out of every view, asked again
/// now and then, back on the first proof.
///
/// Changes are collected and told by flush(), one for each cluster that differs from what was told
/// last: call it once per turn of the loop after anything below was called.
class Registry {
 public:
  using ChangeHandler = std::function<void(const Change&)>;
  using CheckHandler = std::function<void(const CheckRequest&)>;

  explicit Registry(RegistryOptions options);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // What sources and checks tell.
  void seen(Sighting sighting, EvidenceMethod method, Now now);
  void unseen(const SightingKey& key, Gone reason, Now now);
  /// Positive proof of a sighting; one that is not known is ignored.
  void evidence(const SightingKey& key, EvidenceMethod method, Now now);
  void source_lost(Source source, Now now);
  /// Sightings of the source that were not told again since source_lost() turn suspect.
  void source_synced(Source source, Now now);
  /// Puts back what the state file kept, as suspect; checks are requested once its source has
  /// synced or after a few seconds without it.
  void restore(const Cluster& cluster, Now now);

  // Doubt.
  /// "I could not reach it": all sightings of one cluster turn suspect.
  void suspect_cluster(const ClusterId& id, Now now);
  /// Sightings on an interface turn suspect (0: every LAN sighting, after a resume).
  void suspect_interface(std::uint32_t interface, Now now);

  // What changes the view of what is known.
  void set_local_network(LocalNetwork network, Now now);
  void set_own_id(ClusterId id, Now now);
  void set_preference(Source prefer, Now now);
  /// Everything of one source goes, for `reason`.
  void drop_source(Source source, Gone reason, Now now);

  // Time.
  /// When advance() has work next; nothing when no time matters.
  [[nodiscard]] std::optional<BootTime> next_deadline() const;
  void advance(Now now);

  /// Tells what changed since the last flush to every handler, in the order of cluster ids.
  /// Handlers may read the registry; they must not call back into what changes it.
  void flush();

  // Consumers.
  /// Called by flush() for each change until the returned token is destroyed.
  using Token = std::shared_ptr<void>;
  [[nodiscard]] Token subscribe(ChangeHandler handler);
  void set_check_handler(CheckHandler handler);

  /// Known clusters by id, as told by the last flush().
  using View = std::map<ClusterId, std::shared_ptr<const Cluster>, std::less<>>;
  [[nodiscard]] const View& clusters() const;

  /// One cluster by id, unique id prefix or unique name. kNotFound; or kInvalid when several match,
  /// with their ids in the detail.
  [[nodiscard]] Result<std::shared_ptr<const Cluster>> find(std::string_view reference) const;

  struct Counters {
    std::size_t clusters = 0;
    std::size_t sightings = 0;
    std::size_t refuted = 0;            ///< now
    std::uint64_t not_clusters = 0;     ///< instances without a valid id, ever
    std::uint64_t over_limit = 0;       ///< sightings refused by a limit, ever
    std::uint64_t unusable_address = 0; ///< addresses left out by the address rules, ever
  };
  [[nodiscard]] Counters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace liqo
