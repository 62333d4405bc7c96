#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "resolver/dns/instance.h"
#include "resolver/dns/options.h"
#include "resolver/dns/record_keeper.h"
#include "resolver/dns/status.h"
#include "resolver/dnssd/sighting.h"

namespace liqo::dns {

/// Browses and resolves one domain, and keeps that right: PTR of the three service types (RFC 6763
/// section 4) and, in the layout of Liqo 0.1 to 0.4, of the bare domain; SRV and TXT of each
/// instance that they list; A and AAAA of each target. An instance is told when all of that was
/// tried once, as one sighting for each of its SRV records.
///
/// Does no I/O of its own and reads no clock: it asks through transports and is handed the time.
/// Nothing is told inside a call but flush().
class Domain {
 public:
  /// Instances of one domain that are followed. Above all the PTR set of a service must fit into
  /// one message of 64 KiB: 1,283 UUIDs, some thousands of short labels.
  static constexpr std::size_t kMaxInstances = 4'096;
  /// Instances followed, let go or looked at in one flush: a millisecond of work.
  static constexpr std::size_t kLooksPerFlush = 64;
  /// Names of a listing that are compared with what is followed in the time of one of these.
  static constexpr std::size_t kNamesPerLook = 16;
  /// Octets of records that are compared and told in that time; of an honest instance some hundred.
  static constexpr std::size_t kOctetsPerLook = 4'096;

  struct Parts {
    Transport& asks;     ///< for what is not in trouble
    Transport& retries;  ///< for what failed last
    SightingSink& sink;
    std::function<Now()> clock;
    std::function<void()> wake;  ///< flush() is wanted; called from the loop
    std::uint64_t seed = 0;
  };

  /// Asks its first questions. All parts must outlive it.
  Domain(DomainOptions options, Parts parts);
  ~Domain();
  Domain(const Domain&) = delete;
  Domain& operator=(const Domain&) = delete;

  /// Other options of the same domain, in the same layout; their transports are the caller's work.
  void set_options(DomainOptions options) { options_ = std::move(options); }

  /// Has advance() ask for everything again.
  void refresh() { refresh_wanted_ = true; }
  /// Everything that was to be asked again has been.
  [[nodiscard]] bool refreshed() const { return !refresh_wanted_ && keeper_.refreshing() == 0; }
  /// Likewise for the records of one sighting; tells it where they are still there.
  void check(const SightingKey& key);

  /// As RecordKeeper's: asks what is due, and tells how much that was.
  std::size_t advance(BootTime now, std::size_t most = RecordKeeper::kMaxAsks);
  /// Tells the sink what changed.
  void flush();
  [[nodiscard]] std::optional<BootTime> next_deadline() const;

  /// What the sink was told of, and not as unseen since; in no order.
  [[nodiscard]] std::vector<SightingKey> told() const;
  /// Tells everything as unseen. It is not to be used any more after that.
  void withdraw(Gone reason);

  /// The first pass is over: every question was tried once.
  [[nodiscard]] bool synced() const { return synced_; }
  [[nodiscard]] DomainStatus status() const;
  [[nodiscard]] RecordKeeper::Counters counters() const { return keeper_.counters(); }

 private:
  /// A PTR set and the service that it lists; the legacy one lists the bare domain.
  struct Listing {
    Service service = Service::kAuth;
    bool legacy = false;
    KeptSet* ptr = nullptr;
    std::size_t left_out = 0;
    bool changed = false;  ///< it was answered, and what comes and goes is not known yet
    std::unordered_set<DomainName> coming;  ///< named, and not followed yet
    std::vector<Instance*> going;           ///< told by it, and named by it no more

    [[nodiscard]] bool taken_in() const { return !changed && coming.empty() && going.empty(); }
  };

  // domain.cc: which instances there are.
  void add_listing(const DomainName& name, Service service, bool legacy);
  void relist(Listing& listing, std::size_t& budget);
  void take_in(Listing& listing, std::size_t& budget);
  [[nodiscard]] std::uint32_t position_of(const Listing& listing) const {
    return static_cast<std::uint32_t>(&listing - listings_.data());
  }
  [[nodiscard]] std::uint32_t bit_of(const Listing& listing) const {
    return std::uint32_t{1} << position_of(listing);
  }
  void follow(const DomainName& name, Listing& listing);
  std::size_t let_go(Instance& instance, Gone reason);
  void unfollow(Instance& instance, Gone reason);
  void touched(KeptSet& set);
  void make_dirty(Instance& instance);
  void settle();
  [[nodiscard]] bool all_listed(Service service) const;

  // domain_resolve.cc: what they are.
  void look_at(Instance& instance);
  [[nodiscard]] static std::size_t looks_of(const Instance& instance);
  void set_targets(Instance& instance);
  void release_targets(Instance& instance);
  KeptSet* use(const DomainName& name, RecordType type, Instance& instance);
  void disuse(KeptSet* set, Instance& instance);
  [[nodiscard]] std::vector<SightingKey> keys_of(const Instance& instance) const;
  [[nodiscard]] SightingKey key_of(const Instance& instance, const Told& told) const;
  [[nodiscard]] bool is_told(const Instance& instance) const;
  void hand_over(Instance& instance, Gone reason);
  void tell(Instance& instance);
  void tell_target(Instance& instance, const Target& target, std::vector<Told>& told);
  [[nodiscard]] Sighting compose(const Instance& instance, const Target& target,
                                 const Told& told) const;
  [[nodiscard]] Service service_of(const Instance& instance) const;
  [[nodiscard]] std::optional<Dnssec> dnssec_of(const Instance& instance,
                                                const Target& target) const;
  [[nodiscard]] std::size_t digest_of(const Instance& instance, const Target& target) const;
  void untell(Instance& instance, Gone reason);

  DomainOptions options_;
  SightingSink& sink_;
  std::function<Now()> clock_;
  std::function<void()> wake_;
  RecordKeeper keeper_;
  std::vector<Listing> listings_;
  std::unordered_map<DomainName, Instance> instances_;
  std::deque<Instance*> dirty_;
  std::size_t incomplete_ = 0;
  bool synced_ = false;
  bool refresh_wanted_ = false;
  std::array<bool, kServiceCount> listed_{};  ///< SightingSink::domain_listed() was told
};

}  // namespace liqo::dns
