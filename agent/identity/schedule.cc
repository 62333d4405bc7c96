#include "agent/identity/schedule.h"

#include <algorithm>
#include <utility>

namespace liqo::identity {

Schedule::Schedule(ScheduleOptions options) : options_(options) {}

void Schedule::set_endpoints(const ClusterId& cluster, const std::vector<Endpoint>& endpoints,
                             Now now) {
  put(cluster, endpoints, /*force=*/false, now);
}

void Schedule::ask_again(const ClusterId& cluster, const std::vector<Endpoint>& endpoints,
                         Now now) {
  put(cluster, endpoints, /*force=*/true, now);
}

void Schedule::put(const ClusterId& cluster, const std::vector<Endpoint>& endpoints, bool force,
                   Now now) {
  const auto known = clusters_.find(cluster);
  Questions before = known == clusters_.end() ? Questions() : std::move(known->second);
  Questions after;
  const auto of = [](Questions& questions, const Endpoint& endpoint) {
    return std::find_if(questions.begin(), questions.end(), [&endpoint](const auto& question) {
      return question && same_auth_endpoint(*question->sighting, *endpoint.sighting);
    });
  };
  for (const Endpoint& endpoint : endpoints) {
    if (of(after, endpoint) != after.end()) continue;
    const auto old = of(before, endpoint);
    const bool asked_already = old != before.end() && ((*old)->forced || !endpoint.answered);
    if (!asked_already && endpoint.answered && !force) continue;
    if (old != before.end()) {
      after.push_back(std::move(*old));
      after.back()->sighting = endpoint.sighting;  // one that is still told
    } else {
      after.push_back(std::make_unique<Question>(Question{cluster, endpoint.sighting}));
      ++size_;
      arm(*after.back(), now.boot + (force ? Duration::zero() : options_.settle));
    }
    Question& question = *after.back();
    if (!force) continue;
    question.forced = true;
    question.wait = Duration::zero();
    if (!question.asking) arm(question, now.boot);
  }
  for (const auto& gone : before) {
    if (gone) drop(*gone);
  }
  if (!after.empty()) {
    clusters_[cluster] = std::move(after);
  } else if (known != clusters_.end()) {
    clusters_.erase(known);
  }
}

void Schedule::forget(const ClusterId& cluster) {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return;
  for (const auto& question : known->second) drop(*question);
  clusters_.erase(known);
}

void Schedule::clear() {
  while (!clusters_.empty()) forget(clusters_.begin()->first);
}

std::optional<BootTime> Schedule::next() const {
  if (due_.empty() || in_flight_ >= options_.max_in_flight) return std::nullopt;
  return due_.begin()->first;
}

Question* Schedule::take(Now now) {
  const auto due = next();
  if (!due || *due > now.boot) return nullptr;
  Question* const question = due_.begin()->second;
  due_.erase(due_.begin());
  question->due.reset();
  question->asking = true;
  ++in_flight_;
  return question;
}

void Schedule::settled(Question& question) {
  drop(question);
  const auto known = clusters_.find(question.cluster);
  Questions& questions = known->second;
  std::erase_if(questions, [&question](const auto& each) { return each.get() == &question; });
  if (questions.empty()) clusters_.erase(known);
}

void Schedule::failed(Question& question, Now now) {
  question.carrier.reset();
  question.asking = false;
  --in_flight_;
  question.wait = question.wait == Duration::zero()
                      ? options_.retry_first
                      : std::min(question.wait * 2, options_.retry_max);
  arm(question, now.boot + question.wait);
}

void Schedule::arm(Question& question, BootTime due) {
  if (question.due) due_.erase(*question.due);
  question.due = due_.emplace(due, &question);
}

/// Takes it out of every count; it is destroyed by who holds it.
void Schedule::drop(Question& question) {
  if (question.asking) --in_flight_;
  if (question.due) due_.erase(*question.due);
  --size_;
}

}  // namespace liqo::identity
