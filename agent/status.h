#pragma once

#include "agent/api/status.h"
#include "agent/config/config.h"
#include "agent/dns_status.h"
#include "agent/dns_watcher.h"
#include "agent/identity_watcher.h"
#include "agent/lan_watcher.h"
#include "agent/manual/source.h"
#include "agent/names/publisher.h"
#include "agent/registry/registry.h"
#include "agent/state/certificate_keeper.h"
#include "agent/state/keeper.h"
#include "agent/warnings.h"
#include "agent/zone_registrar.h"
#include "resolver/loop/loop.h"

namespace liqo {

/// Gathers from the components what `status` and `metrics` show, and what is worth a warning.
class StatusReport final : public api::StatusSource {
 public:
  /// All must outlive it; the others are set once they are there.
  StatusReport(const Config& config, const Registry& registry, const names::Publisher& names);
  void set_loop(const loop::Loop& loop) { loop_ = &loop; }
  void set_lan(const LanWatcher& lan) { lan_ = &lan; }
  void set_dns(const DnsWatcher& dns) { dns_ = &dns; }
  void set_manual(const manual::Source& manual) { manual_ = &manual; }
  void set_identity(const IdentityWatcher& identity) { identity_ = &identity; }
  void set_state(const state::Keeper& known, const state::CertificateKeeper& certificates) {
    known_ = &known;
    certificates_ = &certificates;
  }
  void set_registrations(const ZoneRegistrar& registrations) { registrations_ = &registrations; }

  [[nodiscard]] api::AgentStatus status() const override;
  [[nodiscard]] bool synced() const override;
  [[nodiscard]] bool is_asking_server(const ClusterId& cluster) const override;

  /// Counts and logs what went wrong since the last call; looks at most once a second. Call it
  /// whenever something changed.
  void take_note(Now now) const;

 private:
  void note_files(Now now) const;
  void add_lan(api::AgentStatus& status) const;
  void add_dns(api::AgentStatus& status) const;
  void add_manual(api::AgentStatus& status) const;
  void add_identity(api::AgentStatus& status) const;
  void add_registrations(api::AgentStatus& status) const;
  [[nodiscard]] api::SourceStatus lan_source() const;
  [[nodiscard]] std::vector<api::InterfaceStatus> interfaces() const;

  const Config& config_;
  const Registry& registry_;
  const names::Publisher& names_;
  const loop::Loop* loop_ = nullptr;
  const LanWatcher* lan_ = nullptr;
  const DnsWatcher* dns_ = nullptr;
  const manual::Source* manual_ = nullptr;
  const IdentityWatcher* identity_ = nullptr;
  const ZoneRegistrar* registrations_ = nullptr;
  const state::Keeper* known_ = nullptr;
  const state::CertificateKeeper* certificates_ = nullptr;
  WallTime since_;
  mutable BootTime noted_;
  mutable Warnings warnings_;
  mutable DomainTroubles domain_troubles_;
};

}  // namespace liqo
