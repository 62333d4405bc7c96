#include "agent/manual/source.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "agent/state/whole_file.h"

namespace liqo::manual {
namespace {

auto find_url(Entries& entries, const std::string& url) {
  return std::find_if(entries.begin(), entries.end(),
                      [&url](const Entry& entry) { return entry.url.to_string() == url; });
}

bool is_meant(const Entry& entry, const std::string& reference,
              const std::optional<ClusterId>& cluster) {
  if (cluster &&
      (entry.id == *cluster || (entry.id.empty() && provisional_label(entry) == *cluster)))
    return true;
  const auto url = parse_auth_url(reference);
  return (url && entry.url == *url) || (!entry.name.empty() && entry.name == reference);
}

}  // namespace

Source::Source(loop::Loop& loop, Registry& registry, SightingSink& sink, std::string directory,
               const MakeResolver& make_resolver)
    : loop_(loop),
      registry_(registry),
      sink_(sink),
      directory_(std::move(directory)),
      resolver_(make_resolver(loop, [this](const DomainName& host) { on_host(host); })),
      token_(registry.subscribe([this](const liqo::Change& change) { on_registry(change); })) {}

void Source::load() {
  auto read = read_entries(directory_);
  if (read) return commit(*std::move(read));
  if (read.error().code == Errc::kNotFound) return;
  const std::string path = directory_ + "/" + std::string(kFileName);
  if (read.error().code == Errc::kIo) {
    spdlog::error("what was added by hand is not known: {}", read.error().detail);
    return;
  }
  spdlog::error("ignoring {}: {}; {}", path, read.error().detail, state::put_aside(path));
}

Result<void> Source::add(const AuthUrl& url, std::string name, Added added) {
  const std::string text = url.to_string();
  const bool known = find_url(entries_, text) != entries_.end();
  if (!known && entries_.size() + changes_.size() >= kMaxEntries) {
    return Error{Errc::kLimitReached,
                 "at most " + std::to_string(kMaxEntries) + " clusters can be added by hand"};
  }
  return queue(
      [url, text, name = std::move(name), now = read_clocks().wall](Entries& entries) {
        const auto entry = find_url(entries, text);
        if (entry == entries.end()) {
          entries.push_back({url, name, {}, now});
        } else if (!name.empty()) {
          entry->name = name;
        }
      },
      [this, text, added = std::move(added)](const Result<void>& outcome) {
        if (!outcome) return added(outcome.error());
        wait_for_answer(text, added);
      });
}

Result<void> Source::remove(const std::string& reference, const std::optional<ClusterId>& cluster,
                            Done done) {
  const auto meant = [reference, cluster](const Entry& entry) {
    return is_meant(entry, reference, cluster);
  };
  if (std::none_of(entries_.begin(), entries_.end(), meant)) {
    return Error{Errc::kNotFound, "it was not added by hand"};
  }
  return queue([meant](Entries& entries) { std::erase_if(entries, meant); }, std::move(done));
}

Result<void> Source::queue(std::function<void(Entries&)> apply, Done done) {
  if (changes_.size() >= kMaxWaiting) {
    return Error{Errc::kLimitReached, "too many changes wait for the disk"};
  }
  changes_.push_back({std::move(apply), std::move(done)});
  if (!work_) write_next();
  return {};
}

void Source::write_next() {
  const auto next = std::make_shared<Entries>(entries_);
  changes_.front().apply(*next);
  const auto result = std::make_shared<Result<void>>();
  work_ = std::make_unique<loop::Work>(
      loop_, [directory = directory_, next, result] { *result = write_entries(directory, *next); },
      [this, next, result] {
        work_.reset();
        const Done done = std::move(changes_.front().done);
        changes_.pop_front();
        if (*result) commit(std::move(*next));
        done(*result);
        if (!changes_.empty() && !work_) write_next();
      });
}

/// What is on the disk now, and counts.
void Source::commit(Entries entries) {
  const Entries before = std::exchange(entries_, std::move(entries));
  for (const Entry& old : before) {
    const auto stays = std::find(entries_.begin(), entries_.end(), old);
    if (stays != entries_.end()) continue;
    const auto renamed = find_url(entries_, old.url.to_string());
    if (renamed == entries_.end()) {
      errors_.erase(old.url.to_string());
      const bool shared = std::any_of(entries_.begin(), entries_.end(), [&old](const Entry& e) {
        return e.url.host == old.url.host;
      });
      if (!shared) resolver_->forget(old.url.host);
    }
    if (renamed == entries_.end() || provisional_label(*renamed) != provisional_label(old)) {
      untell(old);
    }
  }
  for (const Entry& entry : entries_) {
    if (!entry.url.address) resolver_->follow(entry.url.host);
    if (std::find(before.begin(), before.end(), entry) == before.end()) tell(entry);
  }
}

/// Whose it is, as its server said: kept, so that it is known after a restart, whoever answers
/// then.
void Source::on_registry(const liqo::Change& change) {
  if (change.event == ChangeEvent::kRemoved) return;
  for (const SightingEntry& seen : change.cluster->sightings) {
    const Sighting& sighting = *seen.sighting;
    if (sighting.key.source != liqo::Source::kManual || !sighting.unnamed || !seen.ids) continue;
    const ClusterId id = change.cluster->id;
    const std::string url = sighting.key.record;
    const auto learn = [id, url](Entries& entries) {
      const auto entry = find_url(entries, url);
      if (entry != entries.end() && entry->id.empty()) entry->id = id;
    };
    (void)queue(learn, [](const Result<void>& outcome) {
      if (!outcome) spdlog::warn("{}; it is asked again after a restart", outcome.error().detail);
    });
  }
}

void Source::on_host(const DomainName& host) {
  for (const Entry& entry : entries_) {
    if (entry.url.address || !(entry.url.host == host)) continue;
    tell(entry);
    const std::string problem = problem_of(entry);
    if (addresses_of(entry).empty() && !problem.empty()) settle(entry.url.to_string(), problem);
  }
}

void Source::tell(const Entry& entry) {
  sink_.seen(sighting_of(entry, addresses_of(entry)), EvidenceMethod::kManual);
}

void Source::untell(const Entry& entry) {
  sink_.unseen(sighting_of(entry, {}).key, Gone::kRemoved);
}

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
  // What was asked or looked up before will not be told again.
  const bool settled =
      errors_.contains(url) || (entry != entries_.end() && !entry->url.address &&
                                !resolver_->addresses_of(entry->url.host).error.empty());
  waiting.patience->arm(settled ? Duration::zero() : kAnswerTime, [this, url] {
    const auto late = find_url(entries_, url);
    settle(url, late == entries_.end() ? "it was removed meanwhile" : problem_of(*late));
  });
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

std::vector<IpAddress> Source::addresses_of(const Entry& entry) const {
  if (entry.url.address) return {*entry.url.address};
  return resolver_->addresses_of(entry.url.host).addresses;
}

std::string Source::problem_of(const Entry& entry) const {
  if (!entry.url.address) {
    const dns::HostAddresses host = resolver_->addresses_of(entry.url.host);
    if (!host.tried) return "its name has not been looked up yet";
    if (host.addresses.empty()) return entry.url.host.to_string() + ": " + host.error;
  }
  const auto error = errors_.find(entry.url.to_string());
  return error == errors_.end() ? "its server has not been asked yet" : error->second;
}

std::vector<EntryStatus> Source::status() const {
  std::vector<EntryStatus> told;
  told.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    told.push_back({entry, addresses_of(entry), problem_of(entry)});
  }
  return told;
}

}  // namespace liqo::manual
