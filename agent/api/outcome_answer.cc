#include "agent/api/outcome_answer.h"

#include <algorithm>
#include <utility>

#include "agent/json/text.h"
#include "agent/varlink/call.h"

namespace liqo::api {
namespace {

constexpr const char* kFresh = "fresh";
constexpr const char* kGone = "gone";
constexpr const char* kSuspect = "suspect";

bool is_suspect_on_lan(const SightingEntry& entry) {
  return entry.sighting->key.source == Source::kLan && entry.state == State::kSuspect;
}

}  // namespace

OutcomeAnswer::OutcomeAnswer(const Context& context, std::optional<ClusterId> cluster,
                             std::function<void()> wake)
    : context_(context),
      cluster_(std::move(cluster)),
      wake_(std::move(wake)),
      begun_(read_clocks().wall),
      patience_(context.loop),
      servers_(context.loop) {
  context_.feed.join(*this);
  patience_.arm(context_.limits.outcome_time, [this] { settle_by_now(); });
  servers_.arm(context_.limits.server_time, [this] { on_sources(); });
}

OutcomeAnswer::~OutcomeAnswer() { context_.feed.leave(*this); }

varlink::Answer::Step OutcomeAnswer::produce(std::string& out) {
  if (outcome_.empty()) return Step::kWait;
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("outcome").string(outcome_);
  if (!evidence_.empty()) {
    json.key("evidence").begin_array();
    for (const EvidenceMethod method : evidence_) json.string(to_string(method));
    json.end_array();
  }
  if (identity_) json.key("identity").string(to_string(*identity_));
  json.end_object();
  varlink::append_reply(out, text);
  return Step::kDone;
}

void OutcomeAnswer::on_event(const std::shared_ptr<const FeedEvent>& event) {
  const Change& change = event->change;
  if (change.cluster->id != cluster_) return;
  if (change.event == ChangeEvent::kRemoved) {
    settle(kGone);
  } else {
    look_at(*change.cluster);
  }
}

/// A proof of what is fresh already is no event.
void OutcomeAnswer::on_sources() {
  if (!cluster_) {
    if (context_.status.synced()) settle(kFresh);
  } else if (const Cluster* cluster = cluster_now(); cluster != nullptr) {
    if (named_ || is_refuted_now(*cluster)) look_at(*cluster);
  }
}

/// DNS answers first, and tells no more than what is published: who is behind it is waited for.
void OutcomeAnswer::look_at(const Cluster& cluster) {
  if (cluster.state == State::kSuspect && !is_refuted_now(cluster)) return;
  named_ = cluster.state == State::kFresh && proofs(cluster) == std::set{EvidenceMethod::kDns} &&
           may_answer(cluster);
  if (!named_) settle_by(cluster);
}

bool OutcomeAnswer::is_refuted_now(const Cluster& cluster) const {
  return is_refuted(cluster.identity) && !may_answer(cluster) &&
         std::any_of(cluster.sightings.begin(), cluster.sightings.end(), [this](const auto& entry) {
           return is_refuted(entry.identity()) && entry.ids->time >= begun_;
         });
}

bool OutcomeAnswer::may_answer(const Cluster& cluster) const {
  return (servers_.armed() && context_.status.is_asking_server(cluster.id)) ||
         std::any_of(cluster.sightings.begin(), cluster.sightings.end(), is_suspect_on_lan);
}

std::set<EvidenceMethod> OutcomeAnswer::proofs(const Cluster& cluster) const {
  std::set<EvidenceMethod> methods;
  for (const SightingEntry& entry : cluster.sightings) {
    const auto& [method, time] = entry.evidence;
    if (time < begun_ || !is_proof(method) || is_refuted(entry.identity())) continue;
    methods.insert(method);
  }
  return methods;
}

void OutcomeAnswer::settle(std::string outcome) {
  if (outcome_.empty()) outcome_ = std::move(outcome);
  wake_();
}

/// A doubt may end without a proof: what DNS told stays although its servers are silent.
void OutcomeAnswer::settle_by(const Cluster& cluster) {
  const bool proved = cluster.state == State::kFresh && cluster.last_seen >= begun_;
  if (proved && outcome_.empty()) evidence_ = proofs(cluster);
  if (evidence_.empty() && is_refuted(cluster.identity)) identity_ = cluster.identity;
  settle(proved ? kFresh : kSuspect);
}

void OutcomeAnswer::settle_by_now() {
  if (!cluster_) return settle(context_.status.synced() ? kFresh : kSuspect);
  const Cluster* cluster = cluster_now();
  if (cluster == nullptr) return settle(kGone);
  settle_by(*cluster);
}

const Cluster* OutcomeAnswer::cluster_now() const {
  const auto& clusters = context_.feed.registry().clusters();
  const auto found = clusters.find(*cluster_);
  return found == clusters.end() ? nullptr : found->second.get();
}

}  // namespace liqo::api
