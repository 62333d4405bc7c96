#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/registrar/options.h"
#include "resolver/registrar/registration.h"
#include "resolver/registrar/zone_server.h"

namespace liqo::registrar {

/// One registration, for people.
struct InstanceStatus {
  DomainName zone;
  Service service = Service::kAuth;
  ClusterId id;
  bool shared = false;
  std::optional<dns::NameServer> server;
  RegistrationStatus registration;
};

/// The registrations of one zone and the server that they are made with.
class Zone {
 public:
  using Key = std::pair<ClusterId, Service>;
  using Wanted = std::map<Key, Entry>;

  /// `loop` must outlive it. `changed` is called from the loop when status() or gone() may differ.
  Zone(loop::Loop& loop, const ZoneOptions& options, AgentTag agent, ZoneServer::System system,
       std::function<void()> changed);
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

  void configure(const ZoneOptions& options);
  /// All that is to be in the zone; what is not among it is withdrawn.
  void want(const Wanted& wanted);
  /// Looks at everything again now.
  void refresh();

  /// Nothing is wanted, and nothing of ours is left there.
  [[nodiscard]] bool gone() const;
  void append_status(std::vector<InstanceStatus>& status) const;
  [[nodiscard]] const ZoneOptions& options() const { return options_; }

 private:
  struct Item {
    bool shared = false;
    std::unique_ptr<Registration> registration;
  };

  /// A record that is cached for its TTL must not come back to life past its lease.
  [[nodiscard]] Terms terms() const {
    return {agent_, std::min(options_.ttl, options_.lease / 2), options_.lease};
  }
  void add(const Key& key, const Entry& entry);
  void wake();
  void sweep();

  ZoneOptions options_;
  AgentTag agent_;
  std::function<void()> changed_;
  std::minstd_rand random_;  // for jitter, which is no secret
  ZoneServer server_;
  std::map<Key, Item> items_;
  loop::Timer turn_;
  loop::Timer deadline_;
};

}  // namespace liqo::registrar
