#include "agent/api/admission.h"

#include <algorithm>

namespace liqo::api {
namespace {

/// Buckets kept before it is worth looking for full ones, which say no more than none at all.
constexpr std::size_t kBucketsKept = 64;

}  // namespace

Admission::Verdict Admission::ask(uid_t uid) const {
  const bool reserved = uid == 0 || uid == own_uid_;
  const std::size_t places =
      limits_.max_connections - (reserved ? 0 : limits_.reserved_connections);
  const auto mine = by_user_.find(uid);
  if (mine != by_user_.end() && mine->second >= limits_.max_connections_per_user) {
    return Verdict::kUserHasTooMany;
  }
  return total_ < places ? Verdict::kWelcome : Verdict::kFull;
}

void Admission::entered(uid_t uid) {
  ++total_;
  ++by_user_[uid];
}

void Admission::left(uid_t uid) {
  --total_;
  if (--by_user_[uid] == 0) by_user_.erase(uid);
}

bool CallBudget::take(uid_t uid, BootTime now) {
  if (!buckets_.contains(uid) && buckets_.size() >= forget_at_) forget_full(now);
  Bucket& bucket = buckets_.try_emplace(uid, Bucket{limits_.calls_at_once, now}).first->second;
  bucket = Bucket{calls_left(bucket, now), now};
  if (bucket.calls < 1) return false;
  bucket.calls -= 1;
  return true;
}

double CallBudget::calls_left(const Bucket& bucket, BootTime now) const {
  const std::chrono::duration<double> passed = now - bucket.filled;
  return std::min(limits_.calls_at_once, bucket.calls + passed.count() * limits_.calls_per_second);
}

void CallBudget::forget_full(BootTime now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    return calls_left(entry.second, now) >= limits_.calls_at_once;
  });
  forget_at_ = std::max(kBucketsKept, buckets_.size() * 2);
}

}  // namespace liqo::api
