#include "agent/config/config.h"
#include "tests/support/catch.h"

namespace liqo {
namespace {

LanConfig lan_with(std::vector<std::string> allow) {
  LanConfig lan;
  lan.allow_interfaces = std::move(allow);
  return lan;
}

LanConfig lan_with(std::vector<std::string> allow, std::vector<std::string> deny) {
  LanConfig lan = lan_with(std::move(allow));
  lan.deny_interfaces = std::move(deny);
  lan.deny_given = true;
  return lan;
}

TEST_CASE("Interfaces: by default all but those of containers and tunnels") {
  const LanConfig lan;
  for (const char* name : {"eth0", "wlan0", "enp3s0", "bond0", "br0", "vlan7"}) {
    INFO(name);
    CHECK(interface_allowed(lan, name));
  }
  for (const char* name : {"docker0", "veth12ab", "br-5f70bf18", "cni0", "flannel.1", "cali12",
                           "cilium_host", "lxc1", "liqo.abc", "virbr0", "tun0", "wg0"}) {
    INFO(name);
    CHECK_FALSE(interface_allowed(lan, name));
  }
}

TEST_CASE("Interfaces: an allow list beats the default deny list") {
  CHECK(interface_allowed(lan_with({"wg*"}), "wg0"));
  CHECK(interface_allowed(lan_with({"docker0"}), "docker0"));
}

TEST_CASE("Interfaces: an allow list means only what it names") {
  const LanConfig lan = lan_with({"eth0", "wlan[01]", "en?"});
  CHECK(interface_allowed(lan, "eth0"));
  CHECK(interface_allowed(lan, "wlan1"));
  CHECK(interface_allowed(lan, "en0"));
  CHECK_FALSE(interface_allowed(lan, "eth1"));
  CHECK_FALSE(interface_allowed(lan, "wlan2"));
  CHECK_FALSE(interface_allowed(lan, "en00"));
  CHECK_FALSE(interface_allowed(lan, "docker0"));
}

TEST_CASE("Interfaces: a deny list that is given beats allow") {
  const LanConfig lan = lan_with({"eth*"}, {"eth1"});
  CHECK(interface_allowed(lan, "eth0"));
  CHECK_FALSE(interface_allowed(lan, "eth1"));
  CHECK_FALSE(interface_allowed(lan, "wlan0"));
}

TEST_CASE("Interfaces: a deny list that is given replaces the default one") {
  const LanConfig lan = lan_with({}, {"eth1"});
  CHECK(interface_allowed(lan, "docker0"));
  CHECK(interface_allowed(lan, "eth0"));
  CHECK_FALSE(interface_allowed(lan, "eth1"));
}

}  // namespace
}  // namespace liqo
