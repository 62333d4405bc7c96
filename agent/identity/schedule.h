#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "agent/registry/cluster.h"
#include "resolver/time.h"

namespace liqo::identity {

struct ScheduleOptions {
  /// Questions under way at once: a handshake costs both sides a millisecond of work.
  std::size_t max_in_flight = 8;
  /// Of these, for endpoints of one source: a flood of invented ones on the LAN, each silent for
  /// all of its time, must not keep those waiting that DNS or a user names.
  std::size_t max_in_flight_per_source = 6;
  /// A new endpoint is asked after this time: on the LAN its addresses come one by one.
  Duration settle = std::chrono::milliseconds(200);
  /// One that did not answer, doubled each time. A cluster that starts takes minutes; one that is
  /// out of reach for good is asked once an hour.
  Duration retry_first = std::chrono::seconds(5);
  Duration retry_max = std::chrono::hours(1);
};

/// One auth endpoint of one cluster that is to be asked who it is.
struct Question {
  const ClusterId* cluster = nullptr;  ///< the schedule's; never null
  std::shared_ptr<const Sighting> sighting;
  /// Whatever carries it while it is asked; goes with it.
  std::shared_ptr<void> carrier{};
  bool asking = false;

  // The schedule's own.
  [[nodiscard]] std::size_t source() const {
    return static_cast<std::size_t>(sighting->key.source);
  }
  bool forced = false;  ///< asked although it answered before
  Duration wait{};      ///< before the next attempt, once it failed
  std::optional<std::multimap<BootTime, Question*>::iterator> due{};  ///< while it waits
};

/// Which auth endpoint is asked when. Pure. Questions belong to it; one that is settled, or whose
/// endpoint is no more, goes.
class Schedule {
 public:
  /// An auth endpoint as it is known now.
  struct Endpoint {
    std::shared_ptr<const Sighting> sighting;
    bool answered = false;
  };

  explicit Schedule(ScheduleOptions options = {});

  /// The endpoints that a cluster has now. Those that have not answered are asked, and asked again
  /// with growing intervals; those that have are left alone.
  void set_endpoints(const ClusterId& cluster, const std::vector<Endpoint>& endpoints, Now now);
  /// Likewise, and all of them are asked at once, those that answered too.
  void ask_again(const ClusterId& cluster, const std::vector<Endpoint>& endpoints, Now now);
  void forget(const ClusterId& cluster);
  void clear();

  /// When take() has something next; nothing while no time matters.
  [[nodiscard]] std::optional<BootTime> next() const;
  /// The next question to ask now; null where none is due or enough are under way.
  Question* take(Now now);
  /// Somebody answered.
  void settled(Question& question);
  void failed(Question& question, Now now);

  /// Whether an endpoint of the cluster is being asked, or is about to be: one that failed and
  /// waits for its next turn is not.
  [[nodiscard]] bool is_asking(const ClusterId& cluster, Now now) const;
  [[nodiscard]] std::size_t in_flight() const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kSources = 3;
  using Questions = std::vector<std::unique_ptr<Question>>;

  void put(const ClusterId& cluster, const std::vector<Endpoint>& endpoints, bool force, Now now);
  using Due = std::multimap<BootTime, Question*>;
  [[nodiscard]] const Due* next_queue() const;
  void arm(Question& question, BootTime due);
  void drop(Question& question);

  ScheduleOptions options_;
  std::map<ClusterId, Questions, std::less<>> clusters_;
  std::array<Due, kSources> due_;  ///< those that are not asked now
  std::array<std::size_t, kSources> in_flight_{};
  std::size_t size_ = 0;
};

}  // namespace liqo::identity
