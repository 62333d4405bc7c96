#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "agent/config/config.h"
#include "agent/registry/registry.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/work.h"
#include "resolver/time.h"

namespace liqo::names {

/// When the files are written.
struct PublisherOptions {
  /// Changes are written together for this long.
  Duration interval = std::chrono::milliseconds(100);
  /// And for so many times as long as the last write took: 10,000 clusters take 150 ms, and many
  /// that change all the time must not keep a processor busy with their names.
  int rest = 4;
  /// But no longer than this: changes are to be seen, and the lease is not to end meanwhile.
  Duration max_apart = std::chrono::seconds(30);
  /// Half the lease: one failed renewal, or a slow one, is no gap.
  Duration renewal = std::chrono::minutes(5);
  /// A name that ends by its own word (TXT `until=`) is looked at once more this long before: that
  /// its end was put off is no change that would be told.
  Duration before_end = std::chrono::seconds(1);
  /// What an agent before us left is overruled by then, even where nothing was found: restored
  /// clusters have been asked and have answered, or are gone (suspect_limit and its asking).
  Duration takeover = std::chrono::seconds(15);
  /// After a failed write; doubled each time up to the most.
  Duration first_retry = std::chrono::seconds(1);
  Duration max_retry = std::chrono::seconds(60);
  /// Up to so many clusters are written by the loop itself, in 5 ms at most: sooner than another
  /// thread would, and on most hosts there never is one. 10,000 clusters take 150 ms.
  std::size_t in_loop = 256;
};

/// Keeps hosts.cdb and hosts in the runtime directory true to the registry: the first change is
/// written in the next turn of the loop, those that follow together, at most ten times a second,
/// and more seldom where a write takes long. The snapshot's lease is renewed at half its time even
/// when nothing changes, and sooner where a name ends before.
///
/// On start a snapshot that still holds, of the agent before this one, stays until the first
/// change, or until takeover; on destruction the files stay too: their readers see no gap over a
/// restart, and a stopped agent's names end with the lease.
class Publisher {
 public:
  struct Status {
    std::size_t names = 0;     ///< in the files
    std::size_t left_out = 0;  ///< over a limit
    std::uint64_t writes = 0;  ///< of hosts.cdb, ever
    std::uint64_t failed = 0;  ///< writes that failed, ever
    std::string error;         ///< of the last write; empty when it went well
  };

  /// The loop and the registry must outlive it.
  Publisher(loop::Loop& loop, Registry& registry, std::string runtime_dir, NamesConfig config,
            PublisherOptions options = PublisherOptions());
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// On reload; a changed suffix is in the files in the next turn.
  void set_config(NamesConfig config);
  /// This host's links, for addresses that map back. No reason to overrule what an agent before us
  /// left.
  void set_local_network(LocalNetwork network);
  /// Writes soon although nothing changed. Call it after a resume: the lease ran on through the
  /// suspend, our timer did not.
  void renew();

  [[nodiscard]] const Status& status() const { return status_; }

 private:
  struct Job;

  void changed();
  void write();
  void written(const Job& job);
  void arm_renewal(std::optional<BootTime> first_end);
  void failed(const Error& error);

  loop::Loop& loop_;
  Registry& registry_;
  std::string runtime_dir_;
  NamesConfig config_;
  PublisherOptions options_;
  LocalNetwork network_;
  Status status_;
  bool hosts_due_ = true;  // the hosts file has no lease: it is written on changes alone
  bool again_ = false;     // something came up while a write was under way
  std::optional<BootTime> last_write_;
  Duration took_{};  ///< by the last write
  Duration retry_;
  std::stop_source stop_;  // of a write on another thread: a hundred thousand clusters take seconds
  loop::Timer due_;
  loop::Timer renewal_;
  std::unique_ptr<loop::Work> work_;  // a write under way on another thread
  Registry::Token changes_;
};

}  // namespace liqo::names
