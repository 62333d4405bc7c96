#include "agent/registry/deadlines.h"

#include <algorithm>
#include <utility>

namespace liqo {

void Deadlines::update(Entry& entry) {
  const BootTime due = std::min({entry.leaves_at, entry.stale_at, entry.doubt_due});
  if (due == kNever) return remove(entry);
  if (!entry.queued) {
    entry.deadline = queue_.emplace(due, &entry);
    entry.queued = true;
  } else if (entry.deadline->first != due) {
    // Each answer moves a DNS sighting's: the node is kept.
    auto node = queue_.extract(entry.deadline);
    node.key() = due;
    entry.deadline = queue_.insert(std::move(node));
  }
}

void Deadlines::remove(Entry& entry) {
  if (entry.queued) queue_.erase(entry.deadline);
  entry.queued = false;
}

std::optional<BootTime> Deadlines::next() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first;
}

Entry* Deadlines::take_due(BootTime now) {
  if (queue_.empty() || queue_.begin()->first > now) return nullptr;
  Entry* entry = queue_.begin()->second;
  remove(*entry);
  return entry;
}

BootTime Pacer::slot(BootTime now) {
  if (slot_ <= now - interval_) {
    slot_ = now;
    used_ = 0;
  } else if (used_ >= burst_) {
    slot_ += interval_;
    used_ = 0;
  }
  ++used_;
  return std::max(slot_, now);
}

}  // namespace liqo
