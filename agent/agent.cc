#include "agent/agent.h"

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <utility>

#include "agent/build_info.h"
#include "agent/cluster_check.h"
#include "agent/dns_look.h"
#include "agent/notify.h"

namespace liqo {
namespace {

/// Of the 2 s in which the agent has stopped, what servers of zones may take.
constexpr Duration kWithdrawTime = std::chrono::milliseconds(1'500);

constexpr const char* kSocketName = "/io.liqo.Discovery";

/// The listening socket: the service manager's (sd_listen_fds(3)) where it gave us one.
Result<loop::UniqueFd> listening_socket(const std::string& runtime_dir) {
  const int passed = sd_listen_fds(1);
  if (passed > 1) {
    return Error{Errc::kInvalid, "the service manager passed " + std::to_string(passed) +
                                     " sockets; one was expected"};
  }
  if (passed == 1) return loop::adopt_listening_unix(SD_LISTEN_FDS_START);
  return loop::listen_unix(runtime_dir + kSocketName);
}

std::unique_ptr<dns::HostResolver> make_host_resolver(loop::Loop& loop,
                                                      dns::HostResolver::Changed changed) {
  return dns::HostResolver::create(loop, {}, std::move(changed));
}

RegistryOptions registry_options(const Config& config) {
  RegistryOptions options;
  if (config.cluster) options.own_id = config.cluster->id;
  options.prefer = config.prefer;
  return options;
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::create(loop::Loop& loop, const Options& options,
                                             Config config) {
  // Before anything reads or writes there: an agent that runs already is left in peace.
  auto lock = api::RuntimeLock::take(options.runtime_dir);
  if (!lock) return lock.error();
  std::unique_ptr<Agent> agent(new Agent(loop, options, std::move(config), std::move(*lock)));
  if (auto started = agent->start(); !started) return started.error();
  return agent;
}

Agent::Agent(loop::Loop& loop, const Options& options, Config config, api::RuntimeLock lock)
    : loop_(loop),
      options_(options),
      config_(std::move(config)),
      lock_(std::move(lock)),
      registry_(registry_options(config_)),
      driver_(loop, registry_),
      memory_(loop),
      names_(loop, registry_, options.runtime_dir, config_.names),
      state_(loop, registry_, options.state_dir),
      certificates_(loop, registry_, options.state_dir),
      https_(probe::Https::create(loop)),
      identity_(loop, registry_, driver_, *https_),
      manual_(loop, registry_, driver_, options.state_dir, make_host_resolver),
      dns_(loop, registry_, driver_, dns::Source::create),
      zones_(loop, registry_, options.state_dir, registrar::Registrar::create),
      status_(config_, registry_, names_) {
  status_.set_loop(loop_);
  status_.set_dns(dns_);
  status_.set_identity(identity_);
  status_.set_manual(manual_);
  status_.set_registrations(zones_);
  status_.set_state(state_, certificates_);
  identity_.set_outcome_handler([this](const Sighting& asked, const Result<void>& outcome) {
    manual_.asked(asked, outcome);
  });
  manual_.set_asker([this](const ClusterId& id) { identity_.ask(id); });
}

Agent::~Agent() { leave(); }

void Agent::leave() {
  if (!server_) return;
  driver_.set_source_handler([] {});
  driver_.set_flush_handler([] {});
  server_.reset();
  state_.save();
  certificates_.save_and_wait();
  lan_.reset();
}

Result<void> Agent::start() {
  certificates_.load();
  if (auto watching = watch_lan(); !watching) return watching;
  if (auto serving = serve(); !serving) return serving;
  identity_.configure(config_.verify);
  lan_->configure(config_.lan, config_.cluster);
  dns_.configure(config_.dns);
  zones_.set_links(lan_->links());
  zones_.configure(config_);
  return {};
}

Result<void> Agent::watch_lan() {
  auto lan = LanWatcher::create(
      loop_, registry_, driver_,
      [this](const LocalNetwork& network) {
        network_ = network;
        names_.set_local_network(network);
        identity_.set_local_network(network);
        if (lan_) zones_.set_links(lan_->links());
      },
      [this] {
        names_.renew();
        dns_.refresh();
        manual_.refresh();
        zones_.refresh();
      });
  if (!lan) return lan.error();
  lan_ = std::move(*lan);
  status_.set_lan(*lan_);
  const auto index_of_link = [this](const std::string& name) {
    return lan_->index_of(config_.lan, name);
  };
  const auto is_usable = [this](const DomainName& domain, const std::optional<Dnssec>& dnssec) {
    return may_resume(config_.dns, domain, dnssec);
  };
  manual_.load();  // so that those get their names back before anybody else claims them
  if (const std::size_t known = state_.load(index_of_link, is_usable, read_clocks()); known > 0) {
    spdlog::info("{} clusters known from before are being asked again", known);
    driver_.flush_all();  // who asks first is told of all of them
  }
  driver_.touched();
  return {};
}

Result<void> Agent::serve() {
  auto listening = listening_socket(options_.runtime_dir);
  if (!listening) return listening.error();
  api::ServerOptions server_options;
  server_options.version = kVersion;
  auto server = api::Server::create(
      loop_, std::move(*listening), registry_, status_, actions(),
      [this]() -> std::string_view { return config_.names.suffix; }, std::move(server_options));
  if (!server) return server.error();
  server_ = std::move(*server);
  driver_.set_source_handler([this] { server_->sources_changed(); });
  driver_.set_flush_handler([this] {
    status_.take_note(read_clocks());
    certificates_.look();
    server_->sources_changed();
    memory_.changed();
  });
  return {};
}

api::Actions Agent::actions() {
  api::Actions actions;
  actions.refresh_all = [this] {
    lan_->refresh();
    dns_.refresh();
    manual_.refresh();
    zones_.refresh();
    identity_.ask_all();
  };
  actions.refresh = [this](const ClusterId& id) { ask(id); };
  actions.report = [this](const ClusterId& id) { ask(id); };
  actions.trust = [this](const ClusterId& id, const std::optional<std::string>& fingerprint,
                         api::Done done) { return trust(id, fingerprint, std::move(done)); };
  actions.browse = [this](const std::string& domain, api::DomainLook::Done done) {
    return look_at(domain, std::move(done));
  };
  actions.add = [this](const std::string& url, std::string name, api::AddDone done) {
    return add(url, std::move(name), std::move(done));
  };
  actions.remove = [this](const std::string& reference, const std::optional<ClusterId>& cluster,
                          api::Done done) {
    return manual_.remove(reference, cluster, std::move(done));
  };
  actions.check = [this](std::shared_ptr<const Cluster> cluster,
                         api::ClusterCheck::Handlers handlers) {
    return check(std::move(cluster), std::move(handlers));
  };
  return actions;
}

std::unique_ptr<api::ClusterCheck> Agent::check(std::shared_ptr<const Cluster> cluster,
                                                api::ClusterCheck::Handlers handlers) {
  // What it finds is what the registry is to know: `trust` accepts no certificate that it has not
  // seen.
  identity_.ask(cluster->id);
  const auto known = registry_.certificates().find(cluster->id);
  std::vector<std::string> fingerprints;
  if (known != registry_.certificates().end()) fingerprints = known->second.fingerprints;
  return std::make_unique<RunningCheck>(loop_, *https_, config_.cluster, network_,
                                        std::move(cluster), std::move(fingerprints),
                                        std::move(handlers));
}

Result<void> Agent::add(const std::string& url, std::string name, api::AddDone done) {
  const auto parsed = manual::parse_auth_url(url);
  if (!parsed) return parsed.error();
  const auto suffix = DomainName::parse(config_.names.suffix);
  if (suffix && parsed->host.is_below(*suffix)) {
    return Error{Errc::kInvalid, "expected a host that is not below " + config_.names.suffix +
                                     ": its names are this agent's own"};
  }
  return manual_.add(
      *parsed, std::move(name),
      [kept = parsed->to_string(), done = std::move(done)](const Result<std::string>& problem) {
        if (!problem) return done(problem.error());
        done(api::Added{kept, *problem});
      });
}

void Agent::ask(const ClusterId& id) {
  registry_.suspect_cluster(id, read_clocks());
  identity_.ask(id);
  driver_.touched();
}

Result<bool> Agent::trust(const ClusterId& id, const std::optional<std::string>& fingerprint,
                          api::Done done) {
  auto accepted = registry_.trust(id, fingerprint, read_clocks());
  if (!accepted || !*accepted) return accepted;
  driver_.touched();
  certificates_.save(std::move(done));
  return accepted;
}

Result<std::unique_ptr<api::DomainLook>> Agent::look_at(const std::string& domain,
                                                        api::DomainLook::Done done) {
  const auto name = parse_browsing_domain(domain);
  if (!name) return name.error();
  return {std::make_unique<DnsLook>(loop_, look_options(config_.dns, *name), network_,
                                    dns::Look::create, std::move(done))};
}

void Agent::withdraw(std::function<void()> done) {
  zones_.withdraw(kWithdrawTime, std::move(done));
}

void Agent::reload() {
  notify_reloading();
  auto config = load_config(options_.config_file, options_.config_given);
  if (config) {
    apply(*config);
    spdlog::info("configuration read again");
  } else {
    spdlog::error("{}; the configuration in force stays", config.error().detail);
  }
  notify_ready("Running");
}

void Agent::apply(const Config& config) {
  const bool renamed = config.names.suffix != config_.names.suffix;
  config_ = config;
  registry_.set_own_id(config_.cluster ? config_.cluster->id : ClusterId(), read_clocks());
  registry_.set_preference(config_.prefer);
  names_.set_config(config_.names);
  identity_.configure(config_.verify);
  manual_.load();
  lan_->configure(config_.lan, config_.cluster);
  dns_.configure(config_.dns);
  zones_.configure(config_);
  if (renamed) server_->suffix_changed();
  server_->sources_changed();
  driver_.touched();
}

}  // namespace liqo
