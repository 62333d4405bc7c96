#pragma once

#include <unistd.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/api/admission.h"
#include "agent/api/connection.h"
#include "agent/api/context.h"
#include "agent/api/discovery.h"
#include "agent/varlink/service.h"
#include "resolver/loop/timer.h"
#include "resolver/loop/unix_listener.h"
#include "resolver/loop/unix_socket.h"

namespace liqo::api {

struct ServerOptions {
  std::string version;  ///< of the agent
  Limits limits;
  /// Whom the agent runs as: who else may control it.
  OwnUser own_user{::geteuid(), ::getegid()};
  /// Who is at the other end of a connection. Replaced by tests.
  std::function<Result<loop::PeerCredentials>(int fd)> peer_of = loop::peer_credentials;
};

/// Serves io.liqo.Discovery on a Unix socket: the agent's only door. Owns its connections.
class Server {
 public:
  /// `listening`: from loop::listen_unix() or loop::adopt_listening_unix(). `suffix` is that of
  /// the clusters' host names. All references must outlive it.
  static Result<std::unique_ptr<Server>> create(loop::Loop& loop, loop::UniqueFd listening,
                                                Registry& registry, const StatusSource& status,
                                                Actions actions, Feed::Suffix suffix,
                                                ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// To be called when a source finished its first pass, began another, or was switched on or off.
  void sources_changed() { feed_.sources_changed(); }
  /// To be called when the suffix changed: watchers are told everything anew.
  void suffix_changed() { feed_.renew(); }

  [[nodiscard]] ServerCounts counts() const;

 private:
  using Key = std::uint64_t;

  Server(loop::Loop& loop, Registry& registry, const StatusSource& status, Actions actions,
         Feed::Suffix suffix, ServerOptions options);
  void on_accepted(loop::UniqueFd socket);
  bool make_room(uid_t uid);
  bool close_longest_idle(std::optional<uid_t> of_user);
  void admit(loop::UniqueFd socket, loop::PeerCredentials peer);
  void refuse(const loop::UniqueFd& socket, Admission::Verdict verdict);
  void on_closed(Key key);
  void wake(Key key);
  void soon();
  void do_later();

  loop::Loop& loop_;
  ServerOptions options_;
  Feed feed_;
  Discovery discovery_;
  varlink::Service service_;
  Admission admission_;
  ServerCounts counts_;

  Key next_key_ = 0;
  std::map<Key, std::unique_ptr<Connection>> connections_;
  std::set<Key> woken_;
  std::set<Key> closed_;
  loop::Timer later_;  // attends the woken and buries the closed, outside of their own callbacks
  std::unique_ptr<loop::UnixListener> listener_;
};

}  // namespace liqo::api
