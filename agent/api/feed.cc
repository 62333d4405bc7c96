#include "agent/api/feed.h"

#include <utility>

namespace liqo::api {

Feed::Feed(loop::Loop& loop, Registry& registry, const Limits& limits, Suffix suffix)
    : registry_(registry),
      limits_(limits),
      suffix_(std::move(suffix)),
      texts_(limits.max_cached_text),
      texts_timer_(loop) {
  token_ = registry_.subscribe([this](const Change& change) { on_change(change); });
}

void Feed::join(FeedListener& listener) {
  if (listeners_.empty()) {
    // In order, each at the end: no place of a hundred thousand has to be looked for.
    for (const auto& [id, cluster] : registry_.clusters()) {
      seen_by_.emplace_hint(seen_by_.end(), id, SourceSet::of(*cluster));
    }
  }
  listeners_.insert(&listener);
}

void Feed::leave(FeedListener& listener) {
  listeners_.erase(&listener);
  if (listeners_.empty()) seen_by_.clear();
}

void Feed::renew() {
  for (FeedListener* listener : listeners_) listener->on_renewal();
}

void Feed::sources_changed() {
  for (FeedListener* listener : listeners_) listener->on_sources();
}

ClusterTexts::Text Feed::text(const std::shared_ptr<const Cluster>& cluster) {
  texts_used_ = true;
  if (!texts_timer_.armed()) {
    texts_timer_.arm(limits_.cache_time, [this] { drop_unused_texts(); });
  }
  return texts_.text(cluster, suffix_());
}

void Feed::drop_unused_texts() {
  if (!std::exchange(texts_used_, false)) return texts_.clear();
  texts_timer_.arm(limits_.cache_time, [this] { drop_unused_texts(); });
}

void Feed::on_change(const Change& change) {
  if (!listeners_.empty()) {
    auto event = std::make_shared<FeedEvent>();
    event->change = change;
    event->text = text(change.cluster);
    if (change.event != ChangeEvent::kRemoved) event->seen_after = SourceSet::of(*change.cluster);
    event->seen_before = remember(change, event->seen_after);
    for (FeedListener* listener : listeners_) listener->on_event(event);
  }
  if (change.event == ChangeEvent::kRemoved) texts_.forget(change.cluster->id);
}

SourceSet Feed::remember(const Change& change, SourceSet seen_after) {
  const ClusterId& id = change.cluster->id;
  if (change.event != ChangeEvent::kRemoved) return std::exchange(seen_by_[id], seen_after);
  const auto node = seen_by_.extract(id);
  return node.empty() ? SourceSet() : node.mapped();
}

}  // namespace liqo::api
