#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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
  ClusterId own_id{};
  /// LAN before DNS when both name an endpoint equally well (contract: `prefer`).
  Source prefer = Source::kLan;
  /// Those that one source was the first to tell: each has a share of its own, so that a flood on
  /// the LAN keeps out nothing that DNS tells. 10,000 clusters are what the memory target is set
  /// for; DNS alone allows 4,096 a domain.
  std::size_t max_clusters = 16'384;
  /// Likewise of DNS, where a user named each domain: a fleet of a hundred domains with a thousand
  /// clusters each, at some 12 KiB a cluster with three endpoints.
  std::size_t max_dns_clusters = 131'072;
  /// From one source, likewise: three services on a few interfaces in two families, or a few SRV
  /// records each in some domains. Instances that only claim the id in their TXT get no more than
  /// half of it, so that they cannot keep out those named by it.
  std::size_t max_sightings_per_cluster = 64;
  /// A withdrawn sighting that returns within this time never went: a restart of the peer's agent
  /// or of its avahi-daemon takes 1 to 1.5 s (RFC 6762 section 8.1 probing and announcing).
  Duration withdraw_hold = std::chrono::seconds(2);
  /// How long what a source told is kept after the source itself was lost.
  Duration source_hold = std::chrono::seconds(60);
  /// What a source that has synced does not list goes after this time, though somebody listens at
  /// its port: that may be anybody. An answer for its record begins the time anew. Who announces
  /// itself is listed long before: Liqo's responder does so every 12 s, and Avahi asks three times
  /// within the first 7 s and then at doubling intervals (RFC 6762 section 5.2).
  Duration unlisted_limit = std::chrono::minutes(3);
  /// A suspect that gave no proof by then is gone; RFC 6762 section 10.4 takes 10 s, and 15 s is
  /// promised with the asking before.
  Duration suspect_limit = std::chrono::seconds(10);
  /// A refuted sighting that Avahi still lists is asked again at these intervals, doubled each
  /// time: Avahi does not announce the return of a record that it never dropped.
  Duration reask_first = std::chrono::seconds(2);
  Duration reask_max = std::chrono::seconds(30);
  /// What a user added and nobody answers for is asked at intervals from reask_max to this.
  Duration reask_by_hand = std::chrono::minutes(5);
  /// What the state file kept is asked after this time when its source has not told it again and
  /// has not synced either: avahi-daemon may be absent.
  Duration restore_wait = std::chrono::seconds(5);
  /// After a resume everything is in doubt at once. No more than `check_burst` questions are asked
  /// in each `check_interval`: 12,800 sightings within 5 s, which with suspect_limit makes the 15 s
  /// promised, at a rate that a LAN bears. Reports on one cluster do not wait in this line.
  std::size_t check_burst = 256;
  Duration check_interval = std::chrono::milliseconds(100);
  /// A DNS sighting turns stale this long after its TTL unless it is told again: a refresh at 90 %
  /// of the shortest TTL that lost one datagram is not yet silence.
  Duration stale_grace = std::chrono::seconds(3);
  /// A stale sighting goes after this time (RFC 8767 section 5).
  Duration max_stale = std::chrono::hours(24);
  /// Bounds of a TTL as told: no source asks again sooner than this, whatever the records say, and
  /// none is believed for longer (RFC 8767 section 4).
  Duration min_ttl = std::chrono::seconds(5);
  Duration max_ttl = std::chrono::hours(7 * 24);
  /// Cluster ids whose certificates are remembered: some 200 octets each. A cluster that is known
  /// now keeps its own, so that no flood of newcomers takes its place.
  std::size_t max_certificates = 16'384;
  /// Clusters rebuilt and told in one flush(): some 10 us each, and what consumers make of them. A
  /// change of everything at once, such as a resume, must not hold up the loop for 50 ms.
  std::size_t flush_batch = 512;
};

/// A link of this host, for the order of addresses.
struct LocalNetwork {
  struct Prefix {
    IpAddress address;  ///< this host's own address
    unsigned bits = 0;  ///< the length of the on-link prefix
    std::uint32_t interface = 0;
    friend bool operator==(const Prefix&, const Prefix&) = default;
  };
  std::vector<Prefix> prefixes;
  friend bool operator==(const LocalNetwork&, const LocalNetwork&) = default;
};

