#include <algorithm>
#include <utility>

#include "agent/manual/source.h"

// What an add is answered with, and when.

namespace liqo::manual {

void Source::asked(const Sighting& sighting, const Result<void>& outcome) {
  if (sighting.key.source != liqo::Source::kManual) return;
  const std::string& url = sighting.key.record;
  if (find_url(entries_, url) == entries_.end()) return;
  const std::string problem = outcome ? std::string() : outcome.error().detail;
  errors_[url] = problem;
  settle(url, problem);
}

void Source::wait_for_answer(const std::string& url, Added added) {
  Waiting& waiting = waiting_.emplace_back();
  waiting.url = url;
  waiting.added = std::move(added);
  waiting.patience = std::make_unique<loop::Timer>(loop_);
  const auto entry = find_url(entries_, url);
  const auto before = errors_.find(url);
  if (before != errors_.end() && !before->second.empty()) ask_again(url);
  // What was asked or looked up before will not be told again.
  const bool settled = errors_.contains(url) || (entry != entries_.end() && !entry->url.address &&
                                                 resolver_->addresses_of(entry->url.host).tried &&
                                                 addresses_of(*entry).empty());
  waiting.patience->arm(settled ? Duration::zero() : kAnswerTime, [this, url] {
    const auto late = find_url(entries_, url);
    settle(url, late == entries_.end() ? "it was removed meanwhile" : problem_of(*late));
  });
}

/// Its server did not answer; who adds it once more has reason to think that it does now.
void Source::ask_again(const std::string& url) {
  errors_.erase(url);
  for (const auto& [id, cluster] : registry_.clusters()) {
    const std::vector<std::string> urls = urls_of(cluster->id);
    if (std::find(urls.begin(), urls.end(), url) != urls.end()) return ask_(cluster->id);
  }
}

/// Tells who waits, in the next turn: the registry has made a cluster of it by then.
void Source::settle(const std::string& url, const std::string& problem) {
  for (Waiting& waiting : waiting_) {
    if (waiting.url != url) continue;
    waiting.url.clear();
    waiting.patience->arm(Duration::zero(), [this, timer = waiting.patience.get(), problem] {
      const auto told = std::find_if(waiting_.begin(), waiting_.end(), [timer](const Waiting& w) {
        return w.patience.get() == timer;
      });
      const std::unique_ptr<loop::Timer> running = std::move(told->patience);
      const Added added = std::move(told->added);
      waiting_.erase(told);
      added(problem);
    });
  }
}

}  // namespace liqo::manual
