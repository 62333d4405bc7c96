#include "agent/identity/schedule.h"

#include <algorithm>
#include <numeric>
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
  const auto known = clusters_.try_emplace(cluster).first;
  Questions before = std::move(known->second);
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
      after.push_back(std::make_unique<Question>(Question{&known->first, endpoint.sighting}));
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
  known->second = std::move(after);
  if (known->second.empty()) clusters_.erase(known);
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

bool Schedule::is_asking(const ClusterId& cluster, Now now) const {
  const auto known = clusters_.find(cluster);
  if (known == clusters_.end()) return false;
  return std::any_of(known->second.begin(), known->second.end(), [&](const auto& question) {
    return question->asking || (*question->due)->first <= now.boot + options_.settle;
  });
}

std::size_t Schedule::in_flight() const {
  return std::accumulate(in_flight_.begin(), in_flight_.end(), std::size_t{0});
}

/// That of the source whose next question is due first, of those that may have another under way.
const Schedule::Due* Schedule::next_queue() const {
  const Due* first = nullptr;
  if (in_flight() >= options_.max_in_flight) return first;
  for (std::size_t source = 0; source < kSources; ++source) {
    const Due& due = due_[source];
    if (due.empty() || in_flight_[source] >= options_.max_in_flight_per_source) continue;
    if (first == nullptr || due.begin()->first < first->begin()->first) first = &due;
  }
  return first;
}

std::optional<BootTime> Schedule::next() const {
  const Due* const due = next_queue();
  if (due == nullptr) return std::nullopt;
  return due->begin()->first;
}

Question* Schedule::take(Now now) {
  const Due* const due = next_queue();
  if (due == nullptr || due->begin()->first > now.boot) return nullptr;
  Question* const question = due->begin()->second;
  due_[question->source()].erase(*question->due);
  question->due.reset();
  question->asking = true;
  ++in_flight_[question->source()];
  return question;
}

void Schedule::settled(Question& question) {
  drop(question);
  const auto known = clusters_.find(*question.cluster);
  Questions& questions = known->second;
  std::erase_if(questions, [&question](const auto& each) { return each.get() == &question; });
  if (questions.empty()) clusters_.erase(known);
}

void Schedule::failed(Question& question, Now now) {
  question.carrier.reset();
  question.asking = false;
  --in_flight_[question.source()];
  question.wait = question.wait == Duration::zero()
                      ? options_.retry_first
                      : std::min(question.wait * 2, options_.retry_max);
  arm(question, now.boot + question.wait);
}

void Schedule::arm(Question& question, BootTime due) {
  Due& queue = due_[question.source()];
  if (question.due) queue.erase(*question.due);
  question.due = queue.emplace(due, &question);
}

/// Takes it out of every count; it is destroyed by who holds it.
void Schedule::drop(Question& question) {
  if (question.asking) --in_flight_[question.source()];
  if (question.due) due_[question.source()].erase(*question.due);
  --size_;
}

}  // namespace liqo::identity
