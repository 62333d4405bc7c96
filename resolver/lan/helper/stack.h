#pragma once

#include <avahi-common/address.h>
#include <avahi-common/defs.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "resolver/lan/helper/channel.h"
#include "resolver/lan/messages.h"
#include "resolver/result.h"

namespace liqo::lan::helper {

// Avahi comes in two forms, a library over D-Bus to avahi-daemon and a stack of its own, with the
// same words under other names. What they share is here: ids, limits, and what the agent is told.

/// One record browser. Its destructor frees Avahi's object.
class Browser {
 public:
  explicit Browser(Watch watch, Channel& channel) : watch_(std::move(watch)), channel_(channel) {}
  virtual ~Browser() = default;
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  [[nodiscard]] const Watch& watch() const { return watch_; }

 protected:
  /// A record as Avahi tells it. `owner` is in Avahi's text form, `rdata` uncompressed.
  struct Found {
    AvahiIfIndex interface;
    AvahiProtocol protocol;
    std::string_view owner;
    std::uint16_t type;
    std::string_view rdata;
    AvahiLookupResultFlags flags;
  };
  void tell_record(bool present, const Found& found);
  void tell_event(AvahiBrowserEvent event, std::string detail);

 private:
  Watch watch_;
  Channel& channel_;
};

/// One entry group. Its destructor withdraws the records.
class Group {
 public:
  virtual ~Group() = default;
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// kRefused is a conflict with what another program on this host publishes.
  virtual Result<void> add(const PublishedRecord& record, AvahiPublishFlags more_flags) = 0;
  virtual Result<void> commit() = 0;

 protected:
  Group() = default;
};

/// Avahi in one of its forms, running. Its destructor withdraws everything and stops it.
class Stack {
 public:
  explicit Stack(Channel& channel) : channel_(channel) {}
  virtual ~Stack() = default;
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  void follow(const Watch& watch);
  void unfollow(const Unwatch& message) { browsers_.erase(message.id); }
  void publish(Publish message);
  void unpublish(const Unpublish& message) { publications_.erase(message.id); }

  /// After each turn of the loop: does what Avahi's callbacks asked for, which must not be done
  /// inside them. An error is the stack's end.
  virtual Result<void> settle() = 0;

 protected:
  virtual Result<std::unique_ptr<Browser>> open_browser(const Watch& watch) = 0;
  /// `id` is what tell_group() is to be called with.
  virtual Result<std::unique_ptr<Group>> open_group(std::uint32_t id, std::uint32_t interface) = 0;
  [[nodiscard]] virtual bool may_publish() const = 0;

  /// Avahi's word on the group; nothing where it is no longer of interest.
  void tell_group(std::uint32_t id, AvahiEntryGroupState state, std::string detail);

  /// Takes all records back, and keeps them for publish_all().
  void withdraw_all();
  void publish_all();
  /// Frees every browser and group.
  void forget_all();

  [[nodiscard]] Channel& channel() const { return channel_; }

 private:
  struct Publication {
    Publish message;
    std::unique_ptr<Group> group;  ///< nothing while it waits, or when it failed
    GroupState state = GroupState::kRegistering;
  };

  void establish(Publication& publication);
  static Result<void> fill(Group& group, const Publish& message);
  bool update_in_place(Publication& publication, const Publish& message);
  void tell(Publication& publication, GroupState state, std::string detail);

  Channel& channel_;
  std::unordered_map<std::uint32_t, std::unique_ptr<Browser>> browsers_;
  std::unordered_map<std::uint32_t, Publication> publications_;
};

/// Avahi's index of an interface; AVAHI_IF_UNSPEC for 0.
Result<AvahiIfIndex> avahi_interface(std::uint32_t index);
AvahiPublishFlags publish_flags(const PublishedRecord& record);
/// kRefused for a collision, else kUnavailable, with Avahi's own words.
Error avahi_error(int code);

}  // namespace liqo::lan::helper
