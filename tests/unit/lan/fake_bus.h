#pragma once

#include <dbus/dbus.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "resolver/loop/unique_fd.h"

namespace liqo::test {

struct FreeMessage {
  void operator()(DBusMessage* message) const { dbus_message_unref(message); }
};
using BusMessage = std::unique_ptr<DBusMessage, FreeMessage>;

/// A system bus that says what a test wants: it lets anybody in and hands each call to `answer`,
/// which may return nothing. Single-threaded: it acts in turn().
class FakeBus {
 public:
  using Answer = std::function<BusMessage(DBusMessage* call)>;

  /// Listens at `path`, which it removes in the end.
  FakeBus(std::string path, Answer answer);
  ~FakeBus();
  FakeBus(const FakeBus&) = delete;
  FakeBus& operator=(const FakeBus&) = delete;

  /// Takes in who came and answers what was asked so far.
  void turn();
  /// Answers what had no answer, now that there is one.
  void answer_late();

  /// The calls so far, by their names.
  [[nodiscard]] const std::vector<std::string>& calls() const { return calls_; }
  [[nodiscard]] std::size_t connections() const { return clients_.size(); }

 private:
  struct Client {
    loop::UniqueFd socket;
    std::string input;
    bool begun = false;  ///< past the authentication
    std::vector<BusMessage> unanswered;
  };
  void authenticate(Client& client);
  void answer_calls(Client& client);
  void answer(Client& client, BusMessage call);

  std::string path_;
  Answer answer_;
  loop::UniqueFd listener_;
  std::vector<Client> clients_;
  std::vector<std::string> calls_;
};

BusMessage reply_to(DBusMessage* call);
BusMessage error_to(DBusMessage* call, const char* error);

}  // namespace liqo::test
