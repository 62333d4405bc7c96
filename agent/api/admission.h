#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>

#include "agent/api/limits.h"
#include "resolver/time.h"

namespace liqo::api {

/// Counts connections, and says whether another may be had. Pure.
class Admission {
 public:
  /// `own_uid`: the agent's own user, who like root may use the reserved connections.
  Admission(const Limits& limits, uid_t own_uid) : limits_(limits), own_uid_(own_uid) {}

  enum class Verdict { kWelcome, kUserHasTooMany, kFull };
  [[nodiscard]] Verdict ask(uid_t uid) const;
  void entered(uid_t uid);
  void left(uid_t uid);
  [[nodiscard]] std::size_t connections() const { return total_; }

 private:
  const Limits& limits_;
  uid_t own_uid_;
  std::size_t total_ = 0;
  std::map<uid_t, std::size_t> by_user_;
};

/// How many costly calls each user may still make: a bucket of calls_at_once that fills by
/// calls_per_second. Pure.
class CallBudget {
 public:
  explicit CallBudget(const Limits& limits) : limits_(limits) {}

  /// True when the call may be made.
  bool take(uid_t uid, BootTime now);

 private:
  struct Bucket {
    double calls = 0;
    BootTime filled;
  };
  [[nodiscard]] double calls_left(const Bucket& bucket, BootTime now) const;
  void forget_full(BootTime now);

  const Limits& limits_;
  std::map<uid_t, Bucket> buckets_;
  std::size_t forget_at_ = 0;  // looks for full buckets when there are so many
};

}  // namespace liqo::api
