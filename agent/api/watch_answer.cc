#include "agent/api/watch_answer.h"

#include <utility>

#include "agent/varlink/call.h"

namespace liqo::api {

struct WatchAnswer::Piece {
  std::string& out;
  std::size_t events = 0;
};

WatchAnswer::WatchAnswer(const Context& context, SourceSet sources, std::function<void()> wake)
    : context_(context),
      sources_(sources),
      wake_(std::move(wake)),
      snapshot_(context.feed.registry(), sources) {
  context_.feed.join(*this);
}

WatchAnswer::~WatchAnswer() { context_.feed.leave(*this); }

void WatchAnswer::on_event(const std::shared_ptr<const FeedEvent>& event) {
  // What the snapshot did not come to yet, it will show as it is then.
  if (resync_ || !snapshot_.passed(event->change.cluster->id)) return;
  if (!sources_.wants(event->seen_before) && !sources_.wants(event->seen_after)) return;
  const std::size_t octets = event->text->size();
  // A single change is taken whatever its size, or a large cluster would never be told.
  if (!queue_.empty() && queued_octets_ + octets > context_.limits.watch_queue) {
    context_.feed.count_resync();
    start_over();
  } else {
    queue_.push_back(event);
    queued_octets_ += octets;
  }
  wake_();
}

void WatchAnswer::on_renewal() {
  start_over();
  wake_();
}

void WatchAnswer::start_over() {
  resync_ = true;
  queue_.clear();
  queued_octets_ = 0;
}

varlink::Answer::Step WatchAnswer::produce(std::string& out) {
  Piece piece{out};
  if (std::exchange(resync_, false)) {
    append(piece, "resync", {}, nullptr);
    snapshot_.restart();
    synced_ = false;
  }
  if (!synced_) tell_snapshot(piece);
  if (synced_) tell_changes(piece);
  if (piece.events == 0) return Step::kWait;
  out += "]}";
  varlink::end_reply(out, /*continues=*/true);
  return synced_ && queue_.empty() ? Step::kWait : Step::kMore;
}

void WatchAnswer::tell_snapshot(Piece& piece) {
  snapshot_.go_on([&](const std::shared_ptr<const Cluster>& cluster) {
    append(piece, to_string(ChangeEvent::kAdded), to_string(ChangeReason::kSnapshot),
           context_.feed.text(cluster).get());
    return !is_full(piece);
  });
  if (!snapshot_.ended() || is_full(piece)) return;
  append(piece, "sync", {}, nullptr);
  synced_ = true;
}

void WatchAnswer::tell_changes(Piece& piece) {
  while (!queue_.empty() && !is_full(piece)) {
    append_change(piece, *queue_.front());
    queued_octets_ -= queue_.front()->text->size();
    queue_.pop_front();
  }
}

/// As it looks to one who sees only what some of the sources see.
void WatchAnswer::append_change(Piece& piece, const FeedEvent& event) {
  const Change& change = event.change;
  ChangeEvent shown = change.event;
  ChangeReason reason = change.reason;
  if (change.event == ChangeEvent::kChanged && !sources_.wants(event.seen_before)) {
    shown = ChangeEvent::kAdded;
    reason = ChangeReason::kDiscovered;
  } else if (change.event == ChangeEvent::kChanged && !sources_.wants(event.seen_after)) {
    shown = ChangeEvent::kRemoved;
    reason = ChangeReason::kWithdrawnOrExpired;
  }
  append(piece, to_string(shown), to_string(reason), event.text.get());
}

void WatchAnswer::append(Piece& piece, std::string_view event, std::string_view reason,
                         const std::string* cluster) {
  std::string& out = piece.out;
  if (piece.events == 0) varlink::begin_reply(out);
  out.append(piece.events++ == 0 ? R"({"events":[)" : ",");
  out.append(R"({"seq":)").append(std::to_string(++seq_));
  out.append(R"(,"event":")").append(event).append("\"");
  if (!reason.empty()) out.append(R"(,"reason":")").append(reason).append("\"");
  if (cluster != nullptr) out.append(R"(,"cluster":)").append(*cluster);
  out += '}';
}

bool WatchAnswer::is_full(const Piece& piece) const {
  return piece.events >= context_.limits.max_piece || piece.out.size() >= kPiece;
}

}  // namespace liqo::api
