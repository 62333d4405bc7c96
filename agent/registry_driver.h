#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "agent/registry/registry.h"
#include "resolver/lan/prober.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"

namespace liqo {

/// Drives the registry on the loop: hands it the time, what sources see and what probes prove, has
/// what it doubts asked of who can know, and has it tell its changes once per turn.
class RegistryDriver final : public SightingSink {
 public:
  /// Both must outlive it.
  RegistryDriver(loop::Loop& loop, Registry& registry);

  void seen(Sighting sighting, EvidenceMethod method) override;
  void unseen(const SightingKey& key, Gone reason) override;
  void source_lost(Source source) override;
  void source_synced(Source source) override;
  void domain_listed(Source source, const DomainName& domain, Service service) override;

  /// Asks again for what DNS told; its answer comes back through this sink.
  void set_dns_checker(std::function<void(const SightingKey& key)> check) {
    check_dns_ = std::move(check);
  }

  /// Asks a cluster that was added by hand; the answer comes back as Registry::identified().
  void set_manual_checker(std::function<void(const ClusterId& cluster)> check) {
    check_manual_ = std::move(check);
  }

  /// Called when a source was lost or finished its first pass.
  void set_source_handler(std::function<void()> handler) { source_changed_ = std::move(handler); }

  /// Called after the registry told its changes.
  void set_flush_handler(std::function<void()> handler) { flushed_ = std::move(handler); }

  /// `look` is called before time passes for the registry; it calls resumed() where the host slept
  /// since, which a timer may notice before any watch for it does.
  void set_resume_check(std::function<void()> look) { look_for_resume_ = std::move(look); }
  /// The host slept: what is doubted is asked anew.
  void resumed();

  /// Call after anything was told to the registry by another way: flushes in this turn and arms
  /// the timer for its next deadline.
  void touched();
  /// Tells consumers of everything that the registry knows, in one go: at a start, before anybody
  /// is served, where nobody waits for the loop.
  void flush_all();

 private:
  void check(const CheckRequest& request);
  void flush();

  Registry& registry_;
  std::function<void()> source_changed_ = [] {};
  std::function<void()> flushed_ = [] {};
  std::function<void()> look_for_resume_ = [] {};
  std::function<void(const SightingKey&)> check_dns_ = [](const SightingKey&) {};
  std::function<void(const ClusterId&)> check_manual_ = [](const ClusterId&) {};
  std::unique_ptr<lan::Prober> prober_;
  loop::Timer flush_;
  loop::Timer deadline_;
};

}  // namespace liqo
