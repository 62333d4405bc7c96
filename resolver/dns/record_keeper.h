#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "resolver/dns/answer.h"
#include "resolver/dns/due_queue.h"
#include "resolver/dns/transport.h"
#include "resolver/dns/users.h"

namespace liqo::dns {

/// What names a record set.
struct SetKey {
  DomainName name;
  RecordType type = RecordType::kPtr;
  friend bool operator==(const SetKey&, const SetKey&) = default;
};

/// One record set that is kept right: what is known of it, and when it is asked for next. Of 10,000
/// clusters there are 40,000: its fields stand in the order that takes the least room.
struct KeptSet {
  enum class Value : std::uint8_t {
    kUnknown,  ///< no answer yet
    kRecords,
    kNoData,
    kNxDomain,
  };

  const SetKey* key = nullptr;  ///< the RecordKeeper's; never null in what it gives
  Users users;                  ///< whose it is; kept by who keeps the set

  RdataSet rdata;
  BootTime expires{};
  BootTime due{};  ///< when it is asked for next; kept by DueQueue
  BootTime asked{};
  std::unique_ptr<Transport::Query> query;  ///< under way; else it is in the DueQueue

  std::uint32_t place = DueQueue::kNowhere;  ///< in the DueQueue
  Value value = Value::kUnknown;
  std::optional<Dnssec> dnssec;
  /// The first question is over, with an answer or without.
  bool tried = false;
  /// Of the question under way, or of the last one: nothing came that could be believed.
  bool failed = false;
  std::uint8_t failures = 0;  ///< in a row; 255 stands for more
  bool changed = false;       ///< in what RecordKeeper::next_changed() gives
  bool stale = false;         ///< known, and past its end without an answer
  bool refreshing = false;    ///< refresh_all() wants it, and has no answer yet

  [[nodiscard]] const DomainName& name() const { return key->name; }
  [[nodiscard]] RecordType type() const { return key->type; }
  [[nodiscard]] bool known() const { return value != Value::kUnknown; }
  [[nodiscard]] bool denied() const { return value == Value::kNoData || value == Value::kNxDomain; }
};

/// Keeps record sets right: asks for each again before its time to live ends, and holds on to what
/// is known until an answer says otherwise. Each set has exactly one question under way, or one
/// time at which it is asked for.
///
/// An answer that fails validation changes nothing that was known better. A denial of a set that
/// had records is believed when a second answer says the same.
class RecordKeeper {
 public:
  /// A TTL of 0 (RFC 1035 section 3.2.1) is of use for this long, and no server is asked for a set
  /// more often.
  static constexpr Duration kMinTtl = std::chrono::seconds(5);
  /// systemd-resolved's bound: a change that was hidden by a mistaken TTL shows within it.
  static constexpr Duration kMaxTtl = std::chrono::hours(2);
  /// Of a denial, bounded as RFC 2308 section 5 advises: 1 to 3 hours.
  static constexpr Duration kMaxNegativeTtl = std::chrono::hours(1);
  /// RFC 9520 section 3.2: failures are remembered for 1 s to 5 min.
  static constexpr Duration kFirstRetry = std::chrono::seconds(1);
  static constexpr Duration kMaxRetry = std::chrono::minutes(5);
  /// However often someone wants it refreshed, a set is not asked for more often.
  static constexpr Duration kRefreshPace = std::chrono::milliseconds(250);
  /// Questions asked in one advance(), unless it is told otherwise: about a millisecond of work.
  /// After a sleep, or for a refresh, all sets are due at once.
  static constexpr std::size_t kMaxAsks = 256;
  /// So many failures in a row, and nothing else for so long, are an outage. When it ends, what
  /// failed is asked again at once.
  static constexpr unsigned kOutageFailures = 4;
  static constexpr Duration kOutageTime = kMinTtl;
  /// Sets that came unasked and are held until forget_others(): those of a listing's instances.
  static constexpr std::size_t kMaxOthers = 16'384;
  /// Of these, names and rdata: 256 each, and an honest set has fewer than 100. The others are
  /// asked for.
  static constexpr std::size_t kMaxOthersOctets = kMaxOthers * 256;
  /// Names and rdata of all sets that are kept: 2 KiB for each of Domain::kMaxInstances, of which
  /// an honest one takes 500. Beyond, the least of a set is kept (drop_all_but_least()).
  static constexpr std::size_t kMaxOctets = std::size_t{8} << 20U;

  struct Counters {
    std::uint64_t questions = 0;
    std::uint64_t failures = 0;
  };
  /// The last failure that is in force: nothing succeeded since.
  struct Failure {
    DomainName name;    ///< that was asked for
    std::string error;  ///< without it
    WallTime time;
  };

