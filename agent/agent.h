#pragma once

#include <memory>
#include <string>

#include "agent/api/runtime_lock.h"
#include "agent/api/server.h"
#include "agent/config/config.h"
#include "agent/dns_watcher.h"
#include "agent/identity_watcher.h"
#include "agent/lan_watcher.h"
#include "agent/manual/source.h"
#include "agent/memory_trimmer.h"
#include "agent/names/publisher.h"
#include "agent/options.h"
#include "agent/probe/https.h"
#include "agent/registry/registry.h"
#include "agent/registry_driver.h"
#include "agent/state/certificate_keeper.h"
#include "agent/state/keeper.h"
#include "agent/status.h"
#include "agent/zone_registrar.h"
#include "resolver/loop/loop.h"

namespace liqo {

/// The agent's components and who tells whom. Owns them all; they go in reverse order.
class Agent {
 public:
  /// Takes the runtime directory, reads what the agent before it knew, and serves. The first
  /// error that makes serving impossible is returned; one line, fit for standard error.
  static Result<std::unique_ptr<Agent>> create(loop::Loop& loop, const Options& options,
                                               Config config);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  /// Reads the configuration again. A wrong one leaves the old in force.
  void reload();

  /// Takes back what is told in zones, which servers elsewhere must be told of: `done` is called
  /// once, from the loop, when that is over or has had its time. What is told on the LAN goes with
  /// the agent.
  void withdraw(std::function<void()> done);

  /// Ends all that others notice (the socket, the LAN helper and with it what is told on the LAN),
  /// and writes what is to outlive the agent. Only memory is left then, and the helper, which has a
  /// moment to say goodbye: Loop::wait_for_children(). The destructor begins with this.
  void leave();

 private:
  Agent(loop::Loop& loop, const Options& options, Config config, api::RuntimeLock lock);
  Result<void> start();
  Result<void> watch_lan();
  Result<void> serve();
  void apply(const Config& config);
  void ask(const ClusterId& id);
  api::Actions actions();
  Result<void> add(const std::string& url, std::string name, api::AddDone done);
  std::unique_ptr<api::ClusterCheck> check(std::shared_ptr<const Cluster> cluster,
                                           api::ClusterCheck::Handlers handlers);
  Result<bool> trust(const ClusterId& id, const std::optional<std::string>& fingerprint,
                     api::Done done);
  Result<std::unique_ptr<api::DomainLook>> look_at(const std::string& domain,
                                                   api::DomainLook::Done done);

  loop::Loop& loop_;
  Options options_;
  Config config_;
  api::RuntimeLock lock_;
  Registry registry_;
  RegistryDriver driver_;
  MemoryTrimmer memory_;
  names::Publisher names_;
  state::Keeper state_;
  state::CertificateKeeper certificates_;
  std::unique_ptr<probe::Https> https_;
  IdentityWatcher identity_;
  manual::Source manual_;
  DnsWatcher dns_;
  ZoneRegistrar zones_;
  LocalNetwork network_;
  std::unique_ptr<LanWatcher> lan_;
  StatusReport status_;
  std::unique_ptr<api::Server> server_;
};

}  // namespace liqo
