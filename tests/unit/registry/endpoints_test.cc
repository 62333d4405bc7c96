#include "agent/registry/addresses.h"
#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

const auto kDnsPeer = [] {
  return Peer{.source = Source::kDns,
              .host = "auth.example.com",
              .addresses = {"203.0.113.7"},
              .domain = "example.com"};
};

std::string auth_host(const World& world) {
  const auto cluster = world.cluster();
  if (!cluster || !cluster->endpoints[0]) return "none";
  return cluster->endpoints[0]->host.to_string();
}

LocalNetwork network() {
  return {
      {{ip("192.168.1.10"), 24, 2}, {ip("2001:db8:1::10"), 64, 2}, {ip("fe80::10%eth0"), 64, 2}}};
}

}  // namespace

TEST_CASE("Addresses: on-link, global, private, link-local; the families in turn within each") {
  std::vector<IpAddress> told;
  for (const char* text :
       {"fe80::2%eth0", "fd00::2", "fd00::1", "10.0.0.2", "10.0.0.1", "2001:db8:9::1",
        "203.0.113.1", "2001:db8:1::2", "192.168.1.3", "192.168.1.2", "169.254.0.2", "10.0.0.1"}) {
    told.push_back(ip(text));
  }
  std::string order;
  for (const auto& address : order_addresses(told, network())) order += address.to_string() + " ";
  CHECK(order ==
        "192.168.1.2 2001:db8:1::2 192.168.1.3 203.0.113.1 2001:db8:9::1 10.0.0.1 fd00::1 "
        "10.0.0.2 fd00::2 169.254.0.2 fe80::2%eth0 ");
}

TEST_CASE("Addresses: this host's own are left out unless there is no other") {
  const auto order = [](const std::vector<IpAddress>& told) {
    std::string text;
    for (const auto& address : order_addresses(told, network())) text += address.to_string() + " ";
    return text;
  };
  CHECK(order({ip("192.168.1.10"), ip("192.168.1.2")}) == "192.168.1.2 ");
  CHECK(order({ip("192.168.1.10"), ip("fe80::10%eth0")}) == "192.168.1.10 fe80::10%eth0 ");
  // The same link-local address on another link is another host's.
  CHECK(order({ip("192.168.1.10"), ip("fe80::10%eth1")}) == "fe80::10%eth1 ");
}

TEST_CASE("Addresses: a prefix of no length makes nothing on-link") {
  const LocalNetwork tunnel{{{ip("10.9.0.1"), 0, 5}}};
  const auto order = order_addresses({ip("10.0.0.1"), ip("203.0.113.1")}, tunnel);
  CHECK(order.front().to_string() == "203.0.113.1");
}

TEST_CASE("Addresses: URLs have IPv6 in brackets and its zone escaped") {
  CHECK(https_url(ip("10.0.0.1"), 443) == "https://10.0.0.1:443");
  CHECK(https_url(ip("2001:db8::1"), 6443) == "https://[2001:db8::1]:6443");
  CHECK(https_url(ip("fe80::1%eth0"), 6443) == "https://[fe80::1%25eth0]:6443");
  CHECK(https_url(ip("fe80::1").with_zone(7, "a b%"), 1) == "https://[fe80::1%25a%20b%25]:1");
}

TEST_CASE("Registry: hostile targets give no endpoint and are counted") {
  const char* address = GENERATE("127.0.0.1", "127.1.2.3", "0.0.0.0", "224.0.0.251",
                                 "255.255.255.255", "::1", "::", "ff02::fb", "::ffff:127.0.0.1");
  World world;
  SECTION("alone they make no cluster") {
    world.see({.addresses = {address}});
    CHECK(world.events().empty());
    CHECK_FALSE(world.cluster());
  }
  SECTION("among others they are left out, of the sighting too") {
    world.see({.addresses = {"10.0.0.1", address}});
    CHECK(addresses_of(world.cluster()) == "10.0.0.1");
    CHECK(world.cluster()->sightings[0].sighting->addresses.size() == 1);
    world.report("milan-id");
    CHECK(world.requests[0].sighting.addresses.size() == 1);
  }
  SECTION("a cluster that turns to one is gone, and back when it turns away") {
    world.see({});
    world.see({.addresses = {address}});
    CHECK(world.events() ==
          Lines{"added milan-id discovered", "removed milan-id withdrawn-or-expired"});
    world.see({});
    CHECK(world.events() == Lines{"added milan-id discovered"});
  }
  CHECK(world.registry().counters().unusable_address == 1);
}

TEST_CASE("Registry: unusable addresses are counted once, not each time they are told") {
  World world;
  for (int i = 0; i < 3; ++i) world.see({.addresses = {"127.0.0.1"}});
  CHECK(world.registry().counters().unusable_address == 1);
}

TEST_CASE("Registry: port 0 and the target '.' give no endpoint") {
  World world;
  world.see({.port = 0});
  world.see({.service = Service::kApi, .host = "."});
  CHECK_FALSE(world.cluster());
}

