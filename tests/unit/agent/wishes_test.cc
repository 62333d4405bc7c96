#include "agent/registration/wishes.h"

#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

using namespace registration;
using registrar::Entry;
using registrar::Holding;
using Wanted = registrar::Zone::Wanted;
using Addresses = std::vector<IpAddress>;

const ClusterId kOwn = "rome-id";

link::Link link_of(std::uint32_t index, const std::string& name,
                   std::initializer_list<std::string> addresses) {
  link::Link link;
  link.index = index;
  link.name = name;
  link.up = true;
  for (const std::string& each : addresses) {
    const IpAddress address = ip(each);
    link.addresses.push_back({address, address.family() == Family::kIpv4 ? 24U : 64U});
  }
  return link;
}

link::LinkTable table(std::initializer_list<link::Link> links) {
  link::LinkTable all;
  for (const link::Link& link : links) all.emplace(link.index, link);
  return all;
}

const link::LinkTable kLan = table({link_of(2, "eth0", {"10.0.0.9", "2001:db8:1::9"})});

/// The places of one service: "30740 10.0.0.1", "443 lb.example.org".
Lines places(const Wanted& wanted, Service service = Service::kAuth,
             const ClusterId& id = "milan-id") {
  Lines lines;
  const auto entry = wanted.find({id, service});
  if (entry == wanted.end()) return lines;
  for (const Holding& holding : entry->second.holdings) {
    const auto* host = std::get_if<DomainName>(&holding.target);
    lines.push_back(
        std::to_string(holding.port) + " " +
        (host != nullptr ? host->to_string() : std::get<IpAddress>(holding.target).to_string()));
  }
  return lines;
}

/// "milan" on the LAN as these peers, the first of which has said who it is.
struct Lan : World {
  explicit Lan(const std::vector<Peer>& peers) {
    for (const Peer& peer : peers) see(peer);
    answer(peers.front(), peers.front().id, "first");
    flush();
  }
  [[nodiscard]] Wanted shared() const { return shared_entries(*cluster(), kOwn, kLan); }
};

TEST_CASE("Wishes: the global addresses of this host, and only where there are none the private") {
  CHECK(own_addresses(table({link_of(2, "eth0", {"10.0.0.9", "203.0.113.9", "fd00::9"}),
                             link_of(3, "eth1", {"2001:db8::9"})}),
                      {}) == Addresses{ip("203.0.113.9"), ip("2001:db8::9")});
  CHECK(own_addresses(table({link_of(2, "eth0", {"10.0.0.9", "fd00::9", "100.64.0.1"})}), {}) ==
        Addresses{ip("10.0.0.9"), ip("fd00::9"), ip("100.64.0.1")});
  CHECK(own_addresses({}, {}).empty());
}

TEST_CASE("Wishes: never an address that means another host elsewhere") {
  CHECK(own_addresses(table({link_of(2, "eth0",
                                     {"169.254.1.1", "fe80::1%eth0", "127.0.0.2", "::1",
                                      "::ffff:203.0.113.9", "0.0.0.0", "224.0.0.1", "ff02::1"})}),
                      {})
            .empty());
}

TEST_CASE("Wishes: never of a link that is down, loopback or denied") {
  link::Link down = link_of(2, "eth0", {"203.0.113.1"});
  down.up = false;
  link::Link loopback = link_of(3, "lo", {"203.0.113.2"});
  loopback.loopback = true;
  const auto links = table({down, loopback, link_of(4, "docker0", {"203.0.113.3"}),
                            link_of(5, "eth1", {"10.0.0.1"}), link_of(6, "eth2", {"10.0.0.2"})});
  CHECK(own_addresses(links, {}) == Addresses{ip("10.0.0.1"), ip("10.0.0.2")});
  LanConfig lan;
  lan.allow_interfaces = {"docker*", "eth2"};
  CHECK(own_addresses(links, lan) == Addresses{ip("203.0.113.3")});
  lan.allow_interfaces.clear();
  lan.deny_interfaces = {"*"};
  lan.deny_given = true;
  CHECK(own_addresses(links, lan).empty());
}

TEST_CASE("Wishes: an endpoint is where it is said to be, and else on this host") {
  Advert advert;
  advert.id = "milan-id";
  advert.txt = txt({{"id", "milan-id"}, {"name", "milan"}});
  advert.endpoints = {{Service::kAuth, 30740, OwnHost{}},
                      {Service::kApi, 6443, ip("192.168.1.1")},
                      {Service::kGateway, 5871, name("gw.example.org")}};
  const Wanted wanted = own_entries(advert, {ip("203.0.113.9"), ip("2001:db8::9")});
  CHECK(wanted.size() == 3);
  CHECK(places(wanted) == Lines{"30740 203.0.113.9", "30740 2001:db8::9"});
  CHECK(places(wanted, Service::kApi) == Lines{"6443 192.168.1.1"});
  CHECK(places(wanted, Service::kGateway) == Lines{"5871 gw.example.org"});
  for (const auto& [key, entry] : wanted) {
    CHECK(entry.txt == advert.txt);
    CHECK(entry.via.empty());
    CHECK(entry.id == key.first);
    CHECK(entry.service == key.second);
  }
  CHECK(own_entries(advert, {}).size() == 2);  // without an address no own place
}

