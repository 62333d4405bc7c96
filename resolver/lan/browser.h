#pragma once

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "resolver/lan/composition.h"
#include "resolver/lan/instance.h"
#include "resolver/lan/interfaces.h"
#include "resolver/lan/messages.h"
#include "resolver/lan/name_memory.h"
#include "resolver/lan/waiting_pool.h"

namespace liqo::lan {

/// Makes sightings of the records that the helper tells. Pure: takes the time as an argument, hands
/// its wishes to `send`, and what it sees to the sink.
///
/// It follows the PTR records of the three service types; SRV and TXT of each instance that they
/// list; A and AAAA of each target. An instance is *pending* until something of it was told to the
/// sink; no more than `max_pending` are, others wait (WaitingPool). What it learns of one
/// transport family counts for the other on the same interface: the newest SRV and TXT record are
/// in force, and all addresses are, so that a change is one change.
///
/// Records are taken in with on_record() and on_watch(); flush() then looks at what they touched.
class Browser {
 public:
  /// What is wanted and missing when SRV and an address are there is asked by Avahi within 100 ms,
  /// and answered at once where it is a unique record (RFC 6762 section 6).
  static constexpr Duration kGrace = std::chrono::milliseconds(150);
  /// A flushed record goes a second after its successor came (RFC 6762 section 10.2).
  static constexpr Duration kSettle = std::chrono::milliseconds(1200);
  /// The addresses that one packet brought or took come within this time.
  static constexpr Duration kGather = std::chrono::milliseconds(20);
  /// Addresses that come so soon after an instance was told first belong to that first news.
  static constexpr Duration kFirstNews = std::chrono::milliseconds(500);
  /// How long an instance keeps being told after its last address went, or its target changed to a
  /// host without one: as long as Avahi takes to ask twice.
  static constexpr Duration kAddressless = std::chrono::seconds(3);
  /// A pending instance that was silent for this time gives up its place to one that waits. It runs
  /// from when Avahi has begun on it, and it has asked once by then.
  static constexpr Duration kPatience = std::chrono::seconds(1);
  /// From when the helper was told of it. Hundreds of watches are made one by one, each a call to
  /// avahi-daemon, which has the answers to the others to take in.
  static constexpr Duration kMostPatience = std::chrono::seconds(5);
  /// The first pass is over this long after the PTR watches said so, whoever is still pending.
  static constexpr Duration kFirstPass = std::chrono::seconds(2);
  /// A watch that failed is made anew after this time.
  static constexpr Duration kWatchRetry = std::chrono::seconds(5);
  /// Instances that were left out for want of room are listed again when those that waited have had
  /// their turn, but no more often than this.
  static constexpr Duration kRelist = std::chrono::seconds(10);
  /// Of TXT rdata altogether; records beyond are kept without their attributes. 1,300 octets, large
  /// by RFC 6763 section 6.2, for each of 12,288 instances.
  static constexpr std::size_t kMaxTxtOctets = 16 * 1024 * 1024;
  /// Instances looked at in one flush: a few milliseconds of work.
  static constexpr std::size_t kLooksPerFlush = 1000;

  struct Options {
    std::size_t max_instances = 12'288;
    std::size_t max_pending = 512;
    std::uint64_t seed = 0;  ///< of the draw among those who wait
  };
  struct Counters {
    std::uint64_t over_limit = 0;
    std::uint64_t malformed = 0;
    std::uint64_t silent = 0;
  };
  using Send = std::function<void(const ToHelper&)>;

  /// All of them must outlive it.
  Browser(Options options, const Interfaces& interfaces, SightingSink& sink, Send send);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  // The backend. While it is away nothing is known and nothing is told as unseen.
  void backend_running(BootTime now);
  void backend_lost(BootTime now);
  void on_record(const RecordReport& report, BootTime now);
  void on_watch(const WatchReport& report, BootTime now);

  /// The interfaces were updated.
  void links_changed(const Interfaces::Update& update, BootTime now);
  /// Makes the PTR watches anew, so that the LAN is asked again.
  void refresh(BootTime now);

  /// Tells the sink what changed. Call it after any of the above, and when next_deadline() comes.
  void flush(BootTime now);
  [[nodiscard]] std::optional<BootTime> next_deadline() const;

