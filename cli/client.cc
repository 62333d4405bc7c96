#include "cli/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "cli/reply_error.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

/// A full backlog makes connect() wait; an agent that accepts nobody for this long hangs.
constexpr timeval kConnectTime = {5, 0};
constexpr std::size_t kReadSize = std::size_t{64} << 10U;

std::string start_hint(int error) {
  if (error != ENOENT && error != ECONNREFUSED) return {};
  return "; start it with `systemctl start liqo-discovery` or `liqo-discoveryd`";
}

Error unreachable(const std::string& path, int error) {
  return {Errc::kUnavailable, "cannot reach the agent at " + printable(path) + ": " +
                                  std::strerror(error) + start_hint(error)};
}

int remaining_ms(BootTime deadline) {
  const auto left = (deadline - BootClock::now()).count();
  constexpr Duration::rep kLongest = 3'600'000;  // then poll() is simply called again
  return static_cast<int>(std::clamp<Duration::rep>(left, 0, kLongest));
}

}  // namespace

Client::Client(ClientOptions options, Fd fd)
    : options_(std::move(options)), fd_(std::move(fd)), framer_(options_.max_message) {}

Result<Client> Client::connect(ClientOptions options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (options.socket.size() >= sizeof(address.sun_path)) {
    return unreachable(options.socket, ENAMETOOLONG);
  }
  std::copy(options.socket.begin(), options.socket.end(), address.sun_path);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return unreachable(options.socket, errno);
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kConnectTime, sizeof(kConnectTime));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return unreachable(options.socket, errno == EAGAIN ? ETIMEDOUT : errno);
  }
  return Client(std::move(options), std::move(fd));
}

Error Client::unavailable(std::string_view what) const {
  return {Errc::kUnavailable,
          "the agent at " + printable(options_.socket) + " " + std::string(what)};
}

Result<void> Client::wait_for(short events, BootTime deadline) {
  for (;;) {
    pollfd waited{fd_.get(), events, 0};
    const int timeout = remaining_ms(deadline);
    const int ready = ::poll(&waited, 1, timeout);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return unavailable(std::strerror(errno));
    if (ready == 0 && remaining_ms(deadline) == 0) {
      Error silent = unavailable("does not answer");
      silent.code = Errc::kTimedOut;
      return silent;
    }
  }
}

Result<void> Client::send(std::string_view method, const Json& parameters, bool more) {
  Json call = {{"method", "io.liqo.Discovery." + std::string(method)}, {"parameters", parameters}};
  if (more) call["more"] = true;
  std::string message = call.dump(-1, ' ', false, Json::error_handler_t::replace);
  message.push_back('\0');
  const BootTime deadline = BootClock::now() + options_.answer_time;
  std::string_view rest = message;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return {};  // it may have said why before it hung up: that is for receive() to read
    } else if (errno == EAGAIN) {
      if (auto ready = wait_for(POLLOUT, deadline); !ready) return ready;
    } else if (errno != EINTR) {
      return unavailable(std::strerror(errno));
    }
  }
  return {};
}

Result<bool> Client::read_some() {
  std::array<char, kReadSize> octets{};
  const ssize_t count = ::recv(fd_.get(), octets.data(), octets.size(), MSG_DONTWAIT);
  if (count > 0) {
    auto fed = framer_.feed({octets.data(), static_cast<std::size_t>(count)});
    if (!fed) return Error{Errc::kMalformed, unavailable("sends " + fed.error().detail).detail};
    return true;
  }
  if (count == 0 || errno == ECONNRESET) return unavailable("closed the connection");
  if (errno == EAGAIN || errno == EINTR) return false;
  return unavailable(std::strerror(errno));
}

Result<Client::Reply> Client::read_reply(const std::string& message) const {
  auto reply = parse_json(message);
  if (!reply || !reply->is_object()) {
    return Error{Errc::kMalformed, unavailable("sent what is no varlink reply").detail};
  }
  if (reply->contains("error")) return error_of_reply(*reply);
  Json parameters = field(*reply, "parameters");
  if (!parameters.is_object()) parameters = Json::object();
  return Reply{std::move(parameters), flag_field(*reply, "continues")};
}

Result<std::optional<Client::Reply>> Client::try_receive() {
  for (;;) {
    if (auto message = framer_.next()) {
      auto reply = read_reply(*message);
      if (!reply) return reply.error();
      return std::optional<Reply>(std::move(*reply));
    }
    auto arrived = read_some();
    if (!arrived) return arrived.error();
    if (!*arrived) return std::optional<Reply>();
  }
}

Result<Client::Reply> Client::receive(BootTime deadline) {
  for (;;) {
    auto reply = try_receive();
    if (!reply) return reply.error();
    if (*reply) return std::move(**reply);
    if (auto ready = wait_for(POLLIN, deadline); !ready) return ready.error();
  }
}

Result<Json> Client::call(std::string_view method, const Json& parameters, Duration wait) {
  if (auto sent = send(method, parameters, false); !sent) return sent.error();
  auto reply = receive(BootClock::now() + options_.answer_time + wait);
  if (!reply) return reply.error();
  return std::move(reply->parameters);
}

Result<void> Client::call_more(std::string_view method, const Json& parameters,
                               const std::function<void(const Json&)>& take, Duration wait) {
  if (auto sent = send(method, parameters, true); !sent) return sent;
  for (;;) {
    auto reply = receive(BootClock::now() + options_.answer_time + wait);
    if (!reply) return reply.error();
    take(reply->parameters);
    if (!reply->continues) return {};
  }
}

}  // namespace liqo::cli
