#include "resolver/dns/browsed_domains.h"

#include <algorithm>
#include <utility>

namespace liqo::dns {
namespace {

/// Whether what is known with the options before may be used with those after until it is asked
/// again: not by another layout, nor what the wanted validation has not seen.
bool same_view(const DomainOptions& before, const DomainOptions& after) {
  if (before.legacy != after.legacy) return false;
  if (after.dnssec != DnssecMode::kValidate) return true;
  return before.dnssec == after.dnssec && before.trust_anchor == after.trust_anchor;
}

}  // namespace

/// A domain and its way to the servers.
struct BrowsedDomains::Browsed {
  DomainOptions options;
  bool enumerated = false;
  Link<Browsed> asking{*this};   ///< something is due
  Link<Browsed> telling{*this};  ///< flush() is wanted
  /// Told by the domain whose place it took; in force until its own first pass is over.
  std::vector<SightingKey> former;
  std::unique_ptr<QuestionPool::Lane> lane;
  std::unique_ptr<Domain> domain;  // gone before its lane: declared after it

  ~Browsed() {
    if (lane) lane->close();  // what waits is not sent on the way out
  }
};

BrowsedDomains::BrowsedDomains(Parts parts) : parts_(std::move(parts)) {}

BrowsedDomains::~BrowsedDomains() = default;

void BrowsedDomains::set(const std::map<DomainName, Wanted>& wanted) {
  for (auto it = domains_.begin(); it != domains_.end();) {
    const auto stays = wanted.find(it->first);
    if (stays == wanted.end()) {
      end_former(*it->second);
      it->second->domain->withdraw(Gone::kRemoved);
      it = domains_.erase(it);
      continue;
    }
    if (same_view(it->second->options, stays->second.options)) {
      change(*it->second, stays->second);
    } else {
      replace(it->second, stays->second);
    }
    ++it;
  }
  for (const auto& [name, options] : wanted) {
    if (!domains_.contains(name)) domains_.emplace(name, browse(options));
  }
}

void BrowsedDomains::change(Browsed& browsed, const Wanted& wanted) {
  browsed.enumerated = wanted.enumerated;
  std::shared_ptr<Transport> transport = parts_.way(wanted.options);
  if (browsed.options == wanted.options && browsed.lane->target() == transport) return;
  browsed.options = wanted.options;
  browsed.lane->set_target(std::move(transport));
  browsed.domain->set_options(wanted.options);
  browsed.domain->refresh();
}

/// What both find does not flap; what only the one before found goes with its first pass.
void BrowsedDomains::replace(std::unique_ptr<Browsed>& place, const Wanted& wanted) {
  std::vector<SightingKey> former = place->domain->told();
  former.insert(former.end(), place->former.begin(), place->former.end());
  place = browse(wanted);
  place->former = std::move(former);
}

void BrowsedDomains::end_former(Browsed& browsed) {
  if (browsed.former.empty()) return;
  std::vector<SightingKey> told = browsed.domain->told();
  std::sort(told.begin(), told.end());
  for (const SightingKey& key : std::exchange(browsed.former, {})) {
    const bool stays = std::binary_search(told.begin(), told.end(), key);
    if (!stays) parts_.sink.unseen(key, Gone::kRemoved);
  }
}

std::unique_ptr<BrowsedDomains::Browsed> BrowsedDomains::browse(const Wanted& wanted) {
  auto browsed = std::make_unique<Browsed>();
  Browsed* raw = browsed.get();
  browsed->options = wanted.options;
  browsed->enumerated = wanted.enumerated;
  browsed->lane = std::make_unique<QuestionPool::Lane>(parts_.pool, parts_.way(wanted.options));
  Domain::Parts parts{.asks = browsed->lane->asks(),
                      .retries = browsed->lane->retries(),
                      .sink = parts_.sink,
                      .clock = parts_.clock,
                      .wake =
                          [this, raw] {
                            telling_.join(raw->telling);
                            parts_.wake();
                          },
                      .seed = parts_.seed()};
  browsed->domain = std::make_unique<Domain>(wanted.options, std::move(parts));
  return browsed;
}

void BrowsedDomains::follow_system() {
  for (auto& [name, browsed] : domains_) {
    if (!browsed->options.servers.empty()) continue;
    browsed->lane->set_target(parts_.way(browsed->options));
    browsed->domain->refresh();
  }
}

void BrowsedDomains::refresh() {
  for (auto& [name, browsed] : domains_) browsed->domain->refresh();
}

void BrowsedDomains::check(const SightingKey& key) {
  const auto found = domains_.find(key.domain);
  if (found != domains_.end()) found->second->domain->check(key);
}

bool BrowsedDomains::tell() {
  const BootTime end = parts_.clock().boot + kTurn;
  telling_.go_round([](Browsed& browsed) { browsed.domain->flush(); },
                    [this, end] { return parts_.clock().boot >= end; });
  for (auto& [name, browsed] : domains_) {
    if (browsed->domain->synced()) end_former(*browsed);
  }
  return telling_.empty();
}

void BrowsedDomains::advance() {
  const BootTime now = parts_.clock().boot;
  for (auto& [name, browsed] : domains_) {
    const auto next = browsed->domain->next_deadline();
    if (next && *next <= now) asking_.join(browsed->asking);
  }
  std::size_t left = kAsksPerTurn;
  asking_.go_round(
      [&](Browsed& browsed) {
        left -= browsed.domain->advance(now, std::min(left, kAsksPerVisit));
      },
      [&] { return left == 0 || parts_.clock().boot >= now + kTurn; });
}

std::optional<BootTime> BrowsedDomains::next_deadline() const {
  std::optional<BootTime> next;
  for (const auto& [name, browsed] : domains_) {
    const auto time = browsed->domain->next_deadline();
    if (time && (!next || *time < *next)) next = time;
  }
  return next;
}

bool BrowsedDomains::synced() const {
  return std::all_of(domains_.begin(), domains_.end(),
                     [](const auto& entry) { return entry.second->domain->synced(); });
}

bool BrowsedDomains::refreshed() const {
  return std::all_of(domains_.begin(), domains_.end(),
                     [](const auto& entry) { return entry.second->domain->refreshed(); });
}

void BrowsedDomains::add_status(SourceStatus& status) const {
  for (const auto& [name, browsed] : domains_) {
    DomainStatus& domain = status.domains.emplace_back(browsed->domain->status());
    domain.enumerated = browsed->enumerated;
    status.questions += browsed->domain->counters().questions;
    status.failures += browsed->domain->counters().failures;
  }
}

}  // namespace liqo::dns
