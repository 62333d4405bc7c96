#pragma once

#include <dbus/dbus.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "resolver/lan/helper/path_watch.h"
#include "resolver/lan/helper/poll.h"

namespace liqo::lan::helper {

/// The system bus, asked whether avahi-daemon is there and answers, without ever waiting for it:
/// libavahi-client waits up to 25 s for each of its answers, so it is used only while avahi-daemon
/// is known to give them. Connects again by itself.
class Bus {
 public:
  enum class Daemon {
    kUnknown,  ///< being asked
    kNoBus,    ///< there is no bus, or it does not take us
    kAbsent,   ///< it is not on the bus, nor could the bus start it
    kSilent,   ///< it is, and has not answered for a second
    kAnswers,
  };

  explicit Bus(const AvahiPoll* api);
  ~Bus() { disconnect(); }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;

  /// Reads what came and writes what can be written. After each turn of the loop.
  void turn(Monotonic::time_point now);
  /// When turn() wants to be called again.
  [[nodiscard]] Monotonic::time_point next_turn() const { return next_turn_; }

  [[nodiscard]] Daemon daemon() const { return daemon_; }
  /// Has avahi-daemon answered just now? If not it is asked: true in a later turn.
  bool answers_now(Monotonic::time_point now);
  /// Has it been silent for so long that it will not be waited for?
  [[nodiscard]] bool hangs(Monotonic::time_point now) const;
  /// libavahi-client lost it: what was known of it is no longer.
  void doubt();

 private:
  enum class Question : std::uint8_t { kHello, kOwner, kStart, kPing };
  struct Pending {
    Question question;
    dbus_uint32_t serial;
    Monotonic::time_point asked;
  };

  void connect(Monotonic::time_point now);
  void disconnect();
  void lose();
  void read(Monotonic::time_point now);
  void on_message(DBusMessage* message, Monotonic::time_point now);
  void on_reply(DBusMessage* reply, Monotonic::time_point now);
  void on_owner(bool there, Monotonic::time_point now);
  void on_overdue(Monotonic::time_point now);
  void ask(Question question, Monotonic::time_point now);
  void follow_owner();
  void plan(Monotonic::time_point now);

  const AvahiPoll* api_;
  DBusConnection* connection_ = nullptr;
  std::unique_ptr<Wakeup> wakeup_;
  std::unique_ptr<PathWatch> socket_;  ///< nothing where it is not in the file system
  std::optional<Pending> pending_;
  Daemon daemon_ = Daemon::kUnknown;
  bool start_tried_ = false;  ///< once: an avahi-daemon that was stopped on purpose stays so
  Monotonic::time_point connect_at_;
  Monotonic::duration reconnect_;  ///< until the attempt after the next
  Monotonic::time_point answered_;
  Monotonic::time_point silent_since_;  ///< while it is kSilent
  Monotonic::time_point next_turn_;
};

}  // namespace liqo::lan::helper
