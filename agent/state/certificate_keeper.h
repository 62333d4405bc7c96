#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/registry/registry.h"
#include "agent/state/certificates.h"
#include "agent/state/ordered_writes.h"
#include "resolver/loop/loop.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/work.h"

namespace liqo::state {

/// Keeps the registry's certificates over restarts. Written on another thread. A file that cannot
/// be read or written costs a line in the log and nothing else.
class CertificateKeeper {
 public:
  /// First certificates are gathered for this long: clusters come in bursts.
  static constexpr Duration kSettle = std::chrono::seconds(1);
  /// Until the next attempt after one that failed.
  static constexpr Duration kRetry = std::chrono::seconds(30);

  using Saved = std::function<void(const Result<void>& result)>;

  /// The loop and the registry must outlive it.
  CertificateKeeper(loop::Loop& loop, Registry& registry, std::string directory);
  CertificateKeeper(const CertificateKeeper&) = delete;
  CertificateKeeper& operator=(const CertificateKeeper&) = delete;

  /// Gives the registry what was kept. A file that is no good, or cannot be read, is
  /// renamed to certificates.json.bad.
  void load();
  /// Call it when the registry may know others: writes them, soon.
  void look();
  /// Writes what is known now, and tells when it is on the disk. Never inside this call.
  void save(Saved saved);
  /// Writes what is not written yet, and waits for it: on a clean stop.
  void save_and_wait();
  /// Writes that failed, ever.
  [[nodiscard]] std::uint64_t failed() const { return failed_; }

 private:
  void write();
  void written(std::uint64_t generation, const Result<void>& result);

  loop::Loop& loop_;
  Registry& registry_;
  std::string directory_;
  std::shared_ptr<OrderedWrites> writes_;
  std::uint64_t kept_ = 0;      ///< the generation that is on the disk
  std::vector<Saved> waiting_;  ///< for the write after the one under way
  std::string error_;           ///< of the last write; empty when it went well
  std::uint64_t failed_ = 0;
  loop::Timer timer_;
  std::unique_ptr<loop::Work> work_;
};

}  // namespace liqo::state
