#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/registration_status.h"
#include "agent/registry/registry.h"
#include "resolver/link/links.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/registrar/registrar.h"

namespace liqo {

/// Zones as the configuration wants them: owns the registrar while there are any, and tells it what
/// is to be in them, as this host's addresses and the clusters of its LAN change. Logs what becomes
/// of it.
class ZoneRegistrar {
 public:
  /// Changes of the LAN's clusters that come together make one update of each.
  static constexpr Duration kGatherTime = std::chrono::milliseconds(500);

  /// registrar::Registrar::create, or a test's own.
  using Create = std::function<std::unique_ptr<registrar::Registrar>(
      loop::Loop& loop, registrar::Registrar::Options options, std::function<void()> changed)>;

  /// `loop` and `registry` must outlive it. Begins when configure() is called. `state_dir`: where
  /// it is kept which agent this is.
  ZoneRegistrar(loop::Loop& loop, Registry& registry, std::string state_dir, Create create);
  ZoneRegistrar(const ZoneRegistrar&) = delete;
  ZoneRegistrar& operator=(const ZoneRegistrar&) = delete;

  /// What is not wanted any more is withdrawn at once; what did not change is not touched.
  void configure(const Config& config);
  void set_links(const link::LinkTable& links);
  void refresh();
  /// Takes everything out of every zone: `done` is called once, from the loop, when that is so or
  /// `limit` has passed. Then only its lease ends what is left.
  void withdraw(Duration limit, std::function<void()> done);

  [[nodiscard]] std::vector<registrar::InstanceStatus> status() const;

 private:
  void create();
  void gather();
  void tell();
  void on_progress();
  void finish();

  loop::Loop& loop_;
  Registry& registry_;
  std::string state_dir_;
  Create create_;
  Config config_;
  link::LinkTable links_;
  RegistrationLog log_;
  std::unique_ptr<registrar::Registrar> registrar_;
  std::function<void()> withdrawn_;  ///< to be called; empty unless it is withdrawing
  loop::Timer gather_;
  loop::Timer limit_;
  Registry::Token token_;
};

}  // namespace liqo