  [[nodiscard]] bool synced() const { return synced_; }
  [[nodiscard]] std::size_t followed() const { return instances_.size(); }
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  [[nodiscard]] std::size_t waiting() const { return pool_.size(); }
  [[nodiscard]] Counters counters() const { return counters_; }

 private:
  /// The PTR watch of a service, and the one that is to follow it.
  struct TypeWatch {
    DomainName name;
    std::uint32_t watch = 0;
    std::uint32_t successor = 0;
    bool all_for_now = false;
  };
  /// What the id of a watch stands for; `instance` or `host` or neither.
  struct Target {
    RecordType type = RecordType::kPtr;
    Service service = Service::kAuth;
    Instance* instance = nullptr;
    Host* host = nullptr;
    std::uint32_t epoch = 0;  ///< what was told before it and not by it is gone
    bool exhausted = false;   ///< what it tells from now on is announced
  };
  struct Retry {
    BootTime at;
    std::uint32_t watch;
    friend auto operator<=>(const Retry&, const Retry&) = default;
  };

  // browser.cc: the backend, and the watches.
  std::uint32_t watch(const DomainName& name, Target target);
  void unwatch(std::uint32_t& id);
  [[nodiscard]] DomainName name_of(const Target& target) const;
  [[nodiscard]] std::uint32_t& id_of(const Target& target, std::uint32_t id);
  [[nodiscard]] static Followed& followed(const Target& target);
  void touch(const Target& target);
  static void hear(const Target& target, std::uint32_t interface);
  void all_told(const Target& target, std::uint32_t id, WatchEvent event, BootTime now);
  void forget_untold(const Target& target);
  void remake_failed(BootTime now);
  void sync_if_complete(BootTime now);

  // browser_follow.cc: which instances and hosts are followed.
  void on_ptr(const Target& target, const RecordReport& report, BootTime now);
  void list(Listing listing, BootTime now);
  void unlist_before(Service service, std::uint32_t epoch);
  void follow(Listing listing, BootTime now);
  void unfollow(Instance& instance, BootTime now);
  void fill_places(BootTime now);
  void set_hosts(Instance& instance);
  Host* host_of(const DomainName& name, Instance& user);
  void release(Host& host, Instance& user);
  [[nodiscard]] bool has_place() const;

  // browser_tell.cc: what the sink is told.
  void look_at(Instance& instance, BootTime now);
  void look_at(const Instance& instance, std::uint32_t interface, OnLink& on, BootTime now);
  void consider_first(OnLink& on, Composition composition, BootTime now);
  void consider_change(OnLink& on, Composition composition, BootTime now);
  void consider_addresses(OnLink& on, Composition composition, BootTime now);
  void tell(OnLink& on, Sighting sighting);
  void tell_families(const Instance& instance, std::uint32_t interface, OnLink& on);
  void untell(OnLink& on, Family family, Gone reason);
  void untell(OnLink& on, Gone reason);
  void set_pending(Instance& instance, bool pending, BootTime now);
  void be_patient(Instance& instance, BootTime until);
  void schedule(Instance& instance);

  Options options_;
  const Interfaces& interfaces_;
  SightingSink& sink_;
  Send send_;

  bool running_ = false;
  bool synced_ = false;
  std::optional<BootTime> first_pass_by_;
  std::array<TypeWatch, kServiceCount> types_;
  std::unordered_map<std::uint32_t, Target> watches_;
  std::uint32_t last_watch_ = 0;
  std::set<Retry> retries_;
  std::uint64_t order_ = 0;
  std::uint32_t epoch_ = 0;

  std::unordered_map<DomainName, std::unique_ptr<Instance>> instances_;
  std::unordered_map<DomainName, std::unique_ptr<Host>> hosts_;
  std::set<std::pair<BootTime, Instance*>> pending_;  ///< by patience_ends
  std::set<std::pair<BootTime, Instance*>> due_;
  std::unordered_set<Instance*> touched_;
  NameMemory known_;
  WaitingPool pool_;
  bool full_ = false;  ///< as many as may be are followed, as of the last flush
  BootTime listed_at_{};
  BootTime draw_at_{};
  std::size_t txt_octets_ = 0;
  Counters counters_;
};

}  // namespace liqo::lan
