#include "resolver/lan/helper/bus.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace liqo::lan::helper {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAvahi = "org.freedesktop.Avahi";
constexpr const char* kDefaultAddress = "unix:path=/run/dbus/system_bus_socket";

constexpr Monotonic::duration kReconnect = 500ms;
// The wait for a bus doubles up to this while the way to its socket is watched: the kernel tells
// when the bus is there. So long may go unnoticed only that one which refused us has room again.
constexpr Monotonic::duration kMaxReconnect = 30s;
// Where it cannot be watched, asking alone tells. Half of the two seconds in which the LAN must be
// back after its daemon is.
constexpr Monotonic::duration kMaxReconnectBlind = 1s;
// An answer is quick: looked for often at first. Later the descriptor tells, or it is late anyway.
constexpr auto kEager = 50ms;
constexpr auto kEagerTurn = 1ms;
constexpr auto kPatientTurn = 100ms;
// Once it is late the descriptor alone tells; what could not be written yet is tried again.
constexpr auto kLateTurn = 1s;
constexpr auto kIdleTurn = 10s;
// While nothing else is asked. An avahi-daemon that hangs is to be seen in `status` well within the
// minute for which what it told is kept; each costs a wake-up of the bus and of avahi-daemon.
constexpr auto kPingPace = 10s;
// systemd starts avahi-daemon in 100 ms; where it takes longer, its name on the bus will tell.
constexpr auto kStartLimit = 3s;
constexpr auto kSilentAfter = 1s;
// From then on, in which we ran ourselves. A host under load is silent for seconds, and to leave
// avahi-daemon withdraws what we publish: as patient as the watchdog is with us.
constexpr auto kHungAfter = 9s;
// As long as an answer counts as "just now": the batch of calls that follows it.
constexpr auto kFresh = 200ms;

struct FreeMessage {
  void operator()(DBusMessage* message) const { dbus_message_unref(message); }
};
using Message = std::unique_ptr<DBusMessage, FreeMessage>;

Message bus_call(const char* method) {
  return Message(
      dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, method));
}

/// Is `name` to be answered without being started by this message?
Message ping() {
  Message message(dbus_message_new_method_call(kAvahi, "/", DBUS_INTERFACE_PEER, "Ping"));
  if (message) dbus_message_set_auto_start(message.get(), FALSE);
  return message;
}

Message with_name(Message message, const char* name) {
  if (message) dbus_message_append_args(message.get(), DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID);
  return message;
}

Message start_avahi() {
  Message message = with_name(bus_call("StartServiceByName"), kAvahi);
  const dbus_uint32_t flags = 0;
  if (message) dbus_message_append_args(message.get(), DBUS_TYPE_UINT32, &flags, DBUS_TYPE_INVALID);
  return message;
}

bool is_error(DBusMessage* message) {
  return dbus_message_get_type(message) == DBUS_MESSAGE_TYPE_ERROR;
}

const char* bus_address() {
  const char* given = ::secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
  return given != nullptr && *given != '\0' ? given : kDefaultAddress;
}

/// Where the bus' socket is in the file system; nothing where it is elsewhere.
std::unique_ptr<PathWatch> watch_of_socket(const AvahiPoll* api) {
  DBusAddressEntry** entries = nullptr;
  int count = 0;
  if (dbus_parse_address(bus_address(), &entries, &count, nullptr) == FALSE) return nullptr;
  const char* path = count == 1 ? dbus_address_entry_get_value(entries[0], "path") : nullptr;
  auto watch = path != nullptr ? std::make_unique<PathWatch>(api, path) : nullptr;
  dbus_address_entries_free(entries);
  return watch;
}

}  // namespace

Bus::Bus(const AvahiPoll* api) : api_(api), socket_(watch_of_socket(api)), reconnect_(kReconnect) {}

void Bus::turn(Monotonic::time_point now) {
  const bool appeared = socket_ && socket_->happened();
  if (connection_ == nullptr && appeared) {
    // It may not listen yet.
    reconnect_ = kReconnect;
    connect_at_ = now;
  }
  if (connection_ == nullptr && now >= connect_at_) connect(now);
  if (connection_ != nullptr) read(now);
  if (connection_ != nullptr) on_overdue(now);
  if (daemon_ == Daemon::kUnknown && !pending_) ask(Question::kOwner, now);
  if (daemon_ == Daemon::kAnswers && !pending_ && now >= answered_ + kPingPace) {
    ask(Question::kPing, now);
  }
  plan(now);
}

bool Bus::answers_now(Monotonic::time_point now) {
  if (daemon_ == Daemon::kAnswers && now - answered_ < kFresh) return true;
  if (daemon_ == Daemon::kAnswers && !pending_) {
    ask(Question::kPing, now);
    plan(now);
  }
  return false;
}

bool Bus::hangs(Monotonic::time_point now) const {
  return daemon_ == Daemon::kSilent && now - silent_since_ >= kHungAfter;
}

void Bus::doubt() {
  if (daemon_ == Daemon::kAnswers) daemon_ = Daemon::kUnknown;
}

