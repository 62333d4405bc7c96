#include "tests/unit/lan/fake_bus.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "tests/support/catch.h"

namespace liqo::test {
namespace {

void write_all(int socket, std::string_view octets) {
  // What a test says fits into any socket's buffer. Who left is no concern of the bus.
  (void)!::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL);
}

}  // namespace

FakeBus::FakeBus(std::string path, Answer answer)
    : path_(std::move(path)),
      answer_(std::move(answer)),
      listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path_.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path_.data(), path_.size());
  REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
          0);
  REQUIRE(::listen(listener_.get(), 8) == 0);
}

FakeBus::~FakeBus() { ::unlink(path_.c_str()); }

void FakeBus::turn() {
  for (;;) {
    loop::UniqueFd accepted(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted) break;
    clients_.emplace_back().socket = std::move(accepted);
  }
  for (Client& client : clients_) {
    std::array<char, 4096> octets{};
    for (;;) {
      const ssize_t size = ::recv(client.socket.get(), octets.data(), octets.size(), 0);
      if (size <= 0) break;
      client.input.append(octets.data(), static_cast<std::size_t>(size));
    }
    if (!client.begun) authenticate(client);
    if (client.begun) answer_calls(client);
  }
}

/// The server's side of D-Bus' SASL: whoever it is is who he says.
void FakeBus::authenticate(Client& client) {
  for (;;) {
    const std::size_t end = client.input.find("\r\n");
    if (end == std::string::npos) return;
    const std::string line = client.input.substr(0, end);
    client.input.erase(0, end + 2);
    if (line.find("AUTH") != std::string::npos) {
      write_all(client.socket.get(), "OK 0123456789abcdef0123456789abcdef\r\n");
    } else if (line == "BEGIN") {
      client.begun = true;
      return;
    } else {
      write_all(client.socket.get(), "ERROR\r\n");
    }
  }
}

void FakeBus::answer_calls(Client& client) {
  for (;;) {
    const int size = dbus_message_demarshal_bytes_needed(client.input.data(),
                                                         static_cast<int>(client.input.size()));
    REQUIRE(size >= 0);
    if (size == 0 || static_cast<std::size_t>(size) > client.input.size()) return;
    BusMessage call(dbus_message_demarshal(client.input.data(), size, nullptr));
    REQUIRE(call != nullptr);
    client.input.erase(0, static_cast<std::size_t>(size));
    calls_.emplace_back(dbus_message_get_member(call.get()));
    answer(client, std::move(call));
  }
}

void FakeBus::answer_late() {
  for (Client& client : clients_) {
    for (BusMessage& call : std::exchange(client.unanswered, {})) answer(client, std::move(call));
  }
}

void FakeBus::answer(Client& client, BusMessage call) {
  const BusMessage reply = answer_(call.get());
  if (!reply) return client.unanswered.push_back(std::move(call));
  static dbus_uint32_t serial = 0;
  dbus_message_set_serial(reply.get(), ++serial);
  char* octets = nullptr;
  int length = 0;
  REQUIRE(dbus_message_marshal(reply.get(), &octets, &length) != FALSE);
  write_all(client.socket.get(), {octets, static_cast<std::size_t>(length)});
  dbus_free(octets);
}

BusMessage reply_to(DBusMessage* call) {
  BusMessage reply(dbus_message_new_method_return(call));
  const std::string_view member = dbus_message_get_member(call);
  if (member == "Hello") {
    const char* name = ":1.1";
    dbus_message_append_args(reply.get(), DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID);
  } else if (member == "NameHasOwner") {
    const dbus_bool_t there = TRUE;
    dbus_message_append_args(reply.get(), DBUS_TYPE_BOOLEAN, &there, DBUS_TYPE_INVALID);
  }
  return reply;
}

BusMessage error_to(DBusMessage* call, const char* error) {
  return BusMessage(dbus_message_new_error(call, error, "as the test wants it"));
}

}  // namespace liqo::test
