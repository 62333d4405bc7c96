#include "agent/api/outcome_answer.h"

#include <utility>

#include "agent/varlink/call.h"

namespace liqo::api {
namespace {

constexpr const char* kFresh = "fresh";
constexpr const char* kGone = "gone";
constexpr const char* kSuspect = "suspect";

}  // namespace

OutcomeAnswer::OutcomeAnswer(const Context& context, std::optional<ClusterId> cluster,
                             std::function<void()> wake)
    : context_(context),
      cluster_(std::move(cluster)),
      wake_(std::move(wake)),
      begun_(read_clocks().wall),
      patience_(context.loop) {
  context_.feed.join(*this);
  patience_.arm(context_.limits.outcome_time, [this] { settle(outcome_by_now()); });
}

OutcomeAnswer::~OutcomeAnswer() { context_.feed.leave(*this); }

varlink::Answer::Step OutcomeAnswer::produce(std::string& out) {
  if (outcome_.empty()) return Step::kWait;
  varlink::append_reply(out, R"({"outcome":")" + outcome_ + "\"}");
  return Step::kDone;
}

void OutcomeAnswer::on_event(const std::shared_ptr<const FeedEvent>& event) {
  const Change& change = event->change;
  if (change.cluster->id != cluster_) return;
  if (change.event == ChangeEvent::kRemoved) {
    settle(kGone);
  } else if (change.cluster->state != State::kSuspect) {
    settle(outcome_of(*change.cluster));
  }
}

/// A doubt may end without a proof: what DNS told stays although its servers are silent.
std::string OutcomeAnswer::outcome_of(const Cluster& cluster) const {
  return cluster.state == State::kFresh && cluster.last_seen >= begun_ ? kFresh : kSuspect;
}

void OutcomeAnswer::on_sources() {
  if (!cluster_ && context_.status.synced()) settle(kFresh);
}

void OutcomeAnswer::settle(std::string outcome) {
  if (outcome_.empty()) outcome_ = std::move(outcome);
  wake_();
}

std::string OutcomeAnswer::outcome_by_now() const {
  if (!cluster_) return context_.status.synced() ? kFresh : kSuspect;
  const auto& clusters = context_.feed.registry().clusters();
  const auto found = clusters.find(*cluster_);
  if (found == clusters.end()) return kGone;
  return outcome_of(*found->second);
}

}  // namespace liqo::api
