#pragma once

#include <memory>
#include <string>

#include "agent/registry/registry.h"
#include "agent/state/ordered_writes.h"
#include "agent/state/state_file.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/work.h"
#include "resolver/time.h"

namespace liqo::state {

/// Keeps the registry's clusters over a restart of the agent, in state.json of its directory.
/// Clusters are shared and never altered, so the file is written on another thread: the loop never
/// waits for a disk, but in save(). A file that cannot be read or written costs a line in the log
/// and nothing else.
class Keeper {
 public:
  /// Changes are gathered for this long: clusters come in bursts.
  static constexpr Duration kSettle = std::chrono::seconds(1);
  /// At most one write in this time, for the sake of flash memory; also the time to a retry.
  static constexpr Duration kInterval = std::chrono::seconds(30);
  /// Written again by then without any change, so that the file's age tells how long the agent was
  /// away even after a crash.
  static constexpr Duration kRefresh = std::chrono::hours(6);

  /// The loop and the registry must outlive it. `directory` is made where only it is missing.
  Keeper(loop::Loop& loop, Registry& registry, std::string directory);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Puts what the agent before this one knew into the registry, but what was on interfaces or in
  /// domains that are no more. A file that is no good, or cannot be read, is renamed to
  /// state.json.bad. Call it once, before anything but what was added by hand is seen. Returns how
  /// many clusters came back.
  std::size_t load(const InterfaceIndex& interfaces, const DomainFilter& domains, Now now);

  /// Writes now and waits for it: on a clean stop.
  void save();
  /// Writes that failed, ever.
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  void changed();
  void arm(Duration delay);
  void save_in_background();
  void finished(const Result<void>& result);

  loop::Loop& loop_;
  Registry& registry_;
  std::string directory_;
  std::shared_ptr<OrderedWrites> writes_;
  std::uint64_t generation_ = 0;
  bool dirty_ = false;
  BootTime last_write_;
  std::string error_;  // of the last write; empty when it went well
  std::uint64_t failed_ = 0;
  loop::Timer timer_;
  std::unique_ptr<loop::Work> work_;
  Registry::Token token_;
};

}  // namespace liqo::state
