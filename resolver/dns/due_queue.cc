#include "resolver/dns/due_queue.h"

#include "resolver/dns/record_keeper.h"

namespace liqo::dns {

void DueQueue::put(KeptSet& set, BootTime due) {
  if (set.place == kNowhere) {
    heap_.push_back(&set);
    set.place = static_cast<std::uint32_t>(heap_.size() - 1);
  }
  set.due = due;
  rise(set, set.place);
  sink(set, set.place);
}

void DueQueue::remove(KeptSet& set) {
  const std::size_t at = set.place;
  if (at == kNowhere) return;
  set.place = kNowhere;
  KeptSet& last = *heap_.back();
  heap_.pop_back();
  if (&last == &set) return;
  rise(last, at);
  sink(last, last.place);
}

void DueQueue::place(KeptSet& set, std::size_t at) {
  heap_[at] = &set;
  set.place = static_cast<std::uint32_t>(at);
}

/// From a place that is its own for the asking, up past those that are due later.
void DueQueue::rise(KeptSet& set, std::size_t at) {
  for (; at > 0 && set.due < heap_[(at - 1) / 2]->due; at = (at - 1) / 2) {
    place(*heap_[(at - 1) / 2], at);
  }
  place(set, at);
}

/// Likewise, down past those that are due sooner.
void DueQueue::sink(KeptSet& set, std::size_t at) {
  for (std::size_t child = 2 * at + 1; child < heap_.size(); child = 2 * at + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1]->due < heap_[child]->due) ++child;
    if (set.due <= heap_[child]->due) break;
    place(*heap_[child], at);
    at = child;
  }
  place(set, at);
}

}  // namespace liqo::dns
