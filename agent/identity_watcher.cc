#include "agent/identity_watcher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>
#include <utility>

#include "agent/identity/askable.h"
#include "agent/probe/ids.h"

namespace liqo {
namespace {

/// Validation was asked for and did not come out well: nobody is to be led there.
bool is_unvalidated(const Sighting& sighting) {
  return sighting.dnssec == Dnssec::kBogus || sighting.dnssec == Dnssec::kIndeterminate;
}

/// Who answers, where somebody does.
Result<probe::Ids> read_answer(const probe::HttpsOutcome& outcome) {
  if (outcome.stage != probe::HttpsStage::kDone) return outcome.error;
  if (outcome.status != 200) {
    return Error{Errc::kMalformed, "/ids was answered with HTTP status " +
                                       std::to_string(outcome.status) + "; expected 200"};
  }
  return probe::parse_ids(outcome.body);
}

}  // namespace

IdentityWatcher::IdentityWatcher(loop::Loop& loop, Registry& registry, RegistryDriver& driver,
                                 probe::Https& https)
    : registry_(registry),
      driver_(driver),
      https_(https),
      next_(loop),
      walk_(loop),
      token_(registry.subscribe([this](const Change& change) { on_change(change); })) {
  driver_.set_manual_checker([this](const ClusterId& cluster) { ask(cluster); });
}

void IdentityWatcher::configure(const VerifyConfig& verify) {
  if (std::exchange(enabled_, verify.ids) == verify.ids) return;
  if (!enabled_) {
    schedule_.clear();
    next_.cancel();
    walk_.cancel();
    return;
  }
  walk(/*ask=*/false);
}

void IdentityWatcher::set_local_network(const LocalNetwork& network) {
  if (network == network_) return;
  network_ = network;
  if (!enabled_) return;
  walked_.clear();
  walk_.arm(kSettle, [this] { step(); });
}

void IdentityWatcher::on_change(const Change& change) {
  if (!enabled_) return;
  const Cluster& cluster = *change.cluster;
  if (change.event == ChangeEvent::kRemoved) {
    schedule_.forget(cluster.id);
  } else {
    schedule_.set_endpoints(cluster.id, endpoints_of(cluster), read_clocks());
  }
  pump();
}

std::vector<identity::Schedule::Endpoint> IdentityWatcher::endpoints_of(
    const Cluster& cluster) const {
  std::vector<identity::Schedule::Endpoint> endpoints;
  for (const SightingEntry& entry : cluster.sightings) {
    const Sighting& sighting = *entry.sighting;
    if (sighting.key.service != Service::kAuth || sighting.port == 0 || is_unvalidated(sighting) ||
        identity::askable_addresses(sighting, network_).empty()) {
      continue;
    }
    endpoints.push_back({entry.sighting, entry.ids != nullptr});
  }
  return endpoints;
}

void IdentityWatcher::ask(const ClusterId& id) {
  const auto found = registry_.clusters().find(id);
  if (!enabled_ || found == registry_.clusters().end()) return;
  schedule_.ask_again(id, endpoints_of(*found->second), read_clocks());
  pump();
}

void IdentityWatcher::ask_all() {
  if (enabled_) walk(/*ask=*/true);
}

void IdentityWatcher::walk(bool ask) {
  walk_asks_ = walk_asks_ || ask;
  walked_.clear();
  walk_.arm(Duration::zero(), [this] { step(); });
}

void IdentityWatcher::step() {
  const auto& clusters = registry_.clusters();
  const Now now = read_clocks();
  auto next = clusters.upper_bound(walked_);
  for (std::size_t i = 0; i < kBatch && next != clusters.end(); ++i, ++next) {
    look_at(*next->second, now);
    walked_ = next->first;
  }
  pump();
  if (next != clusters.end()) {
    walk_.arm(Duration::zero(), [this] { step(); });
    return;
  }
  walk_asks_ = false;
  logged_ = 0;
  walked_.clear();
  walk_.arm(kSweep, [this] { step(); });
}

void IdentityWatcher::look_at(const Cluster& cluster, Now now) {
  const auto is_old = [before = now.wall - kAgain](const SightingEntry& entry) {
    return entry.ids && entry.ids->time < before;
  };
  const bool ask =
      walk_asks_ || std::any_of(cluster.sightings.begin(), cluster.sightings.end(), is_old);
  if (ask) {
    schedule_.ask_again(cluster.id, endpoints_of(cluster), now);
  } else {
    schedule_.set_endpoints(cluster.id, endpoints_of(cluster), now);
  }
}

void IdentityWatcher::pump() {
  const Now now = read_clocks();
  while (identity::Question* question = schedule_.take(now)) begin(*question);
  next_.arm_at(schedule_.next(), [this] { pump(); });
}

void IdentityWatcher::begin(identity::Question& question) {
  const Sighting& sighting = *question.sighting;
  probe::HttpsRequest request;
  request.host = sighting.target_host.to_string();
  request.port = sighting.port;
  request.path = probe::kIdsPath;
  request.addresses = identity::askable_addresses(sighting, network_);
  ++counters_.asked;
  question.carrier =
      https_.get(std::move(request), [this, &question](const probe::HttpsOutcome& outcome) {
        IdentityWatcher* const self = this;  // the question goes, and this call's captures with it
        self->finish(question, outcome);
        self->pump();
      });
}

void IdentityWatcher::finish(identity::Question& question, const probe::HttpsOutcome& outcome) {
  const auto sighting = question.sighting;
  const Now now = read_clocks();
  auto ids = read_answer(outcome);
  if (!ids) {
    schedule_.failed(question, now);
    driver_.touched();  // who waited for the answer is told that it does not come
    told_(*sighting, ids.error());
    return;
  }
  ++counters_.answered;
  const ClusterId cluster = *question.cluster;
  schedule_.settled(question);
  const IdsAnswer answer{ids->id, ids->name, outcome.fingerprint, now.wall};
  const auto verdict = registry_.identified(*sighting, answer, now);
  if (verdict && is_refuted(*verdict)) tell(*sighting, cluster, answer, *verdict);
  driver_.touched();
  told_(*sighting, {});
}

void IdentityWatcher::tell(const Sighting& sighting, const ClusterId& cluster,
                           const IdsAnswer& answer, Identity verdict) {
  if (logged_++ >= kLogLines) return;
  const std::string where = sighting.target_host.to_string() + ":" + std::to_string(sighting.port);
  if (verdict == Identity::kMismatch) {
    spdlog::warn("cluster {}: {} says that it is {}; it is not used", cluster, where, answer.id);
  } else {
    spdlog::warn(
        "cluster {}: {} shows another certificate, {}; it is not used until `liqo-discovery trust "
        "{}` accepts it",
        cluster, where, answer.fingerprint, cluster);
  }
}

bool IdentityWatcher::is_asking(const ClusterId& cluster) const {
  return schedule_.is_asking(cluster, read_clocks());
}

IdentityWatcher::Counters IdentityWatcher::counters() const {
  Counters counters = counters_;
  counters.waiting = schedule_.size();
  counters.in_flight = schedule_.in_flight();
  return counters;
}

}  // namespace liqo
