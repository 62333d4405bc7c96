#include "resolver/dns/source.h"

#include <map>
#include <random>
#include <utility>

#include "resolver/dns/browsed_domains.h"
#include "resolver/dns/enumeration.h"
#include "resolver/dns/question_pool.h"
#include "resolver/dns/resolv_conf.h"
#include "resolver/dns/transports.h"
#include "resolver/loop/timer.h"

namespace liqo::dns {
namespace {

class DnsSource final : public Source {
 public:
  DnsSource(loop::Loop& loop, SourceOptions options, SightingSink& sink)
      : loop_(loop),
        sink_(sink),
        transports_(loop),
        domains_(
            {.pool = pool_,
             .sink = sink,
             .way =
                 [this](const DomainOptions& of) { return transports_.get(of, of.trust_anchor); },
             .clock = read_clocks,
             .wake = [this] { wake(); },
             .seed = [this] { return random_(); }}),
        flush_timer_(loop),
        deadline_(loop) {
    configure(std::move(options));
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
    if (enumerating_) enumerating_->enumeration.refresh();
    domains_.refresh();
    wake();
  }

  void check(const SightingKey& key) override {
    domains_.check(key);
    wake();
  }

  [[nodiscard]] bool synced() const override {
    return (!enumerating_ || enumerating_->enumeration.complete()) && domains_.synced();
  }

  [[nodiscard]] SourceStatus status() const override {
    SourceStatus status;
    if (resolv_conf_) status.system_servers = resolv_conf_->conf().servers;
    domains_.add_status(status);
    status.in_flight = pool_.in_flight();
    status.waiting = pool_.waiting();
    return status;
  }

 private:
  /// The enumeration and its way to the servers.
  struct Enumerating {
    explicit Enumerating(DnsSource& source)
        : lane(source.pool_, source.transports_.system()),
          enumeration(
              lane.asks(), lane.retries(), read_clocks,
              [&source] {
                source.enumerated_ = true;
                source.wake();
              },
              source.random_()) {}
    ~Enumerating() { lane.close(); }  // what waits is not sent on the way out
    Enumerating(const Enumerating&) = delete;
    Enumerating& operator=(const Enumerating&) = delete;

    QuestionPool::Lane lane;
    Enumeration enumeration;  // gone before its lane: declared after it
  };

  void wake() {
    if (!flush_timer_.armed()) flush_timer_.arm(Duration::zero(), [this] { flush(); });
  }

  /// Tells what is to be told, and sleeps until something is due.
  void flush() {
    if (std::exchange(enumerated_, false)) set_domains();
    const bool all_told = domains_.tell();
    transports_.drop_unused();
    tell_sync();
    if (!all_told) wake();
    arm();
  }

  void tell_sync() {
    const bool synced_now = synced() && domains_.refreshed();
    if (synced_now && !std::exchange(told_synced_, synced_now))
      sink_.source_synced(liqo::Source::kDns);
    told_synced_ = synced_now;
  }

  void arm() {
    std::optional<BootTime> next = domains_.next_deadline();
    const auto other = enumerating_ ? enumerating_->enumeration.next_deadline() : std::nullopt;
    if (other && (!next || *other < *next)) next = other;
    deadline_.arm_at(next, [this] {
      domains_.advance();
      if (enumerating_) enumerating_->enumeration.advance(BootClock::now());
      arm();
    });
  }

  // Servers.

  void follow_resolv_conf() {
    if (resolv_conf_ && resolv_conf_path_ == options_.resolv_conf) return;
    resolv_conf_path_ = options_.resolv_conf;
    resolv_conf_ =
        std::make_unique<ResolvConfWatch>(loop_, resolv_conf_path_, [this](const ResolvConf&) {
          follow_system();
          set_enumeration();
          enumerated_ = true;
          wake();
        });
    follow_system();
  }

  /// What goes by the servers of resolv.conf goes by others from now on.
  void follow_system() {
    transports_.set_system_servers(resolv_conf_->conf().servers);
    domains_.follow_system();
    if (!enumerating_) return;
    enumerating_->lane.set_target(transports_.system());
    enumerating_->enumeration.refresh();
  }

  void set_enumeration() {
    if (!options_.enumerate) return enumerating_.reset();
    if (!enumerating_) enumerating_ = std::make_unique<Enumerating>(*this);
    enumerating_->enumeration.set_search(resolv_conf_->conf().search);
  }

  // Domains.

  /// Configured ones first.
  void set_domains() {
    std::map<DomainName, BrowsedDomains::Wanted> wanted;
    const auto want = [&](DomainOptions options, bool enumerated) {
      if (wanted.size() >= kMaxDomains || wanted.contains(options.name)) return;
      const bool by_default =
          options.dnssec == DnssecMode::kValidate && options.trust_anchor.empty();
      if (by_default) options.trust_anchor = options_.trust_anchor;
      DomainName name = options.name;
      wanted.emplace(std::move(name), BrowsedDomains::Wanted{std::move(options), enumerated});
    };
    for (const DomainOptions& options : options_.domains) want(options, false);
    if (enumerating_) {
      for (DomainName& name : enumerating_->enumeration.domains()) {
        want({.name = std::move(name)}, true);
      }
    }
    domains_.set(wanted);
  }

  loop::Loop& loop_;
  SightingSink& sink_;
  SourceOptions options_;
  std::random_device random_;  // seeds jitter, which is no secret
  Transports transports_;
  QuestionPool pool_;
  std::string resolv_conf_path_;
  std::unique_ptr<ResolvConfWatch> resolv_conf_;
  std::unique_ptr<Enumerating> enumerating_;
  BrowsedDomains domains_;
  bool enumerated_ = false;  ///< what the enumeration names may be other domains
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
