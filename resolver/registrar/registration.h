#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "resolver/registrar/primary.h"
#include "resolver/time.h"

namespace liqo::registrar {

/// How a registration stands, for people.
struct RegistrationStatus {
  enum class State : std::uint8_t {
    kDone,     ///< it is in the zone as it should be
    kPending,  ///< not yet, or not known: the server is being asked, or silent
    kRefused,  ///< the server said no; it is asked again
    kHeld,     ///< the name is somebody else's; looked at again
  };
  State state = State::kPending;
  std::optional<WallTime> until{};  ///< the end of our lease, where something of ours is there
  std::optional<BootTime> next{};   ///< when the server is asked next
  std::string error{};
  std::string advice{};
};
/// "done", "pending", "refused", "held"
std::string_view to_string(RegistrationStatus::State state);

/// Makes one instance in one zone be what is wanted, and keeps it so: reads what is there, decides
/// (plan.h), sends one update, and renews its lease. What it knows of the zone is what it read or
/// wrote last; that others wrote since is told by the prerequisites. No update is sent again before
/// it was read back whether it happened.
class Registration {
 public:
  /// After silence, from the first to the longest: a server that is back is found within it.
  static constexpr Duration kFirstRetry = std::chrono::seconds(1);
  static constexpr Duration kMaxSilentRetry = std::chrono::seconds(30);
  /// After a refusal; somebody has to change something first.
  static constexpr Duration kMaxRefusedRetry = std::chrono::minutes(5);
  /// A name that is held is looked at again after this time.
  static constexpr Duration kHeldRetry = std::chrono::minutes(5);
  /// Between two changes of one instance: an address that flaps must not keep the zone's servers
  /// and secondaries busy. Only a withdrawal does not wait.
  static constexpr Duration kMinInterval = std::chrono::seconds(5);
  /// Several agents of one cluster may start at once; one of them wins each round.
  static constexpr unsigned kMaxRounds = 8;

  using Clock = std::function<Now()>;
  /// Called when next_deadline() or status() may differ.
  using Changed = std::function<void()>;

  /// `primary` must outlive it. `jitter`: 0 to 1, by which retries are spread.
  Registration(Names names, Terms terms, Primary& primary, Clock clock, Changed changed,
               std::function<double()> jitter);
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

  /// What is to be there; nothing: ours is withdrawn. The same again changes nothing.
  void want(std::optional<Entry> entry);
  /// Another TTL has every record written anew.
  void set_terms(const Terms& terms);
  /// The server is another, or may answer again: it is asked at once.
  void restart();

  [[nodiscard]] std::optional<BootTime> next_deadline() const;
  void advance();

  /// Nothing is wanted, and nothing of ours is in the zone, or it has ended: it can be forgotten.
  [[nodiscard]] bool gone() const;
  [[nodiscard]] const RegistrationStatus& status() const { return status_; }
  [[nodiscard]] const std::optional<Entry>& wanted() const { return wanted_; }

 private:
  void step();
  void read();
  void have_read(Result<Records> found);
  void send(Plan plan);
  void have_sent(const Outcome& outcome);
  void settle(const Plan& plan);
  void hold(const Plan& plan);
  [[nodiscard]] bool too_soon() const;
  void rest();
  void fail(RegistrationStatus::State state, std::string error, std::string advice, Duration most);
  void wait(Duration time);

  Names names_;
  Terms terms_;
  Primary& primary_;
  Clock clock_;
  Changed changed_;
  std::function<double()> jitter_;
  std::optional<Entry> wanted_;
  std::optional<Records> found_;      ///< what the zone has; nothing: not known
  std::optional<Records> suspected_;  ///< as it was read when the name seemed to be held
  std::optional<Plan> sent_;
  std::uint32_t sent_ttl_ = 0;  ///< of the records in it: set_terms() may come meanwhile
  bool settled_ = false;        ///< nothing to do before status_.next
  bool afresh_ = false;         ///< every record is to be written
  bool ours_ = true;            ///< something of ours may be there
  unsigned rounds_ = 0;         ///< updates in a row that somebody else was faster than
  unsigned failures_ = 0;
  std::optional<BootTime> written_;  ///< when the zone was changed last
  RegistrationStatus status_;
  std::unique_ptr<Primary::Job> job_;
};

}  // namespace liqo::registrar