TEST_CASE("Wishes: no more places than an instance may have") {
  Advert advert;
  advert.id = "milan-id";
  advert.endpoints = {{Service::kAuth, 30740, OwnHost{}}};
  Addresses many;
  for (int host = 1; host <= 20; ++host) many.push_back(ip("203.0.113." + std::to_string(host)));
  CHECK(places(own_entries(advert, many)).size() == Entry::kMaxHoldings);
}

TEST_CASE("Wishes: a cluster is shared when its server on the LAN has said who it is") {
  const Peer peer;
  World world;
  world.see(peer);
  CHECK(shared_entries(*world.cluster(), kOwn, kLan).empty());
  SECTION("itself") {
    world.answer(peer, "milan-id", "first");
    world.flush();
    CHECK(places(shared_entries(*world.cluster(), kOwn, kLan)) == Lines{"30740 10.0.0.1"});
    CHECK(shared_entries(*world.cluster(), "milan-id", kLan).empty());  // it is our own
  }
  SECTION("another") {
    world.answer(peer, "turin-id", "first");
    world.flush();
    if (world.cluster()) CHECK(shared_entries(*world.cluster(), kOwn, kLan).empty());
  }
  SECTION("itself, under another certificate than before") {
    world.answer(peer, "milan-id", "first");
    world.answer(peer, "milan-id", "second");
    world.flush();
    CHECK(shared_entries(*world.cluster(), kOwn, kLan).empty());
  }
}

TEST_CASE("Wishes: what DNS alone confirmed is not shared") {
  World world;
  const Peer peer = dns_peer();
  world.see(peer, EvidenceMethod::kDns);
  world.answer(peer, "milan-id", "first");
  world.flush();
  REQUIRE(world.cluster()->identity == Identity::kConfirmed);
  CHECK(shared_entries(*world.cluster(), kOwn, kLan).empty());
}

TEST_CASE("Wishes: of a shared cluster what the LAN says, and nothing that DNS says") {
  Peer in_dns = dns_peer();
  Peer api;
  api.service = Service::kApi;
  api.port = 6443;
  Lan lan({Peer{}, api, in_dns});
  const Wanted shared = lan.shared();
  CHECK(places(shared) == Lines{"30740 10.0.0.1"});
  CHECK(places(shared, Service::kApi) == Lines{"6443 10.0.0.1"});
  CHECK(shared.size() == 2);
  for (const auto& [key, entry] : shared) CHECK(entry.via == kOwn);
}

/// A stranger's, who claims to be milan.
Peer stranger(Service service, const std::string& host, const std::string& address = "10.0.0.66") {
  Peer peer;
  peer.service = service;
  peer.instance = "evil-" + host;
  peer.txt = txt({{"id", "milan-id"}});
  peer.host = host;
  peer.addresses = {address};
  return peer;
}

TEST_CASE("Wishes: a stranger on the LAN puts nothing into a zone under a cluster's id") {
  Peer api;
  api.service = Service::kApi;
  api.port = 6443;
  std::vector<Peer> peers = {Peer{}, api, stranger(Service::kAuth, "auth.evil.example"),
                             stranger(Service::kApi, "api.evil.example")};
  for (int number = 0; number < 16; ++number) {
    peers.push_back(stranger(Service::kAuth, "a" + std::to_string(number) + ".evil.example"));
  }
  Peer other_port = stranger(Service::kAuth, "node1.local", "10.0.0.1");
  other_port.port = 666;
  peers.push_back(other_port);
  const Wanted shared = Lan(peers).shared();
  CHECK(places(shared) == Lines{"30740 10.0.0.1"});
  CHECK(places(shared, Service::kApi) == Lines{"6443 10.0.0.1"});
}

TEST_CASE("Wishes: a service with a host of its own is shared where there is no doubt which") {
  Peer auth;
  auth.host = "auth.milan.local";
  Peer api;
  api.service = Service::kApi;
  api.port = 6443;
  api.host = "api.milan.local";
  INFO("at the address of the server that said who it is, whatever others say");
  CHECK(places(Lan({auth, api, stranger(Service::kApi, "api.evil.example")}).shared(),
               Service::kApi) == Lines{"6443 10.0.0.1"});
  INFO("elsewhere, as long as nobody names another");
  api.addresses = {"10.0.0.2"};
  CHECK(places(Lan({auth, api}).shared(), Service::kApi) == Lines{"6443 10.0.0.2"});
  CHECK(
      places(Lan({auth, api, stranger(Service::kApi, "api.evil.example")}).shared(), Service::kApi)
          .empty());
}

