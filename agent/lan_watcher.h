#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/config/config.h"
#include "agent/registry_driver.h"
#include "resolver/lan/source.h"
#include "resolver/link/links.h"
#include "resolver/loop/clock_watch.h"

namespace liqo {

/// The LAN as the configuration wants it: owns the source, the monitor of this host's links and
/// the watch for a resume, and tells the registry when what it knows of the LAN is in doubt.
class LanWatcher {
 public:
  /// Called with this host's addresses, at the start and when they change.
  using OnNetwork = std::function<void(const LocalNetwork& network)>;

  /// `loop`, `registry` and `driver` must outlive it. Begins when configure() is called.
  /// Fails only where the kernel refuses what every kernel has.
  static Result<std::unique_ptr<LanWatcher>> create(loop::Loop& loop, Registry& registry,
                                                    RegistryDriver& driver, OnNetwork on_network,
                                                    std::function<void()> on_resume);

  ~LanWatcher();
  LanWatcher(const LanWatcher&) = delete;
  LanWatcher& operator=(const LanWatcher&) = delete;

  /// Makes the source agree with the configuration; what did not change goes on undisturbed. What
  /// is known of the LAN goes where the configuration does not look.
  void configure(const LanConfig& lan, const std::optional<Advert>& cluster);
  void refresh();

  [[nodiscard]] const LanConfig& config() const { return config_; }
  [[nodiscard]] const link::LinkTable& links() const { return monitor_->links(); }
  /// The link of this name, where `lan` has sightings on it; it need not be in force yet.
  [[nodiscard]] std::optional<std::uint32_t> index_of(const LanConfig& lan,
                                                      const std::string& name) const;
  /// The addresses of those links.
  [[nodiscard]] LocalNetwork local_network() const;
  /// Nothing while the LAN is switched off.
  [[nodiscard]] std::optional<lan::SourceStatus> status() const;

 private:
  LanWatcher(loop::Loop& loop, Registry& registry, RegistryDriver& driver, OnNetwork on_network,
             std::function<void()> on_resume);
  void start_source();
  void on_links(const link::LinkTable& before, const link::LinkTable& after);
  void resumed();
  void tell_local_network(const link::LinkTable& links);

  loop::Loop& loop_;
  Registry& registry_;
  RegistryDriver& driver_;
  OnNetwork on_network_;
  std::function<void()> on_resume_;
  LanConfig config_;
  bool configured_ = false;
  std::unique_ptr<link::LinkMonitor> monitor_;
  std::unique_ptr<loop::ResumeWatch> resume_;
  std::unique_ptr<lan::Source> source_;
};

}  // namespace liqo