void Bus::connect(Monotonic::time_point now) {
  // Before the attempt: what comes after it is told.
  const bool watched = socket_ && socket_->look();
  connect_at_ = now + reconnect_;
  reconnect_ = std::min(reconnect_ * 2, watched ? kMaxReconnect : kMaxReconnectBlind);
  daemon_ = Daemon::kNoBus;
  connection_ = dbus_connection_open_private(bus_address(), nullptr);
  if (connection_ == nullptr) return;
  dbus_connection_set_exit_on_disconnect(connection_, FALSE);
  int fd = -1;
  if (dbus_connection_get_unix_fd(connection_, &fd) == FALSE) return disconnect();
  wakeup_ = std::make_unique<Wakeup>(api_, fd);
  daemon_ = Daemon::kUnknown;
  ask(Question::kHello, now);
}

void Bus::disconnect() {
  wakeup_.reset();
  pending_.reset();
  if (connection_ == nullptr) return;
  dbus_connection_close(connection_);
  dbus_connection_unref(connection_);
  connection_ = nullptr;
}

void Bus::lose() {
  disconnect();
  daemon_ = Daemon::kNoBus;
}

void Bus::read(Monotonic::time_point now) {
  const bool connected = dbus_connection_read_write(connection_, 0) != FALSE;
  // A message may be the end of the connection.
  while (connection_ != nullptr) {
    const Message message(dbus_connection_pop_message(connection_));
    if (!message) break;
    on_message(message.get(), now);
  }
  if (connection_ == nullptr) return;
  if (connected && dbus_connection_get_is_connected(connection_) != FALSE) return;
  lose();
}

void Bus::on_message(DBusMessage* message, Monotonic::time_point now) {
  if (pending_ && dbus_message_get_reply_serial(message) == pending_->serial) {
    return on_reply(message, now);
  }
  if (dbus_message_is_signal(message, DBUS_INTERFACE_DBUS, "NameOwnerChanged") == FALSE) return;
  const char* name = nullptr;
  const char* before = nullptr;
  const char* after = nullptr;
  if (dbus_message_get_args(message, nullptr, DBUS_TYPE_STRING, &name, DBUS_TYPE_STRING, &before,
                            DBUS_TYPE_STRING, &after, DBUS_TYPE_INVALID) == FALSE) {
    return;
  }
  if (std::string_view(name) == kAvahi) on_owner(*after != '\0', now);
}

void Bus::on_reply(DBusMessage* reply, Monotonic::time_point now) {
  const Question question = pending_->question;
  pending_.reset();
  switch (question) {
    case Question::kHello:
      // It may have as many connections of this user as it takes (max_connections_per_user).
      if (is_error(reply)) return lose();
      reconnect_ = kReconnect;
      follow_owner();
      return ask(Question::kOwner, now);
    case Question::kOwner: {
      dbus_bool_t there = FALSE;
      dbus_message_get_args(reply, nullptr, DBUS_TYPE_BOOLEAN, &there, DBUS_TYPE_INVALID);
      if (there == FALSE && !start_tried_) return ask(Question::kStart, now);
      return on_owner(there != FALSE, now);
    }
    case Question::kStart:
      return on_owner(!is_error(reply), now);
    case Question::kPing:
      // An error is the bus's own: nobody has the name.
      if (is_error(reply)) return on_owner(false, now);
      daemon_ = Daemon::kAnswers;
      answered_ = now;
  }
}

void Bus::on_owner(bool there, Monotonic::time_point now) {
  daemon_ = there ? Daemon::kUnknown : Daemon::kAbsent;
  pending_.reset();
  start_tried_ = true;
  if (there) ask(Question::kPing, now);
}

void Bus::on_overdue(Monotonic::time_point now) {
  if (!pending_) return;
  const auto waited = now - pending_->asked;
  if (pending_->question == Question::kStart) {
    if (waited >= kStartLimit) on_owner(false, now);
    return;
  }
  // Where it is the bus that does not answer, avahi-daemon is as good as silent.
  if (waited < kSilentAfter || daemon_ == Daemon::kSilent) return;
  daemon_ = Daemon::kSilent;
  silent_since_ = now;
}

void Bus::ask(Question question, Monotonic::time_point now) {
  if (connection_ == nullptr) return;
  Message message;
  switch (question) {
    case Question::kHello:
      message = bus_call("Hello");
      break;
    case Question::kOwner:
      message = with_name(bus_call("NameHasOwner"), kAvahi);
      break;
    case Question::kStart:
      message = start_avahi();
      break;
    case Question::kPing:
      message = ping();
      break;
  }
  dbus_uint32_t serial = 0;
  if (!message || dbus_connection_send(connection_, message.get(), &serial) == FALSE) return;
  pending_ = {question, serial, now};
}

void Bus::follow_owner() {
  const Message rule =
      with_name(bus_call("AddMatch"),
                "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                "member='NameOwnerChanged',arg0='org.freedesktop.Avahi'");
  if (!rule) return;
  dbus_message_set_no_reply(rule.get(), TRUE);
  dbus_connection_send(connection_, rule.get(), nullptr);
}

void Bus::plan(Monotonic::time_point now) {
  if (connection_ == nullptr) {
    next_turn_ = connect_at_;
  } else if (!pending_) {
    next_turn_ = daemon_ == Daemon::kAnswers ? answered_ + kPingPace : now + kIdleTurn;
  } else if (daemon_ == Daemon::kSilent) {
    next_turn_ = now + kLateTurn;
  } else {
    next_turn_ = now + (now - pending_->asked < kEager ? Monotonic::duration(kEagerTurn)
                                                       : Monotonic::duration(kPatientTurn));
  }
}

}  // namespace liqo::lan::helper
