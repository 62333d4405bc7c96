#include "agent/api/permission.h"

#include <algorithm>

namespace liqo::api {

bool may_control(const loop::PeerCredentials& peer, const OwnUser& agent) {
  return peer.uid == 0 || peer.uid == agent.uid || peer.gid == agent.gid ||
         std::find(peer.groups.begin(), peer.groups.end(), agent.gid) != peer.groups.end();
}

}  // namespace liqo::api
