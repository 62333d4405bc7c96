#include "tests/support/varlink_client.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

#include "resolver/loop/unix_socket.h"
#include "tests/support/until.h"

namespace liqo::test {

VarlinkClient::VarlinkClient(loop::Loop& loop, const std::string& socket) : loop_(loop) {
  auto fd = loop::connect_unix(socket);
  if (!fd) throw std::runtime_error(fd.error().detail);
  fd_ = std::move(*fd);
}

bool VarlinkClient::send(std::string_view octets) {
  return run_until(loop_, [&] {
    const ssize_t sent = ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) throw std::runtime_error("hung up");
    if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
    return octets.empty();
  });
}

void VarlinkClient::call(const std::string& method, Json parameters, bool more) {
  Json message = {{"method", method}, {"parameters", std::move(parameters)}};
  if (more) message["more"] = true;
  send(message.dump() + '\0');
}

VarlinkClient::Json VarlinkClient::receive() {
  std::optional<std::string> message;
  run_until(loop_, [&] {
    pump();
    message = next();
    return message || ended_;
  });
  return message ? Json::parse(*message) : Json();
}

VarlinkClient::Json VarlinkClient::ask(const std::string& method, Json parameters) {
  call(method, std::move(parameters));
  return receive()["parameters"];
}

std::string VarlinkClient::error_of(const std::string& method, Json parameters) {
  call(method, std::move(parameters));
  return receive().value("error", "");
}

void VarlinkClient::pump() {
  std::array<char, 65536> buffer;
  while (fd_ && !ended_) {
    const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      ended_ = true;
      return;
    }
    octets_ += static_cast<std::size_t>(got);
    if (!framer_.feed({buffer.data(), static_cast<std::size_t>(got)})) ended_ = true;
  }
}

bool VarlinkClient::hung_up() {
  pump();
  return ended_;
}

bool VarlinkClient::wait_for_hang_up(std::chrono::milliseconds limit) {
  return run_until(
      loop_, [&] { return hung_up(); }, limit);
}

void VarlinkClient::shut_down_sending() { ::shutdown(fd_.get(), SHUT_WR); }

std::optional<std::string> VarlinkClient::next() { return framer_.next(); }

}  // namespace liqo::test