TEST_CASE("Wishes: a shared cluster goes with its last sighting on the LAN") {
  const Peer peer;
  Lan lan({peer, dns_peer()});
  REQUIRE_FALSE(lan.shared().empty());
  lan.lose(peer);
  lan.at(10s);
  REQUIRE(lan.cluster());
  CHECK(lan.shared().empty());
}

TEST_CASE("Wishes: addresses on our links come before others, and link-local never") {
  Peer peer;
  peer.addresses = {"10.0.0.5", "10.0.1.5", "172.17.0.1", "fe80::5%eth0"};
  CHECK(places(Lan({peer}).shared()) == Lines{"30740 10.0.0.5"});
  peer.addresses = {"10.0.1.5", "172.17.0.1"};
  CHECK(places(Lan({peer}).shared()) == Lines{"30740 10.0.1.5", "30740 172.17.0.1"});
  peer.addresses = {"fe80::5%eth0"};
  CHECK(Lan({peer}).shared().empty());
}

TEST_CASE("Wishes: who saw it first, and how often, makes no difference") {
  Peer first;
  Peer second;
  second.interface = 3;
  second.addresses = {"10.0.0.7", "10.0.0.1"};
  Peer v6;
  v6.family = Family::kIpv6;
  v6.addresses = {"2001:db8:1::5"};
  const Wanted one = Lan({first, second, v6}).shared();
  CHECK(one == Lan({v6, second, first}).shared());
  CHECK(places(one) == Lines{"30740 10.0.0.1", "30740 10.0.0.7", "30740 2001:db8:1::5"});
}

TEST_CASE("Wishes: a host name that others can look up is shared as it is") {
  Peer peer;
  peer.host = "auth.example.org";
  CHECK(places(Lan({peer}).shared()) == Lines{"30740 auth.example.org"});
  peer.host = "node1.LOCAL";
  CHECK(places(Lan({peer}).shared()) == Lines{"30740 10.0.0.1"});
  peer.host = "node1";
  CHECK(places(Lan({peer}).shared()) == Lines{"30740 10.0.0.1"});
}

TEST_CASE("Wishes: of a neighbour's attributes only those that we understand") {
  Peer peer;
  peer.txt = txt({{"id", "milan-id"},
                  {"name", "milan"},
                  {"version", "v0.10.3"},
                  {"site", "cloud"},
                  {"until", "1"},
                  {"via", "x"},
                  {"lease.00000001", "9999999999"},
                  {"evil", "1"}});
  const Wanted shared = Lan({peer}).shared();
  REQUIRE(shared.size() == 1);
  CHECK(shared.begin()->second.txt == txt({{"txtvers", "1"},
                                           {"id", "milan-id"},
                                           {"name", "milan"},
                                           {"version", "v0.10.3"},
                                           {"site", "cloud"}}));
}

registrar::ZoneOptions zone(const std::string& text, bool advertise, bool share) {
  registrar::ZoneOptions options;
  options.zone = name(text);
  options.advertise = advertise;
  options.share_lan = share;
  return options;
}

TEST_CASE("Wishes: each zone gets what it is configured to") {
  Lan lan({Peer{}});
  Config config;
  config.zones = {zone("a.example", true, false), zone("b.example", false, true),
                  zone("c.example", true, true), zone("d.example", false, false)};
  CHECK(wishes(config, kLan, lan.registry().clusters()).empty());  // who we are is not known
  config.cluster.emplace().id = kOwn;
  config.cluster->endpoints = {{Service::kAuth, 30741, OwnHost{}}};
  const auto all = wishes(config, kLan, lan.registry().clusters());
  REQUIRE(all.size() == 4);
  const auto ids = [](const registrar::Registrar::ZoneWish& wish) {
    Lines lines;
    for (const auto& [key, entry] : wish.wanted) lines.push_back(key.first);
    return lines;
  };
  CHECK(ids(all[0]) == Lines{kOwn});
  CHECK(ids(all[1]) == Lines{"milan-id"});
  CHECK(ids(all[2]) == Lines{"milan-id", kOwn});
  CHECK(ids(all[3]).empty());
  for (std::size_t at = 0; at < all.size(); ++at) CHECK(all[at].options == config.zones[at]);
}

TEST_CASE("Wishes: a crowd does not fill a zone, and takes nobody's place who was there before") {
  World world;
  Config config;
  config.cluster.emplace().id = kOwn;
  config.zones = {zone("a.example", false, true)};
  const auto see = [&world](const ClusterId& id) {
    Peer peer;
    peer.id = id;
    world.see(peer);
    world.answer(peer, id, id);
  };
  for (std::size_t number = 0; number < kMaxShared; ++number) see("m" + std::to_string(number));
  world.at(1s);
  see("a-late-one");
  world.flush();
  REQUIRE(world.registry().clusters().size() == kMaxShared + 1);
  const auto all = wishes(config, kLan, world.registry().clusters());
  REQUIRE(all.size() == 1);
  CHECK(all[0].wanted.size() == kMaxShared);
  CHECK_FALSE(all[0].wanted.contains({"a-late-one", Service::kAuth}));
}

}  // namespace
}  // namespace liqo::test
