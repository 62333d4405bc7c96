#pragma once

#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "resolver/dnssd/advert.h"
#include "resolver/lan/interfaces.h"
#include "resolver/lan/messages.h"
#include "resolver/lan/source.h"
#include "resolver/time.h"

namespace liqo::lan {

/// Makes the helper's groups agree with the advert and the links: on each link that can be
/// published on, one group of the services and, for the embedded stack, one of this host's own
/// name. What is published already is not sent again. Pure.
///
/// A link that goes down keeps its groups: Avahi announces them when it is back. One that is gone,
/// or not allowed any more, loses them at once.
class Publisher {
 public:
  /// A link that flaps is published on no more often than this, and at once the first time
  /// (RFC 6762 section 8.4 allows ten updates a minute).
  static constexpr Duration kPace = std::chrono::seconds(5);
  /// A first conflict may be with ourselves: a helper that died, whose records the daemon still
  /// holds. So the same name is tried again after this time, and only then another.
  static constexpr Duration kGhost = std::chrono::seconds(1);
  /// Renames in kRenameWindow before it gets slow: two that rename each other out of a name must
  /// not do so for ever.
  static constexpr unsigned kRenames = 3;
  static constexpr Duration kRenameWindow = std::chrono::minutes(10);
  static constexpr Duration kSlow = std::chrono::seconds(60);
  /// A group that failed is tried again, at intervals that double up to kSlow.
  static constexpr Duration kRetry = std::chrono::seconds(1);

  using Send = std::function<void(const ToHelper&)>;
  /// `interfaces` must outlive it.
  Publisher(const Interfaces& interfaces, Send send);

  void set_advert(std::optional<Advert> advert);
  /// Also when only the host's name has changed.
  void backend_running(Backend backend, const DomainName& host);
  void backend_lost();
  void on_group(const GroupReport& report, BootTime now);

  /// Sends what is due. Call it after any of the above, when links changed, and when
  /// next_deadline() comes.
  void flush(BootTime now);
  [[nodiscard]] std::optional<BootTime> next_deadline() const { return next_; }

  [[nodiscard]] std::vector<SourceStatus::Published> status() const;

 private:
  enum class Part : std::uint8_t { kHost, kService };
  struct Key {
    std::uint32_t interface = 0;
    Part part = Part::kService;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Group {
    std::uint32_t id = 0;
    std::string interface_name;
    std::string instance;
    std::string sent;  ///< the message that is in force; empty for none
    GroupState state = GroupState::kRegistering;
    std::string detail;
    unsigned number = 1;     ///< of the instance name
    unsigned conflicts = 0;  ///< since it was established last
    unsigned failures = 0;
    std::vector<BootTime> renames;
    std::optional<BootTime> again_at;  ///< to be sent anew though nothing changed
  };

  void withdraw_stale();
  void agree(const link::Link& link, Part part, BootTime now);
  void publish(Group& group, Publish message);
  void conflict(const Key& key, Group& group, BootTime now);
  [[nodiscard]] bool wanted(const Key& key) const;
  [[nodiscard]] std::vector<PublishedRecord> records(const link::Link& link, Part part,
                                                     const Group& group) const;
  void wait_until(BootTime time);

  const Interfaces& interfaces_;
  Send send_;
  std::optional<Advert> advert_;
  bool running_ = false;
  Backend backend_ = Backend::kAuto;
  DomainName host_;
  unsigned host_number_ = 1;
  std::map<Key, Group> groups_;
  std::uint32_t last_id_ = 0;
  /// By name, for a link that is made anew has another index each time.
  std::map<std::pair<std::string, Part>, BootTime> published_at_;
  std::optional<BootTime> next_;
};

}  // namespace liqo::lan
