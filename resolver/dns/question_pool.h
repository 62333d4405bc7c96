#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "resolver/dns/transport.h"

namespace liqo::dns {

/// Hands the questions of several domains to their transports, within limits, and in turn: a domain
/// that asks much holds up no other.
class QuestionPool {
 public:
  static constexpr std::size_t kMaxInFlight = 256;
  static constexpr std::size_t kMaxInFlightPerDomain = 64;
  /// Of a domain's places, for what failed last time: such a question may take all of kQueryTime.
  static constexpr std::size_t kMaxRetriesPerDomain = 16;
  /// Of all places, those that no other domain can take: when the servers of many are silent, each
  /// of their questions takes all of kQueryTime. Fewer where there are more than 64 domains, one at
  /// least where there are no more than kMaxInFlight.
  static constexpr std::size_t kOwnPlaces = 4;

  class Lane;

  QuestionPool() = default;
  QuestionPool(const QuestionPool&) = delete;
  QuestionPool& operator=(const QuestionPool&) = delete;

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  void enter(Lane& lane);
  void leave(Lane& lane);
  /// Says anew what is a lane's own, after one came or went.
  void share_out();
  /// Sends what may be sent, a question a lane in each round.
  void pump();
  [[nodiscard]] bool has_place(const Lane& lane) const;

  std::vector<Lane*> lanes_;
  std::size_t turn_ = 0;
  std::size_t own_places_ = kOwnPlaces;  ///< of each lane
  std::size_t waiting_ = 0;              ///< in all lanes
  std::size_t in_flight_ = 0;
  std::size_t shared_ = 0;  ///< of these, beyond their lanes' own places
};

/// One domain's way through the pool: two transports, for what is not in trouble and for what
/// failed last. Their queries must be gone before the lane is.
class QuestionPool::Lane {
 public:
  /// `pool` must outlive it. `target`: where questions go; kept until the last of them is over.
  Lane(QuestionPool& pool, std::shared_ptr<Transport> target);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  /// Further questions go there.
  void set_target(std::shared_ptr<Transport> target) { target_ = std::move(target); }
  [[nodiscard]] const std::shared_ptr<Transport>& target() const { return target_; }
  /// Nothing that waits is sent any more.
  void close() { closed_ = true; }

  [[nodiscard]] Transport& asks();
  [[nodiscard]] Transport& retries();

 private:
  friend class QuestionPool;
  class Ticket;
  class Door;

  /// Sends one question where there is one and room for it.
  bool send_one();
  void ended(Door& door);

  QuestionPool& pool_;
  std::shared_ptr<Transport> target_;
  std::unique_ptr<Door> asks_;
  std::unique_ptr<Door> retries_;
  std::size_t in_flight_ = 0;
  bool closed_ = false;
};

}  // namespace liqo::dns
