#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "resolver/dns/ares_channel.h"
#include "resolver/dns/ares_transport.h"
#include "resolver/time.h"

namespace liqo::dns {

/// A channel of a lane and how many wait for an answer over it.
struct LaneChannel {
  bool edns = true;
  bool worn = false;        ///< to be retired
  bool retired = false;     ///< asked nothing more; destroyed once nobody waits
  std::size_t waiting = 0;  ///< attempts that were neither answered nor given up
  std::unique_ptr<AresChannel> ares;
};

/// The way to one server: a small pool of channels, used in turn and each for a limited number of
/// questions, so that source ports change (RFC 5452 section 9.2); and whether it knows EDNS.
class AresLane {
 public:
  /// A server that refused EDNS is believed for so long; then it may have been replaced.
  static constexpr Duration kPlainTime = std::chrono::hours(1);

  /// `loop` and `owner` must outlive it.
  AresLane(loop::Loop& loop, const NameServer& server, const AresOptions& options,
           AresChannel::Owner& owner);
  AresLane(const AresLane&) = delete;
  AresLane& operator=(const AresLane&) = delete;

  // Not inside a callback of c-ares, for these may destroy channels:

  /// The channel that the next question goes over; null where there is no memory for one.
  LaneChannel* next(BootTime now);
  /// Asks nothing more over it.
  void retire(LaneChannel& channel);
  /// Destroys what is retired and no longer waited for.
  void sweep();

  // Inside one too:

  /// A question with OPT was answered with or without one. After one FORMERR c-ares 1.18 takes its
  /// channel for one without EDNS, and what has more than 512 octets would come over TCP alone: the
  /// channel of a server that is known for EDNS is then used no more.
  void saw_answer(LaneChannel& channel, bool has_opt);
  /// It answered FORMERR to an OPT record: until the time is over it is asked without.
  void refused_edns(BootTime now) { plain_until_ = now + kPlainTime; }

  [[nodiscard]] const NameServer& server() const { return server_; }
  /// "192.0.2.53"
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::unique_ptr<LaneChannel> open(bool edns);
  [[nodiscard]] bool is_worn(const LaneChannel& channel, bool edns) const;

  loop::Loop& loop_;
  NameServer server_;
  std::string name_;
  AresChannel::Owner& owner_;
  Duration patience_;
  bool ports_change_;
  std::size_t questions_per_channel_;
  BootTime plain_until_{};
  bool knows_edns_ = false;
  std::vector<std::unique_ptr<LaneChannel>> pool_;  ///< null: to be opened
  std::vector<std::unique_ptr<LaneChannel>> retired_;
  std::size_t turn_ = 0;
};

}  // namespace liqo::dns
