#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dns/domain.h"
#include "resolver/dns/question_pool.h"
#include "resolver/dns/rota.h"
#include "resolver/dns/status.h"

namespace liqo::dns {

/// The domains that a source browses: which there are, each with its way to the servers, and their
/// turns in asking and telling. Does no I/O of its own and reads no clock but the one that it is
/// handed.
class BrowsedDomains {
 public:
  /// Of one turn of the loop; what is left waits for the next, so that others have their turn too.
  static constexpr Duration kTurn = std::chrono::milliseconds(5);
  /// Likewise, however fast the host is: as many as may be under way.
  static constexpr std::size_t kAsksPerTurn = QuestionPool::kMaxInFlight;
  static constexpr std::size_t kAsksPerVisit = QuestionPool::kMaxInFlightPerDomain;

  /// Where the questions of such a domain go.
  using Way = std::function<std::shared_ptr<Transport>(const DomainOptions& options)>;

  struct Parts {
    QuestionPool& pool;
    SightingSink& sink;
    Way way;
    std::function<Now()> clock;
    std::function<void()> wake;           ///< tell() is wanted; called from the loop
    std::function<std::uint64_t()> seed;  ///< of jitter, which is no secret
  };

  struct Wanted {
    DomainOptions options;
    bool enumerated = false;
  };

  /// All parts must outlive it.
  explicit BrowsedDomains(Parts parts);
  ~BrowsedDomains();
  BrowsedDomains(const BrowsedDomains&) = delete;
  BrowsedDomains& operator=(const BrowsedDomains&) = delete;

  /// As Source::configure().
  void set(const std::map<DomainName, Wanted>& wanted);
  /// Those without servers of their own have other ones, and are asked again.
  void follow_system();
  /// Asks for everything again.
  void refresh();
  void check(const SightingKey& key);

  /// Has the domains tell what they have to tell, in turn. False where more is left to tell.
  bool tell();
  /// Has the domains ask what is due, in turn. Where more is due, next_deadline() says so.
  void advance();
  [[nodiscard]] std::optional<BootTime> next_deadline() const;

  /// Every domain's first pass is over.
  [[nodiscard]] bool synced() const;
  /// Everything that was to be asked again has been.
  [[nodiscard]] bool refreshed() const;
  /// Adds theirs.
  void add_status(SourceStatus& status) const;

 private:
  struct Browsed;

  void change(Browsed& browsed, const Wanted& wanted);
  void replace(std::unique_ptr<Browsed>& place, const Wanted& wanted);
  void end_former(Browsed& browsed);
  std::unique_ptr<Browsed> browse(const Wanted& wanted);

  Parts parts_;
  std::map<DomainName, std::unique_ptr<Browsed>> domains_;
  Rota<Browsed> asking_;
  Rota<Browsed> telling_;
};

}  // namespace liqo::dns
