#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/registry/cluster.h"
#include "resolver/time.h"

namespace liqo {

struct Record;
struct Entry;

/// No point in time: later than all.
inline constexpr BootTime kNever = BootTime::max();

/// What its source last said of a sighting.
enum class Listing : std::uint8_t {
  kListed,
  kWithdrawn,  ///< no longer seen; goes at `leaves_at`
  kUnlisted,   ///< its source was lost, or the state file kept it, and it was not told since
};

/// How far a doubt has come.
enum class Doubt : std::uint8_t {
  kNone,
  kWaiting,  ///< will be asked at `doubt_due`
  kAsked,    ///< is refuted at `doubt_due` unless a proof comes
  kRefuted,  ///< hidden; asked again at `doubt_due`
};

using DeadlineQueue = std::multimap<BootTime, Entry*>;

/// One sighting and where it stands.
struct Entry {
  std::shared_ptr<const Sighting> sighting;
  Record* record = nullptr;
  Evidence evidence;
  BootTime leaves_at = kNever;
  BootTime stale_at = kNever;        ///< kNever once it is
  BootTime unlisted_until = kNever;  ///< goes then, whoever answers there; see unlisted_limit
  BootTime doubt_due = kNever;
  Duration reask{};                      ///< until the next question; of a refuted one
  std::optional<WallTime> expires;       ///< the end of its TTL; DNS only
  std::shared_ptr<const IdsAnswer> ids;  ///< who answered there last; auth only
  Gone leave_reason = Gone::kWithdrawnOrExpired;
  Listing listing = Listing::kListed;
  Doubt doubt = Doubt::kNone;
  bool stale = false;
  bool queued = false;               ///< `deadline` is valid; kept by Deadlines
  DeadlineQueue::iterator deadline;  ///< likewise

  [[nodiscard]] bool hidden() const { return doubt == Doubt::kRefuted; }
  /// Whether its TTL and its source's word alone decide over it (Registry).
  [[nodiscard]] bool from_dns() const { return sighting->key.source == Source::kDns; }
  /// Whether it is what a user said: nothing but that word ends it.
  [[nodiscard]] bool by_hand() const { return sighting->key.source == Source::kManual; }
  [[nodiscard]] SightingEntry view() const;
};

/// One cluster id, its entries, and what was told of it.
struct Record {
  const ClusterId* id = nullptr;  ///< its key in the registry; never null
  WallTime first_seen;
  std::vector<Entry*> entries;  ///< in the order in which they were first seen
  std::shared_ptr<const Cluster> told;
  /// The name it asks for, and how early it did; kept by NameClaims.
  std::string claim;
  std::uint64_t claim_order = 0;
  bool holds = false;  ///< was given it, and keeps it from an id that comes later
  /// Its claim is what it held before a restart, and it keeps that name until it is told one, or
  /// its auth endpoint, which may be all that tells it, has none.
  bool resumes = false;
  Source founder = Source::kLan;  ///< the first to tell it; it counts for this one's limit
  Gone last_gone = Gone::kWithdrawnOrExpired;  ///< why its last entry went

  // Between a change and its telling.
  bool dirty = false;             ///< queued to be told
  bool rebuilt = false;           ///< in the batch that is told now; `next` holds
  std::shared_ptr<Cluster> next;  ///< null: it is not listed any more
};

}  // namespace liqo
