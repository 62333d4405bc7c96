#include "resolver/lan/source.h"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "resolver/lan/browser.h"
#include "resolver/lan/interfaces.h"
#include "resolver/lan/listing_question.h"
#include "resolver/lan/publisher.h"
#include "resolver/lan/supervisor.h"
#include "resolver/loop/timer.h"

namespace liqo::lan {
namespace {

/// The embedded stack starts anew when the set of interfaces changes: no more often than this.
constexpr Duration kConfigurePace = std::chrono::seconds(2);

/// A question to all is answered by all: a script that refreshes in a loop is no storm.
constexpr Duration kAskPace = std::chrono::seconds(2);
/// Asked by one refresh; each takes two sockets and six datagrams, some 0.1 ms.
constexpr std::size_t kMaxAskedLinks = 32;

std::uint64_t random_seed() {
  std::uint64_t seed = 0;
  // Should there be no entropy yet, the time will do: it is a draw among neighbours, no secret.
  if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed) {
    seed = static_cast<std::uint64_t>(BootClock::now().time_since_epoch().count());
  }
  return seed;
}

/// This host's name as one lower-case label of letters, digits and hyphens: Liqo compares names
/// with regard to case.
std::string host_label() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  std::string label = fold_case(std::string(name.data()));
  label.resize(std::min({label.find('.'), label.size(), DomainName::kMaxLabelOctets}));
  for (char& octet : label) {
    const bool plain = (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9');
    if (!plain) octet = '-';
  }
  return label.find_first_not_of('-') == std::string::npos ? "localhost" : label;
}

/// Wires the supervisor of the helper to the two pure halves, browser and publisher.
class HelperSource final : public Source {
 public:
  HelperSource(loop::Loop& loop, SourceOptions options, SightingSink& sink,
               const link::LinkTable& links)
      : options_(std::move(options)),
        sink_(sink),
        interfaces_(options_.interface_allowed, link::is_link_up),
        browser_({options_.max_instances, options_.max_pending, random_seed()}, interfaces_, sink,
                 [this](const ToHelper& message) { supervisor_.send(message); }),
        publisher_(interfaces_, [this](const ToHelper& message) { supervisor_.send(message); }),
        timer_(loop),
        configure_timer_(loop),
        supervisor_(loop, options_.helper_file, options_.helper_args,
                    {.started = [this] { on_started(); },
                     .message = [this](FromHelper message) { on_message(std::move(message)); },
                     .batch_ended = [this] { settle(); },
                     .stopped = [this](const std::string& why) { on_stopped(why); }}) {
    report_.backend = options_.backend;
    interfaces_.update(links);
  }

  void set_advert(std::optional<Advert> advert) override {
    publisher_.set_advert(std::move(advert));
    settle();
  }

  void set_links(const link::LinkTable& links) override {
    const Interfaces::Update update = interfaces_.update(links);
    browser_.links_changed(update, BootClock::now());
    if (helper_configured_ && configuration() != configured_) configure_in_time();
    settle();
  }

  void refresh() override {
    const BootTime now = BootClock::now();
    browser_.refresh(now);
    if (running() && now >= asked_at_ + kAskPace) ask_links(now);
    settle();
  }

  [[nodiscard]] SourceStatus status() const override {
    SourceStatus status;
    status.backend = report_.backend;
    status.state = report_.state;
    status.synced = browser_.synced();
    if (running()) status.host_name = report_.host_name.to_string();
    status.detail = report_.detail;
    status.helper_restarts = supervisor_.restarts();
    status.helper_pid = supervisor_.pid();
    status.instances = browser_.followed();
    status.pending = browser_.pending();
    status.over_limit = browser_.counters().over_limit;
    status.waiting = browser_.waiting();
    status.silent = browser_.counters().silent;
    status.malformed = browser_.counters().malformed;
    status.interfaces = interfaces_.allowed_names();
    status.published = publisher_.status();
    return status;
  }

 private:
  [[nodiscard]] bool running() const { return report_.state == BackendState::kRunning; }

  [[nodiscard]] Configure configuration() const {
    Configure configure{options_.backend, host_label(), interfaces_.allowed_names()};
    if (configure.interfaces.size() > kMaxInterfaces) configure.interfaces.resize(kMaxInterfaces);
    return configure;
  }

  void configure() {
    configured_ = configuration();
    configured_at_ = BootClock::now();
    helper_configured_ = true;
    supervisor_.send(configured_);
  }

  void configure_in_time() {
    if (configure_timer_.armed()) return;
    configure_timer_.arm_at(configured_at_ + kConfigurePace, [this] {
      if (helper_configured_ && configuration() != configured_) configure();
    });
  }

  void on_started() { configure(); }

  void on_stopped(const std::string& why) {
    helper_configured_ = false;
    report_.detail = why;
    set_state(BackendState::kConnecting);
    settle();
  }

  void on_message(FromHelper message) {
    const BootTime now = BootClock::now();
    if (auto* backend = std::get_if<BackendReport>(&message)) return on_backend(*backend);
    if (auto* record = std::get_if<RecordReport>(&message)) return browser_.on_record(*record, now);
    if (auto* watch = std::get_if<WatchReport>(&message)) return browser_.on_watch(*watch, now);
    if (auto* group = std::get_if<GroupReport>(&message)) return publisher_.on_group(*group, now);
  }

  void on_backend(BackendReport& report) {
    const BackendState state = report.state;
    report.state = report_.state;  // set_state() makes the transition
    report_ = std::move(report);
    set_state(state);
  }

  void set_state(BackendState state) {
    const bool was_running = running();
    report_.state = state;
    if (running()) publisher_.backend_running(report_.backend, report_.host_name);
    if (running() == was_running) return;
    if (running()) return browser_.backend_running(BootClock::now());
    browser_.backend_lost(BootClock::now());
    publisher_.backend_lost();
    sink_.source_lost(liqo::Source::kLan);
  }

  void ask_links(BootTime now) {
    asked_at_ = now;
    auto links = interfaces_.publishable();
    links.resize(std::min(links.size(), kMaxAskedLinks));
    for (const link::Link* link : links) {
      for (const Family family : {Family::kIpv4, Family::kIpv6}) {
        const auto has = [family](const auto& own) { return own.address.family() == family; };
        if (std::any_of(link->addresses.begin(), link->addresses.end(), has)) {
          ask_for_listings(link->index, family);
        }
      }
    }
  }

  /// Has both halves do what is due, and sleeps until something is again.
  void settle() {
    const BootTime now = BootClock::now();
    browser_.flush(now);
    publisher_.flush(now);
    std::optional<BootTime> next = browser_.next_deadline();
    const auto publish = publisher_.next_deadline();
    if (publish && (!next || *publish < *next)) next = publish;
    timer_.arm_at(next, [this] { settle(); });
  }

  SourceOptions options_;
  SightingSink& sink_;
  Interfaces interfaces_;
  BackendReport report_;
  Configure configured_;
  BootTime configured_at_{};
  BootTime asked_at_ = BootTime::min();
  bool helper_configured_ = false;
  Browser browser_;
  Publisher publisher_;
  loop::Timer timer_;
  loop::Timer configure_timer_;
  Supervisor supervisor_;
};

}  // namespace

std::unique_ptr<Source> Source::create(loop::Loop& loop, SourceOptions options, SightingSink& sink,
                                       const link::LinkTable& links) {
  return std::make_unique<HelperSource>(loop, std::move(options), sink, links);
}

}  // namespace liqo::lan
