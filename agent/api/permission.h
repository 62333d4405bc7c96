#pragma once

#include <sys/types.h>

#include "resolver/loop/unix_socket.h"

namespace liqo::api {

/// Whom the agent runs as.
struct OwnUser {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// True for root, the agent's own user, and the members of its group, supplementary groups counted.
bool may_control(const loop::PeerCredentials& peer, const OwnUser& agent);

}  // namespace liqo::api
