#include "agent/manual/source.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <utility>

#include "agent/registry/addresses.h"
#include "agent/state/whole_file.h"

namespace liqo::manual {
namespace {

/// Those at one of the URLs, and those of that name.
auto meant_by(const std::string& reference, std::vector<std::string> texts) {
  texts.push_back(reference);
  std::vector<AuthUrl> urls;
  for (const std::string& text : texts) {
    if (const auto url = parse_auth_url(text)) urls.push_back(*url);
  }
  return [reference, urls = std::move(urls)](const Entry& entry) {
    return std::find(urls.begin(), urls.end(), entry.url) != urls.end() ||
           (!entry.name.empty() && entry.name == reference);
  };
}

using ByUrl = std::map<std::string, const Entry*>;

/// The entries must outlive it.
ByUrl by_url(const Entries& entries) {
  ByUrl found;
  for (const Entry& entry : entries) found.emplace(entry.url.to_string(), &entry);
  return found;
}

std::string joined(const std::vector<IpAddress>& addresses) {
  std::string text;
  for (const IpAddress& address : addresses) {
    text.append(text.empty() ? "" : ", ").append(address.to_string());
  }
  return text;
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
  if (unread_.empty()) return;
  auto read = read_entries(directory_);
  if (read || read.error().code == Errc::kNotFound) {
    unread_.clear();
    if (read) commit(*std::move(read));
    return;
  }
  const std::string path = directory_ + "/" + std::string(kFileName);
  unread_ = read.error().detail;
  ++unreadable_;
  if (read.error().code == Errc::kIo) {
    spdlog::error("what was added by hand is not known, until a reload: {}", unread_);
    return;
  }
  const state::PutAside aside = state::put_aside(path);
  spdlog::error("ignoring {}: {}; {}", path, unread_, aside.said);
  if (aside.done) unread_.clear();
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
  const auto meant = meant_by(reference, cluster ? urls_of(*cluster) : std::vector<std::string>());
  if (unread_.empty() && std::none_of(entries_.begin(), entries_.end(), meant)) {
    return Error{Errc::kNotFound, "it was not added by hand"};
  }
  return queue([meant](Entries& entries) { std::erase_if(entries, meant); }, std::move(done));
}

Result<void> Source::queue(std::function<void(Entries&)> apply, Done done) {
  if (changes_.size() >= kMaxWaiting) {
    return Error{Errc::kUnavailable, "too many changes wait for the disk"};
  }
  push({std::move(apply), std::move(done)});
  return {};
}

void Source::push(Change change) {
  changes_.push_back(std::move(change));
  if (!work_) write_next();
}

/// Those that the registry shows this cluster to be seen by, whether or not its id is on the disk.
std::vector<std::string> Source::urls_of(const ClusterId& cluster) const {
  std::vector<std::string> urls;
  const auto found = registry_.clusters().find(cluster);
  if (found == registry_.clusters().end()) return urls;
  for (const SightingEntry& seen : found->second->sightings) {
    const SightingKey& key = seen.sighting->key;
    if (key.source == liqo::Source::kManual) urls.push_back(key.record);
  }
  return urls;
}

void Source::write_next() {
  const auto next = std::make_shared<Entries>(entries_);
  changes_.front().apply(*next);
  const auto result = std::make_shared<Result<void>>();
  work_ = std::make_unique<loop::Work>(
      loop_,
      [directory = directory_, unread = unread_, next, result] {
        *result = unread.empty() ? write_entries(directory, *next) : Error{Errc::kIo, unread};
      },
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
  const ByUrl old = by_url(before);
  const ByUrl now = by_url(entries_);
  for (const auto& [url, entry] : old) {
    const auto kept = now.find(url);
    if (kept != now.end()) continue;
    forget(*entry);
    untell(*entry);
  }
  for (const auto& [url, entry] : now) {
    if (!entry->url.address) resolver_->follow(entry->url.host);
    const auto was = old.find(url);
    if (was == old.end() || *was->second != *entry) tell(*entry);
  }
}

void Source::forget(const Entry& entry) {
  const std::string url = entry.url.to_string();
  errors_.erase(url);
  learned_.erase(url);
  settle(url, "it was removed meanwhile");
  const bool shared = std::any_of(entries_.begin(), entries_.end(), [&entry](const Entry& other) {
    return other.url.host == entry.url.host;
  });
  if (!shared) resolver_->forget(entry.url.host);
}

/// Whose it is, as its server said: kept, so that it is known after a restart, whoever answers
/// then.
void Source::on_registry(const liqo::Change& change) {
  if (change.event == ChangeEvent::kRemoved) return;
  for (const SightingEntry& seen : change.cluster->sightings) {
    const Sighting& sighting = *seen.sighting;
    if (sighting.key.source != liqo::Source::kManual || !sighting.unnamed || !seen.ids) continue;
    // It stays under its made-up id where the cluster that it named has no room for it.
    if (seen.ids->id != change.cluster->id) continue;
    learned_[sighting.key.record] = change.cluster->id;
  }
  if (!learned_.empty() && !learning_) learn();
}

/// One write for all that is known by the time that the disk is free. What cannot be written is
/// tried again with the next cluster that changes.
void Source::learn() {
  learning_ = true;
  push({[this](Entries& entries) {
          learning_ = false;
          for (const auto& [url, id] : learned_) {
            const auto entry = find_url(entries, url);
            if (entry != entries.end() && entry->id.empty()) entry->id = id;
          }
        },
        [this](const Result<void>& outcome) {
          std::erase_if(learned_, [this](const auto& learned) {
            const auto entry = find_url(entries_, learned.first);
            return entry == entries_.end() || !entry->id.empty();
          });
          const std::string error = outcome ? std::string() : outcome.error().detail;
          if (std::exchange(learn_error_, error) != error && !error.empty()) {
            spdlog::warn("{}; who it is has to be asked again after a restart", error);
          }
        }});
}

void Source::on_host(const DomainName& host) {
  for (const Entry& entry : entries_) {
    if (entry.url.address || !(entry.url.host == host)) continue;
    tell(entry);
    if (!resolver_->addresses_of(host).tried || !addresses_of(entry).empty()) continue;
    settle(entry.url.to_string(), problem_of(entry));
  }
}

void Source::tell(const Entry& entry) {
  sink_.seen(sighting_of(entry, addresses_of(entry)), EvidenceMethod::kManual);
}

void Source::untell(const Entry& entry) {
  sink_.unseen(sighting_of(entry, {}).key, Gone::kRemoved);
}

std::vector<IpAddress> Source::addresses_of(const Entry& entry) const {
  if (entry.url.address) return {*entry.url.address};
  auto addresses = resolver_->addresses_of(entry.url.host).addresses;
  std::erase_if(addresses, [](const IpAddress& a) { return !is_usable(a, liqo::Source::kManual); });
  return addresses;
}

std::string Source::problem_of(const Entry& entry) const {
  if (!entry.url.address) {
    const dns::HostAddresses host = resolver_->addresses_of(entry.url.host);
    if (!host.tried) return "its name has not been looked up yet";
    if (host.addresses.empty()) return entry.url.host.to_string() + ": " + host.error;
    if (addresses_of(entry).empty()) {
      return entry.url.host.to_string() + ": it has only addresses that no other host can be at, " +
             joined(host.addresses);
    }
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