TEST_CASE("Registry: link-local addresses carry their link's zone; DNS cannot tell them") {
  World world;
  world.see({.interface = 3, .addresses = {"fe80::1"}});
  CHECK(addresses_of(world.cluster()) == "fe80::1%eth1");
  CHECK(world.cluster()->endpoints[0]->url == "https://[fe80::1%25eth1]:30740");
  Peer dns = kDnsPeer();
  dns.id = "turin-id";
  dns.addresses = {"fe80::1", "169.254.1.1"};
  world.see(dns);
  CHECK_FALSE(world.cluster("turin-id"));
  CHECK(world.registry().counters().unusable_address == 2);
}

TEST_CASE("Registry: a multi-homed host keeps the addresses of all its links") {
  World world;
  world.see({.interface = 2, .addresses = {"10.0.0.1", "fe80::1"}});
  world.see({.interface = 3, .addresses = {"10.1.0.1", "fe80::1"}});
  CHECK(addresses_of(world.cluster()) == "10.0.0.1 10.1.0.1 fe80::1%eth0 fe80::1%eth1");
}

TEST_CASE("Registry: an endpoint never mixes two hosts or two sources") {
  World world;
  world.see({.interface = 2});
  world.see({.interface = 3, .host = "node2.local", .addresses = {"10.0.0.2"}});
  world.see({.interface = 4, .port = 1, .addresses = {"10.0.0.3"}});
  Peer dns = kDnsPeer();
  dns.host = "node1.local";
  world.see(dns);
  CHECK(addresses_of(world.cluster()) == "10.0.0.1");
}

TEST_CASE("Registry: manual before LAN before DNS, or DNS before LAN where preferred") {
  World world;
  world.see(kDnsPeer());
  CHECK(auth_host(world) == "auth.example.com");
  world.see({});
  CHECK(auth_host(world) == "node1.local");
  world.events();
  world.registry().set_preference(Source::kDns);
  world.flush();
  CHECK(world.events() == Lines{"changed milan-id updated"});
  CHECK(auth_host(world) == "auth.example.com");
  world.see({.source = Source::kManual, .host = "manual.example.com"});
  CHECK(auth_host(world) == "manual.example.com");
}

TEST_CASE("Registry: among sightings of one source the fresh is taken before the suspect") {
  World world;
  world.see({.interface = 2});
  world.see({.interface = 3, .host = "node2.local"});
  CHECK(auth_host(world) == "node1.local");
  world.link_changed(2);
  CHECK(auth_host(world) == "node2.local");
  world.prove({.interface = 2});
  CHECK(auth_host(world) == "node1.local");
}

TEST_CASE("Registry: the instance named by the id beats one that claims it, then SRV priority") {
  World world;
  const TxtRecord claims = txt({{"id", "milan-id"}, {"name", "evil"}});
  world.see({.instance = "a", .host = "evil.local", .txt = claims});
  CHECK(auth_host(world) == "evil.local");
  world.see({.interface = 3, .priority = 10, .txt = txt({{"name", "milan"}})});
  CHECK(auth_host(world) == "node1.local");
  CHECK(world.cluster()->name == "milan");
  world.see({.interface = 4, .host = "node2.local", .priority = 5});
  CHECK(auth_host(world) == "node2.local");
}

TEST_CASE("Registry: of equals the first seen is taken, so that a late-comer takes nothing over") {
  World world;
  world.see({.interface = 5, .host = "first.local"});
  world.see({.interface = 2, .host = "late.local"});
  CHECK(auth_host(world) == "first.local");
}

TEST_CASE("Registry: new local networks reorder addresses, the same ones change nothing") {
  World world;
  world.see({.addresses = {"10.0.0.1", "203.0.113.1"}});
  CHECK(addresses_of(world.cluster()) == "203.0.113.1 10.0.0.1");
  world.events();
  const LocalNetwork ten{{{ip("10.0.0.9"), 8, 2}}};
  world.registry().set_local_network(ten, world.now());
  world.flush();
  CHECK(addresses_of(world.cluster()) == "10.0.0.1 203.0.113.1");
  CHECK(world.cluster()->endpoints[0]->url == "https://10.0.0.1:30740");
  CHECK(world.events() == Lines{"changed milan-id updated"});
  const auto before = world.cluster();
  world.registry().set_local_network(ten, world.now());
  world.flush();
  CHECK(world.cluster() == before);
}

TEST_CASE("Registry: an endpoint lists 64 addresses at most") {
  World world;
  for (std::uint32_t link = 2; link < 6; ++link) {
    Peer peer{.interface = link, .addresses = {}};
    for (int i = 1; i <= 100; ++i) {
      peer.addresses.push_back("10." + std::to_string(link) + ".0." + std::to_string(i));
    }
    world.see(peer);
  }
  CHECK(world.cluster()->endpoints[0]->addresses.size() == Sighting::kMaxAddresses);
  CHECK(world.cluster()->sightings[0].sighting->addresses.size() == Sighting::kMaxAddresses);
}

}  // namespace liqo::test