/// A question that the registry wants asked: is this sighting still there? The answer comes back
/// as evidence(), or not at all.
struct CheckRequest {
  Sighting sighting;
  ClusterId cluster;
};

/// Remembers what the sources saw and makes clusters of it: merging by id, time, suspicion,
/// limits, order and names. The only owner of that knowledge. Pure: it does no I/O, reads no
/// clock, and starts nothing; `now` comes with each call. Not thread-safe.
///
/// Glossary. *told*: by its source, which sees it. *withdrawn*: its source no longer sees it;
/// consumers do not notice until withdraw_hold has passed without its return. *unlisted*: its
/// source was lost, or the state file kept it, and it was not told since; it is asked each
/// source_hold, and goes when silent or after unlisted_limit. *suspect*: in doubt; a
/// check is requested at once. *refuted*: the check stayed silent while the source still lists it;
/// kept out of every view, asked again now and then, back on the first proof. A source that merely
/// tells a refuted sighting again, unchanged and without having withdrawn it, may speak from a
/// cache: that has it asked at once, and proves nothing. *stale*: DNS told it, and not again by the
/// end of its TTL.
///
/// The LAN is never stale, and silence refutes what it told. What DNS told says what is published,
/// not what is reachable, so silence removes nothing of it before max_stale: it goes when its
/// source says so, or at the time that its TXT names (`until=<unix time>`). What a user added by
/// hand stays until they remove it; it is suspect until it was proved, and asked now and then.
///
/// A cluster is told to consumers while one of its sightings gives an endpoint, or one is not to be
/// believed (DNSSEC bogus or indeterminate, or an identity that is refuted), which is shown and not
/// used; its state is that of its best sighting. One that has only unusable addresses (a hostile
/// SRV target) is not a cluster that anyone could reach: it is counted and not told.
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
  /// All that is known of a sighting; also the proof of a doubted one. A new one that is told
  /// without proof (kCached) is shown at once, suspect, and asked.
  void seen(Sighting sighting, EvidenceMethod method, Now now);
  /// Withdrawn and link-down sightings of the LAN are held for withdraw_hold, others go at once; a
  /// refuted one is forgotten.
  void unseen(const SightingKey& key, Gone reason, Now now);
  /// Positive proof of a sighting; one that is not known is ignored.
  void evidence(const SightingKey& key, EvidenceMethod method, Now now);
  /// What the source told stays as it is for source_hold, unless it is told again. Of DNS, nothing
  /// changes: its sightings have times of their own.
  void source_lost(Source source, Now now);
  /// Sightings of the source that were not told again since source_lost() turn suspect. Of DNS, as
  /// above: the servers of some domains may have been silent.
  void source_synced(Source source, Now now);
  /// Sightings of the source, of this service in this domain, that were not told again since
  /// source_lost() or restore() are gone: a positive answer left them out.
  void domain_listed(Source source, const DomainName& domain, Service service);
  /// Puts back the sightings of a cluster that the state file kept, with its first_seen and
  /// held_name. Those of the LAN are suspect; checks are requested once their source has synced or
  /// after restore_wait. Those of DNS are stale, and were so since their evidence. What was told
  /// already is left as it is. A cluster without sightings gets its first_seen and held_name back
  /// where it is known, and is ignored where it is not. The name lasts until another is told.
  void restore(const Cluster& cluster, Now now);

  // Identity.
  /// The auth endpoint of `asked` answered who it is; counts for all sightings of that endpoint
  /// (same_auth_endpoint) of its cluster, unless it was told otherwise meanwhile. The first
  /// certificate of an id is remembered. Sightings that are unnamed go over to the cluster that
  /// was named. An answer under the right id and a known certificate is a proof. What follows from
  /// it; nothing where it came too late.
  std::optional<Identity> identified(const Sighting& asked, IdsAnswer answer, Now now);
  /// Accepts a certificate that an auth endpoint of a cluster shows now: the one of this
  /// fingerprint, or where none is named the only one that is not known. False where there is
  /// nothing to accept: they show known ones alone, or none, or the one that is named is known.
  /// kInvalid: they show several and none is named, or they do not show the one that is; the
  /// detail tells which they show.
  Result<bool> trust(const ClusterId& id, const std::optional<std::string>& fingerprint, Now now);
  /// What is remembered from before; replaces what there is. Call it before anything is seen.
  void restore_certificates(CertificateBook certificates);
  [[nodiscard]] const CertificateBook& certificates() const;
  /// Grows with every change of certificates() but that of the time at which one was shown.
  [[nodiscard]] std::uint64_t certificates_generation() const;

  // Doubt.
  /// "I could not reach it": all sightings of one cluster turn suspect. Those of DNS are what they
  /// were again when suspect_limit has passed without an answer.
  void suspect_cluster(const ClusterId& id, Now now);
  /// LAN sightings on an interface turn suspect.
  void suspect_interface(std::uint32_t interface, Now now);
  /// The host slept: all LAN sightings turn suspect, and a check under way begins anew, for the
  /// time slept was no silence. Before the next advance().
  void resumed(Now now);

  // What changes the view of what is known.
  void set_local_network(LocalNetwork network, Now now);
  void set_own_id(ClusterId id, Now now);
  void set_preference(Source prefer);
  /// Everything of one source goes, for `reason`.
  void drop_source(Source source, Gone reason, Now now);
  /// LAN sightings on other interfaces than those allowed go, by their names at the time of the
  /// sighting.
  void limit_interfaces(const std::function<bool(const std::string& name)>& allowed, Now now);

  // Time.
  /// When advance() has work next; nothing when no time matters.
  [[nodiscard]] std::optional<BootTime> next_deadline() const;
  void advance(Now now);

  /// Tells what changed since the last flush to every handler, in the order of cluster ids, then
  /// requests the checks that came due. Beyond flush_batch clusters the rest is left to the next
  /// flush, which next_deadline() then asks for at once. Change handlers may read the registry,
  /// subscribe and unsubscribe; they must not call what changes it. The check handler may: what it
  /// changes is told by the next flush.
  void flush();

  // Consumers.
  /// Called by flush() for each change until the returned token is destroyed.
  using Token = std::shared_ptr<void>;
  [[nodiscard]] Token subscribe(ChangeHandler handler);
  /// Called by flush() alone, never inside a call that casts doubt.
  void set_check_handler(CheckHandler handler);

  /// Known clusters by id, as of the last flush(). A new proof of a known sighting replaces the
  /// cluster's value here (its last_seen, its evidence) without being a change that is told: cache
  /// what is rendered of a cluster by its pointer.
  /// The keys are the registry's own, and go with a cluster.
  using View = std::map<std::string_view, std::shared_ptr<const Cluster>>;
  [[nodiscard]] const View& clusters() const;
  /// The same, for another thread: a hundred thousand are handed over in some 10 ms.
  [[nodiscard]] Clusters snapshot() const;

  /// One cluster by id unless that is taken (Cluster::id_taken), else by unique id prefix or unique
  /// name (in either case; TXT `name=`).
  /// kNotFound; or kInvalid when several match, with the first of their ids in the detail.
  [[nodiscard]] Result<std::shared_ptr<const Cluster>> find(std::string_view reference) const;

  struct Counters {
    std::size_t clusters = 0;                ///< in clusters()
    std::size_t sightings = 0;               ///< of those clusters
    std::size_t refuted = 0;                 ///< now
    std::uint64_t not_clusters = 0;          ///< instances told without a valid id, ever
    std::uint64_t over_limit = 0;            ///< sightings refused by a limit, each time told
    std::uint64_t unusable_address = 0;      ///< addresses left out by the address rules, ever
    std::uint64_t mismatches = 0;            ///< auth endpoints that turned out another's, ever
    std::uint64_t changed_certificates = 0;  ///< that showed an unknown certificate, ever
  };
  [[nodiscard]] Counters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace liqo
