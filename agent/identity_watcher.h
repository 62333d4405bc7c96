#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/identity/schedule.h"
#include "agent/probe/https.h"
#include "agent/registry/registry.h"
#include "agent/registry_driver.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"

namespace liqo {

/// Asks the auth endpoints of clusters who they are (GET /ids), and tells the registry: new ones,
/// those that changed, and all of them now and then.
class IdentityWatcher {
 public:
  /// One that answered is asked again after this time, for its certificate may change; and how
  /// often is looked for those. The peers answer at other times each, as they were found.
  static constexpr Duration kAgain = std::chrono::hours(6);
  static constexpr Duration kSweep = std::chrono::minutes(10);
  /// After a change of this host's addresses, which come in bursts.
  static constexpr Duration kSettle = std::chrono::seconds(1);
  /// Clusters looked at in one turn of the loop: some 5 us each.
  static constexpr std::size_t kBatch = 512;

  /// Lines in the log on endpoints that are refuted, in each kSweep; all are counted.
  static constexpr unsigned kLogLines = 20;

  /// What became of one question: nothing wrong, or why not.
  using Outcome = std::function<void(const Sighting& asked, const Result<void>& outcome)>;

  struct Counters {
    std::size_t waiting = 0;     ///< endpoints that have not answered yet
    std::size_t in_flight = 0;   ///< of these, asked now
    std::uint64_t asked = 0;     ///< questions, ever
    std::uint64_t answered = 0;  ///< of these
  };

  /// All must outlive it. Asks nobody before configure() says so.
  IdentityWatcher(loop::Loop& loop, Registry& registry, RegistryDriver& driver,
                  probe::Https& https);
  IdentityWatcher(const IdentityWatcher&) = delete;
  IdentityWatcher& operator=(const IdentityWatcher&) = delete;

  void configure(const VerifyConfig& verify);
  void set_local_network(const LocalNetwork& network);
  void set_outcome_handler(Outcome handler) { told_ = std::move(handler); }

  /// Asks all auth endpoints of one cluster, or of all, whether they answered before or not.
  void ask(const ClusterId& cluster);
  void ask_all();

  /// Whether an auth endpoint of the cluster may answer soon.
  [[nodiscard]] bool is_asking(const ClusterId& cluster) const;
  [[nodiscard]] Counters counters() const;

 private:
  void on_change(const Change& change);
  [[nodiscard]] std::vector<identity::Schedule::Endpoint> endpoints_of(
      const Cluster& cluster) const;
  /// Looks at all clusters from now on, in turns of the loop.
  void walk(bool ask);
  void step();
  void look_at(const Cluster& cluster, Now now);
  void pump();
  void begin(identity::Question& question);
  void tell(const Sighting& sighting, const ClusterId& cluster, const IdsAnswer& answer,
            Identity verdict);
  void finish(identity::Question& question, const probe::HttpsOutcome& outcome);

  Registry& registry_;
  RegistryDriver& driver_;
  probe::Https& https_;
  bool enabled_ = false;
  LocalNetwork network_;
  Outcome told_ = [](const Sighting&, const Result<void>&) {};
  Counters counters_;
  unsigned logged_ = 0;  ///< lines since the last sweep
  identity::Schedule schedule_;
  ClusterId walked_;        ///< the last one that the walk under way looked at
  bool walk_asks_ = false;  ///< all of them, whether they answered before or not
  loop::Timer next_;
  loop::Timer walk_;  ///< the next turn of a walk, or the next walk
  Registry::Token token_;
};

}  // namespace liqo
