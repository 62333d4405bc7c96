#include "tests/unit/probe/network.h"

#include <net/if.h>

#include <string>

#include "tests/support/catch.h"
#include "tests/support/private_network.h"

namespace liqo::probe {

using test::run;

bool enter_network() {
  if (!test::enter_private_network()) return false;
  run("ip link add link0 type veth peer name link1");
  run("ip link set link0 up && ip link set link1 up");
  run("ip address add 192.0.2.53/24 dev link0");
  run("ip address add 2001:db8::53/64 dev link0 nodad");
  run("ip address add fe80::53/64 dev link0 nodad");
  run("ip route add unreachable 198.51.100.0/24");
  run("ip route add unreachable 2001:db8:1::/64");
  run("ip ntable change name arp_cache dev link0 retrans 100");
  run("ip ntable change name ndisc_cache dev link0 retrans 100");
  return true;
}

IpAddress silent_neighbour(unsigned host) {
  const std::string text = "192.0.2." + std::to_string(host);
  run("ip neighbour replace " + text + " lladdr 02:00:00:00:00:99 dev link0");
  return address(text);
}

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

IpAddress address(std::string_view text, const char* interface) {
  return address(text).with_zone(::if_nametoindex(interface), interface);
}

}  // namespace liqo::probe
