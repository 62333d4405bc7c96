#include "resolver/dns/source.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

#include "resolver/dns/domain.h"
#include "resolver/dns/enumeration.h"
#include "resolver/dns/question_pool.h"
#include "resolver/dns/resolv_conf.h"
#include "resolver/dns/rota.h"
#include "resolver/dns/transports.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

/// Of one turn of the loop; what is left waits for the next, so that others have their turn too.
constexpr Duration kTurn = std::chrono::milliseconds(5);

/// A domain and its way to the servers.
struct Browsed {
  DomainOptions options;
  bool enumerated = false;
  Link<Browsed> telling{*this};  ///< flush() is wanted
  /// Told by the domain whose place it took; in force until its own first pass is over.
  std::vector<SightingKey> former;
  std::unique_ptr<QuestionPool::Lane> lane;
  std::unique_ptr<Domain> domain;  // gone before its lane: declared after it

  ~Browsed() {
    if (lane) lane->close();  // what waits is not sent on the way out
  }
};

/// Whether what is known with the options before may be used with those after until it is asked
/// again: not by another layout, nor what the wanted validation has not seen.
bool same_view(const DomainOptions& before, const DomainOptions& after) {
  if (before.legacy != after.legacy) return false;
  if (after.dnssec != DnssecMode::kValidate) return true;
  return before.dnssec == after.dnssec && before.trust_anchor == after.trust_anchor;
}

class DnsSource final : public Source {
 public:
  DnsSource(loop::Loop& loop, SourceOptions options, SightingSink& sink)
      : loop_(loop), sink_(sink), transports_(loop), flush_timer_(loop), deadline_(loop) {
    configure(std::move(options));
  }
  ~DnsSource() override {
    if (enumeration_lane_) enumeration_lane_->close();
  }

  void configure(SourceOptions options) override {
    options_ = std::move(options);
    transports_.reread_trust_anchors();
    follow_resolv_conf();
    set_enumeration();
    set_domains();
    wake();
  }

  void refresh() override {
    if (enumeration_) enumeration_->refresh();
    for (auto& [name, browsed] : domains_) browsed->domain->refresh();
    wake();
  }

  void check(const SightingKey& key) override {
    const auto found = domains_.find(key.domain);
    if (found != domains_.end()) found->second->domain->check(key);
    wake();
  }

  [[nodiscard]] bool synced() const override {
    return (!enumeration_ || enumeration_->complete()) &&
           std::all_of(domains_.begin(), domains_.end(),
                       [](const auto& entry) { return entry.second->domain->synced(); });
  }

  [[nodiscard]] SourceStatus status() const override {
    SourceStatus status;
    if (resolv_conf_) status.system_servers = resolv_conf_->conf().servers;
    for (const auto& [name, browsed] : domains_) {
      DomainStatus& domain = status.domains.emplace_back(browsed->domain->status());
      domain.enumerated = browsed->enumerated;
      status.questions += browsed->domain->counters().questions;
      status.failures += browsed->domain->counters().failures;
    }
    status.in_flight = pool_.in_flight();
    status.waiting = pool_.waiting();
    return status;
  }

 private:
  void wake() {
    if (!flush_timer_.armed()) flush_timer_.arm(Duration::zero(), [this] { flush(); });
  }

  /// Has the domains tell what they have to tell, in turn, and sleeps until something is due.
  void flush() {
    if (std::exchange(enumerated_, false)) set_domains();
    const BootTime end = BootClock::now() + kTurn;
    telling_.go_round([](Browsed& browsed) { browsed.domain->flush(); },
                      [end] { return BootClock::now() >= end; });
    for (auto& [name, browsed] : domains_) {
      if (browsed->domain->synced()) end_former(*browsed);
    }
    transports_.drop_unused();
    tell_sync();
    if (!telling_.empty()) wake();
    arm();
  }

  void tell_sync() {
    const bool synced_now =
        synced() && std::all_of(domains_.begin(), domains_.end(), [](const auto& entry) {
          return entry.second->domain->refreshed();
        });
    if (synced_now && !std::exchange(told_synced_, synced_now))
      sink_.source_synced(liqo::Source::kDns);
    told_synced_ = synced_now;
  }

  void arm() {
    std::optional<BootTime> next;
    const auto consider = [&next](std::optional<BootTime> time) {
      if (time && (!next || *time < *next)) next = time;
    };
    for (const auto& [name, browsed] : domains_) consider(browsed->domain->next_deadline());
    if (enumeration_) consider(enumeration_->next_deadline());
    deadline_.arm_at(next, [this] {
      const BootTime now = BootClock::now();
      for (auto& [name, browsed] : domains_) browsed->domain->advance(now);
      if (enumeration_) enumeration_->advance(now);
      arm();
    });
  }

  // Servers.

  void follow_resolv_conf() {
    if (resolv_conf_ && resolv_conf_path_ == options_.resolv_conf) return;
    resolv_conf_path_ = options_.resolv_conf;
    resolv_conf_ = std::make_unique<ResolvConfWatch>(
        loop_, resolv_conf_path_, [this](const ResolvConf&) { system_changed(); });
    transports_.set_system_servers(resolv_conf_->conf().servers);
  }

