#include "agent/api/server.h"

#include <sys/socket.h>

#include <utility>

#include "agent/api/errors.h"

namespace liqo::api {

Result<std::unique_ptr<Server>> Server::create(loop::Loop& loop, loop::UniqueFd listening,
                                               Registry& registry, const StatusSource& status,
                                               Actions actions, Feed::Suffix suffix,
                                               ServerOptions options) {
  std::unique_ptr<Server> server(new Server(loop, registry, status, std::move(actions),
                                            std::move(suffix), std::move(options)));
  auto listener = loop::UnixListener::create(
      loop, std::move(listening),
      [self = server.get()](loop::UniqueFd socket) { self->on_accepted(std::move(socket)); });
  if (!listener) return listener.error();
  server->listener_ = std::move(*listener);
  return server;
}

Server::Server(loop::Loop& loop, Registry& registry, const StatusSource& status, Actions actions,
               Feed::Suffix suffix, ServerOptions options)
    : loop_(loop),
      options_(std::move(options)),
      feed_(loop, registry, options_.limits, std::move(suffix)),
      discovery_(Context{loop, feed_, status, options_.limits}, std::move(actions),
                 options_.own_user, options_.version, [this] { return counts(); }),
      service_({"Liqo", "liqo-discovery", options_.version, "https://liqo.io"}),
      admission_(options_.limits, options_.own_user.uid),
      later_(loop) {
  service_.add(discovery_.interface());
}

Server::~Server() = default;

ServerCounts Server::counts() const {
  ServerCounts counts = counts_;
  counts.connections = admission_.connections();
  counts.pauses = listener_->pauses();
  counts.calls = discovery_.calls();
  counts.looks = discovery_.looks();
  counts.checks = discovery_.checks();
  counts.resyncs = feed_.resyncs();
  for (const auto& [key, connection] : connections_) counts.watchers += connection->watches();
  return counts;
}

void Server::on_accepted(loop::UniqueFd socket) {
  auto peer = options_.peer_of(socket.get());
  if (!peer) return;  // it went again, or is none that the kernel knows
  const uid_t uid = peer->uid;
  if (!make_room(uid)) return refuse(socket, admission_.ask(uid));
  admit(std::move(socket), std::move(*peer));
}

/// True when there is a place, if need be that of a connection which nobody uses.
bool Server::make_room(uid_t uid) {
  switch (admission_.ask(uid)) {
    case Admission::Verdict::kWelcome:
      return true;
    case Admission::Verdict::kUserHasTooMany:
      return close_longest_idle(uid) && admission_.ask(uid) == Admission::Verdict::kWelcome;
    case Admission::Verdict::kFull:
      return close_longest_idle(std::nullopt) &&
             admission_.ask(uid) == Admission::Verdict::kWelcome;
  }
  return false;
}

bool Server::close_longest_idle(std::optional<uid_t> of_user) {
  BootTime longest = BootClock::now() - options_.limits.idle_grace;
  Connection* idle = nullptr;
  for (const auto& [key, connection] : connections_) {
    if (connection->closed() || (of_user && connection->uid() != *of_user)) continue;
    const auto since = connection->idle_since();
    if (!since || *since > longest) continue;
    longest = *since;
    idle = connection.get();
  }
  if (idle == nullptr) return false;
  idle->close();
  return true;
}

void Server::admit(loop::UniqueFd socket, loop::PeerCredentials peer) {
  const Key key = next_key_++;
  const uid_t uid = peer.uid;
  auto connection = Connection::create(
      loop_, std::move(socket), std::move(peer), service_, options_.limits,
      {.on_wake = [this, key] { wake(key); }, .on_closed = [this, key] { on_closed(key); }});
  if (!connection) return;
  admission_.entered(uid);
  ++counts_.accepted;
  connections_.emplace(key, std::move(*connection));
}

/// Says why and closes, without a wait: the few octets fit into a new socket's buffer.
void Server::refuse(const loop::UniqueFd& socket, Admission::Verdict verdict) {
  ++counts_.refused;
  const std::string why =
      verdict == Admission::Verdict::kUserHasTooMany
          ? limit_reached_message("maxConnectionsPerUser", "this user has too many connections")
          : limit_reached_message("maxConnections", "the agent has too many connections");
  [[maybe_unused]] const ssize_t sent =
      ::send(socket.get(), why.data(), why.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Server::on_closed(Key key) {
  const Connection& connection = *connections_.at(key);
  admission_.left(connection.uid());
  counts_.dropped += connection.dropped();
  closed_.insert(key);
  soon();
}

void Server::wake(Key key) {
  woken_.insert(key);
  soon();
}

void Server::soon() {
  if (!later_.armed()) later_.arm(Duration::zero(), [this] { do_later(); });
}

void Server::do_later() {
  for (const Key key : std::exchange(woken_, {})) {
    const auto found = connections_.find(key);
    if (found != connections_.end()) found->second->attend();
  }
  for (const Key key : std::exchange(closed_, {})) connections_.erase(key);
}

}  // namespace liqo::api
