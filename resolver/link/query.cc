#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "resolver/link/links.h"
#include "resolver/loop/unique_fd.h"

namespace liqo::link {

bool is_link_up(std::uint32_t index) {
  const loop::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  request.ifr_ifindex = static_cast<int>(index);
  if (::ioctl(fd.get(), SIOCGIFNAME, &request) != 0) return false;
  if (::ioctl(fd.get(), SIOCGIFFLAGS, &request) != 0) return false;
  return (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
}

}  // namespace liqo::link