  void system_changed() {
    const ResolvConf& conf = resolv_conf_->conf();
    transports_.set_system_servers(conf.servers);
    for (auto& [name, browsed] : domains_) {
      if (!browsed->options.servers.empty()) continue;
      browsed->lane->set_target(transport_for(browsed->options));
      browsed->domain->refresh();
    }
    if (conf.search != searched_) set_enumeration();
    if (enumeration_lane_) enumeration_lane_->set_target(transports_.system());
    if (enumeration_) enumeration_->refresh();
    wake();
  }

  std::shared_ptr<Transport> transport_for(const DomainOptions& options) {
    return transports_.get(options, options_.trust_anchor);
  }

  // Domains.

  void set_enumeration() {
    const std::vector<DomainName> search =
        options_.enumerate ? resolv_conf_->conf().search : std::vector<DomainName>();
    if (search == searched_) return;
    searched_ = search;
    enumerated_ = true;
    enumeration_.reset();
    if (search.empty()) return;
    if (!enumeration_lane_) {
      enumeration_lane_ = std::make_unique<QuestionPool::Lane>(pool_, transports_.system());
    }
    enumeration_ = std::make_unique<Enumeration>(
        search, enumeration_lane_->asks(), enumeration_lane_->retries(), read_clocks,
        [this] {
          enumerated_ = true;
          wake();
        },
        random_());
  }

  /// The domains that are wanted, configured ones first.
  std::map<DomainName, Browsed> wanted_domains() {
    std::map<DomainName, Browsed> wanted;
    const auto want = [&](const DomainOptions& options, bool enumerated) {
      if (wanted.size() >= kMaxDomains || wanted.contains(options.name)) return;
      Browsed& browsed = wanted[options.name];
      browsed.options = options;
      browsed.enumerated = enumerated;
      const bool by_default =
          options.dnssec == DnssecMode::kValidate && options.trust_anchor.empty();
      if (by_default) browsed.options.trust_anchor = options_.trust_anchor;
    };
    for (const DomainOptions& options : options_.domains) want(options, false);
    if (enumeration_) {
      for (DomainName& name : enumeration_->domains()) {
        want(DomainOptions{.name = std::move(name)}, true);
      }
    }
    return wanted;
  }

  void set_domains() {
    std::map<DomainName, Browsed> wanted = wanted_domains();
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
    for (auto& [name, options] : wanted) {
      if (!domains_.contains(name)) domains_.emplace(name, browse(options));
    }
  }

  /// What both find does not flap; what only the one before found goes with its first pass.
  void replace(std::unique_ptr<Browsed>& place, const Browsed& wanted) {
    std::vector<SightingKey> former = place->domain->told();
    former.insert(former.end(), place->former.begin(), place->former.end());
    place = browse(wanted);
    place->former = std::move(former);
  }

  void end_former(Browsed& browsed) {
    if (browsed.former.empty()) return;
    std::vector<SightingKey> told = browsed.domain->told();
    std::sort(told.begin(), told.end());
    for (const SightingKey& key : std::exchange(browsed.former, {})) {
      const bool stays = std::binary_search(told.begin(), told.end(), key);
      if (!stays) sink_.unseen(key, Gone::kRemoved);
    }
  }

  void change(Browsed& browsed, const Browsed& wanted) {
    browsed.enumerated = wanted.enumerated;
    std::shared_ptr<Transport> transport = transport_for(wanted.options);
    if (browsed.options == wanted.options && browsed.lane->target() == transport) return;
    browsed.options = wanted.options;
    browsed.lane->set_target(std::move(transport));
    browsed.domain->set_options(wanted.options);
    browsed.domain->refresh();
  }

  std::unique_ptr<Browsed> browse(const Browsed& wanted) {
    auto browsed = std::make_unique<Browsed>();
    Browsed* raw = browsed.get();
    browsed->options = wanted.options;
    browsed->enumerated = wanted.enumerated;
    browsed->lane = std::make_unique<QuestionPool::Lane>(pool_, transport_for(wanted.options));
    Domain::Parts parts{.asks = browsed->lane->asks(),
                        .retries = browsed->lane->retries(),
                        .sink = sink_,
                        .clock = read_clocks,
                        .wake =
                            [this, raw] {
                              telling_.join(raw->telling);
                              wake();
                            },
                        .seed = random_()};
    browsed->domain = std::make_unique<Domain>(wanted.options, std::move(parts));
    return browsed;
  }

  loop::Loop& loop_;
  SightingSink& sink_;
  SourceOptions options_;
  std::random_device random_;  // seeds jitter, which is no secret
  Transports transports_;
  QuestionPool pool_;
  std::string resolv_conf_path_;
  std::unique_ptr<ResolvConfWatch> resolv_conf_;
  std::vector<DomainName> searched_;
  std::unique_ptr<QuestionPool::Lane> enumeration_lane_;
  std::unique_ptr<Enumeration> enumeration_;
  std::map<DomainName, std::unique_ptr<Browsed>> domains_;
  Rota<Browsed> telling_;
  bool enumerated_ = false;  ///< the enumeration has had an answer
  bool told_synced_ = false;
  loop::Timer flush_timer_;
  loop::Timer deadline_;
};

}  // namespace

std::unique_ptr<Source> Source::create(loop::Loop& loop, SourceOptions options,
                                       SightingSink& sink) {
  return std::make_unique<DnsSource>(loop, std::move(options), sink);
}

}  // namespace liqo::dns
