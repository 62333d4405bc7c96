#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "resolver/loop/unique_fd.h"
#include "resolver/result.h"

namespace liqo::loop {

/// Stream sockets in the file system. Every descriptor made here is non-blocking and close-on-exec.

/// Makes `path` a listening socket that every local user may connect to, whatever the umask, and
/// replaces what is there, a stale socket above all. The socket appears under its name only when it
/// accepts connections already. kInvalid when the path is too long for a socket's address.
Result<UniqueFd> listen_unix(const std::string& path);

/// Takes over a descriptor that a service manager opened; kInvalid where it is no listening
/// AF_UNIX stream socket.
Result<UniqueFd> adopt_listening_unix(int fd);

/// Connects; for clients and tests.
Result<UniqueFd> connect_unix(const std::string& path);

/// Who is at the other end, as the kernel saw it when the connection was made.
struct PeerCredentials {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< supplementary ones
};

/// SO_PEERCRED and SO_PEERGROUPS of a connected AF_UNIX socket.
Result<PeerCredentials> peer_credentials(int fd);

}  // namespace liqo::loop