  /// All must outlive it. `asks`: for what is not in trouble; `retries`: for what failed last, so
  /// that many such cannot hold up the others. `clock` tells the time; `wake` is called when an
  /// answer came in, from the loop.
  RecordKeeper(Transport& asks, Transport& retries, std::function<Now()> clock,
               std::function<void()> wake, std::uint64_t seed);
  ~RecordKeeper();
  RecordKeeper(const RecordKeeper&) = delete;
  RecordKeeper& operator=(const RecordKeeper&) = delete;

  /// The set, asked for at once where it is new and no reply since the last forget_others() brought
  /// it along. Stays where it is until release().
  KeptSet& keep(const DomainName& name, RecordType type);
  void release(KeptSet& set);

  /// Due now, or as soon as kRefreshPace allows; advance() asks.
  void refresh(KeptSet& set) { make_due(set, clock_().boot); }
  void refresh_all();
  /// Sets that refresh_all() wanted, and that were not answered yet, nor in vain.
  [[nodiscard]] std::size_t refreshing() const { return refreshing_; }

  /// One of the sets that an answer or a failure touched; null when there are no more.
  KeptSet* next_changed();
  /// What came unasked, and is not kept by now, is of no use.
  void forget_others();

  /// Asks what is due, the first due first, `most` questions at the most; tells how many. Where
  /// more is due, next_deadline() says so.
  std::size_t advance(BootTime now, std::size_t most = kMaxAsks);
  /// When advance() has work next; that may be over.
  [[nodiscard]] std::optional<BootTime> next_deadline() const;
  /// When a set is asked for next.
  [[nodiscard]] std::optional<BootTime> next_question() const;

  [[nodiscard]] std::size_t size() const { return sets_.size(); }
  /// Names and rdata of what is kept.
  [[nodiscard]] std::size_t octets() const { return octets_; }
  /// Likewise, of what came unasked.
  [[nodiscard]] std::size_t others_octets() const { return others_octets_; }
  /// Sets that are known, and whose time to live was over by the last advance().
  [[nodiscard]] std::size_t stale() const { return stale_; }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  [[nodiscard]] Counters counters() const { return counters_; }
  [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
  [[nodiscard]] std::optional<NameServer> server() const { return server_; }
  [[nodiscard]] std::optional<WallTime> answered() const { return answered_; }

 private:
  struct Hash {
    std::size_t operator()(const SetKey& key) const {
      return key.name.hash() * 31 + static_cast<std::size_t>(key.type);
    }
  };
  /// What a chain of questions along CNAMEs has had so far.
  struct Chain {
    DomainName name;  ///< what is asked for now
    std::size_t aliases = 0;
    std::uint32_t ttl = ~std::uint32_t{0};
    std::optional<Dnssec> dnssec{};
    bool confirming = false;  ///< a denial that was heard once
  };

  void make_due(KeptSet& set, BootTime now);
  void ask(KeptSet& set);
  void ask_on(KeptSet& set, Chain chain);
  void on_reply(KeptSet& set, const Chain& chain, const Reply& reply);
  void take(KeptSet& set, Answer answer, bool confirmed);
  void put(KeptSet& set, Answer answer);
  void take_other(OtherSet other, BootTime asked);
  void hold_other(OtherSet other);
  void cut_to_fit(RdataSet& rdata, const KeptSet& set) const;
  void fail(KeptSet& set, const Answer& answer);
  void note_failure(KeptSet& set, const std::string& error);
  void recover(KeptSet& set);
  void note_success();
  void retry_failed(BootTime now);
  void end_refresh(KeptSet& set);
  void await(KeptSet& set);
  void end_wait(KeptSet& set);
  void turn_stale(BootTime now);
  void touch(KeptSet& set);
  [[nodiscard]] Duration jittered(Duration time);

  Transport& asks_;
  Transport& retries_;
  std::function<Now()> clock_;
  std::function<void()> wake_;
  std::minstd_rand random_;
  std::unordered_map<SetKey, KeptSet, Hash> sets_;
  DueQueue due_;
  /// Of the sets that are known, and were asked for and not answered since, those that are not
  /// stale yet, by their end: some hundreds at most, unless servers are silent.
  std::set<std::pair<BootTime, KeptSet*>> ending_;
  std::size_t stale_ = 0;
  std::deque<KeptSet*> changed_;
  std::unordered_map<SetKey, OtherSet, Hash> others_;
  std::size_t others_octets_ = 0;
  std::size_t octets_ = 0;
  unsigned failures_in_row_ = 0;
  BootTime succeeded_{};      ///< the last time
  bool outage_over_ = false;  ///< what failed in it is to be asked again
  BootTime refreshed_{};      ///< when refresh_all() was called last
  std::size_t refreshing_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t failed_ = 0;  ///< sets that failed last
  Counters counters_;
  std::optional<Failure> failure_;
  std::optional<NameServer> server_;
  std::optional<WallTime> answered_;
};

}  // namespace liqo::dns
