#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

Identity identity_of(const World& world, const ClusterId& id = "milan-id") {
  const auto cluster = world.cluster(id);
  REQUIRE(cluster);
  return cluster->identity;
}

Peer api() { return {.service = Service::kApi, .port = 6443}; }

/// Somebody on the same LAN who claims to be the same cluster.
Peer spoofer(Service service = Service::kAuth) {
  return {.service = service,
          .interface = 3,
          .host = "evil.local",
          .port = 443,
          .addresses = {"10.0.0.66"}};
}

std::string host_of(const World& world, Service service) {
  const auto cluster = world.cluster();
  if (!cluster || !cluster->endpoints[index_of(service)]) return "none";
  return cluster->endpoints[index_of(service)]->host.to_string();
}

}  // namespace

TEST_CASE("Registry: an auth endpoint that names the id confirms it") {
  World world;
  world.see({});
  world.events();
  world.answer({}, "milan-id", "aa", "milan");
  CHECK(world.events() == Lines{"changed milan-id identity"});
  const auto cluster = world.cluster();
  CHECK(cluster->identity == Identity::kConfirmed);
  CHECK(cluster->fingerprint == "sha256:aa");
  CHECK(cluster->name == "milan");
  CHECK(cluster->held_name == "milan");
  REQUIRE(cluster->sightings[0].ids);
  CHECK(cluster->sightings[0].ids->id == "milan-id");
  CHECK(cluster->sightings[0].ids->time == world.now().wall);
  CHECK(cluster->sightings[0].evidence.method == EvidenceMethod::kIds);

  SECTION("said again it is no change") {
    world.at(1s);
    world.answer({}, "milan-id", "aa", "milan");
    CHECK(world.events().empty());
    CHECK(world.cluster()->last_seen == world.now().wall);
  }
  SECTION("its TXT tells its name first") {
    world.see({.txt = txt({{"name", "torino"}})});
    CHECK(world.cluster()->name == "torino");
  }
  SECTION("another interface of the same endpoint is confirmed with it") {
    world.see({.interface = 3});
    CHECK(identity_of(world) == Identity::kConfirmed);
    CHECK(world.cluster()->sightings[1].ids);
    world.lose({}, Gone::kLinkDown);
    world.at(10s);
    CHECK(identity_of(world) == Identity::kConfirmed);
  }
  SECTION("at another port it is not known who answers") {
    world.see({.port = 30741});
    CHECK(identity_of(world) == Identity::kClaimed);
    CHECK(world.cluster()->fingerprint == "sha256:aa");
    CHECK(world.cluster()->name.empty());
  }
}

TEST_CASE("Registry: an answer to a question about what is no more is nobody's") {
  World world;
  world.see({});
  SECTION("another address") { world.see({.addresses = {"10.0.0.2"}}); }
  SECTION("gone") {
    world.lose({}, Gone::kRemoved);
    world.at(10s);
  }
  world.answer({}, "milan-id", "aa");
  const auto cluster = world.cluster();
  CHECK((!cluster || cluster->identity == Identity::kClaimed));
  CHECK(world.registry().certificates().empty());
}

TEST_CASE("Registry: an auth endpoint that names another id is shown and not used") {
  World world;
  world.see({});
  world.see(api());
  world.see({.service = Service::kGateway, .port = 5871});
  world.events();
  world.answer({}, "turin-id", "bb", "turin");
  CHECK(world.events() == Lines{"changed milan-id identity"});
  CHECK(identity_of(world) == Identity::kMismatch);
  for (const Service service : kServices) CHECK(host_of(world, service) == "none");
  CHECK(world.cluster()->name.empty());
  CHECK(host_names(*world.cluster(), "liqo.internal").empty());
  CHECK(world.cluster()->sightings[0].ids->name == "turin");
  CHECK(world.registry().certificates().empty());
  CHECK_FALSE(world.cluster("turin-id"));
  SECTION("it is used again once it names the right one") {
    world.answer({}, "milan-id", "aa");
    CHECK(identity_of(world) == Identity::kConfirmed);
    CHECK(host_of(world, Service::kApi) == "node1.local");
  }
}

TEST_CASE("Registry: a spoofer takes nothing from a cluster that stands") {
  World world;
  world.see({});
  world.see(api());
  world.answer({}, "milan-id", "aa");
  world.see(spoofer());
  world.see(spoofer(Service::kGateway));
  const bool names_another = GENERATE(false, true);
  world.answer(spoofer(), names_another ? "evil" : "milan-id", "ee");
  CHECK(identity_of(world) == Identity::kConfirmed);
  CHECK(host_of(world, Service::kAuth) == "node1.local");
  CHECK(host_of(world, Service::kApi) == "node1.local");
  CHECK(host_of(world, Service::kGateway) == "none");
  CHECK(addresses_of(world.cluster()) == "10.0.0.1");
  SECTION("nor when that is gone") {
    world.lose({}, Gone::kLinkDown);
    world.lose(api(), Gone::kLinkDown);
    world.at(10s);
    CHECK(is_refuted(identity_of(world)));
    CHECK(host_of(world, Service::kAuth) == "none");
  }
}

TEST_CASE(
    "Registry: a spoofer takes nothing from a cluster whose services have hosts of their own") {
  const Peer auth{.host = "auth.milan-id.local"};
  const Peer api{.service = Service::kApi,
                 .host = "api.milan-id.local",
                 .port = 6443,
                 .addresses = {"10.0.0.2"}};
  const Peer gateway{.service = Service::kGateway,
                     .host = "gateway.milan-id.local",
                     .port = 5871,
                     .addresses = {"10.0.0.3"}};
  World world;
  for (const Peer& peer : {auth, api, gateway}) world.see(peer);
  const bool confirmed = GENERATE(true, false);
  if (confirmed) world.answer(auth, "milan-id", "aa");
  Peer evil = spoofer();
  // It may say that the victim's addresses are its own too.
  if (GENERATE(false, true)) evil.addresses = {"10.0.0.2", "10.0.0.66"};
  world.see(evil);
  world.answer(evil, "evil", "ee");
  CHECK(host_of(world, Service::kAuth) == "auth.milan-id.local");
  CHECK(host_of(world, Service::kApi) == "api.milan-id.local");
  CHECK(host_of(world, Service::kGateway) == "gateway.milan-id.local");
  SECTION("but where none of its auth endpoints stands") {
    world.answer(auth, "turin-id", "bb");
    CHECK(host_of(world, Service::kApi) == "none");
    CHECK(host_of(world, Service::kGateway) == "none");
  }
}

TEST_CASE("Registry: what a refuted auth endpoint's host offers is not used, under any name") {
  World world;
  world.see({});
  world.answer({}, "milan-id", "aa");
  world.see(spoofer());
  world.answer(spoofer(), "evil", "ee");
  Peer gateway = spoofer(Service::kGateway);
  gateway.host = "gateway.milan-id.local";
  world.see(gateway);
  CHECK(host_of(world, Service::kGateway) == "none");
  gateway.addresses = {"10.0.0.1", "10.0.0.66"};
  world.see(gateway);
  CHECK(host_of(world, Service::kGateway) == "gateway.milan-id.local");
}

TEST_CASE("Registry: a confirmed endpoint comes before one that is only claimed") {
  World world;
  world.see(spoofer());
  world.see({.interface = 4});
  CHECK(host_of(world, Service::kAuth) == "evil.local");
  world.answer({.interface = 4}, "milan-id", "aa");
  CHECK(host_of(world, Service::kAuth) == "node1.local");
}

TEST_CASE("Registry: another certificate is a change that a user can accept") {
  World world;
  world.see({});
  world.answer({}, "milan-id", "aa");
  world.events();
  world.answer({}, "milan-id", "bb");
  CHECK(world.events() == Lines{"changed milan-id identity"});
  CHECK(identity_of(world) == Identity::kChanged);
  CHECK(host_of(world, Service::kAuth) == "none");
  CHECK(world.cluster()->fingerprint == "sha256:aa");
  CHECK(world.cluster()->sightings[0].ids->fingerprint == "sha256:bb");

  const auto generation = world.registry().certificates_generation();
  CHECK(*world.trust("milan-id"));
  CHECK(world.events() == Lines{"changed milan-id identity"});
  CHECK(world.registry().certificates_generation() != generation);
  CHECK(identity_of(world) == Identity::kConfirmed);
  CHECK(world.cluster()->fingerprint == "sha256:bb");
  CHECK(host_of(world, Service::kAuth) == "node1.local");
  CHECK_FALSE(*world.trust("milan-id"));
  CHECK_FALSE(*world.trust("nobody"));

  SECTION("the one before is accepted still: a cluster may have two") {
    world.answer({}, "milan-id", "aa");
    CHECK(identity_of(world) == Identity::kConfirmed);
  }
  SECTION("of many the latest are kept") {
    for (const char* next : {"cc", "dd", "ee"}) {
      world.answer({}, "milan-id", next);
      CHECK(*world.trust("milan-id"));
    }
    CHECK(world.registry().certificates().at("milan-id").fingerprints ==
          std::vector<std::string>{"sha256:bb", "sha256:cc", "sha256:dd", "sha256:ee"});
  }
}

TEST_CASE("Registry: of several certificates one is accepted, and it has to be named") {
  World world;
  world.see({});
  world.see(spoofer());
  world.answer({}, "milan-id", "aa");
  world.answer({}, "milan-id", "bb");
  world.answer(spoofer(), "milan-id", "ee");
  const auto unnamed = world.trust("milan-id");
  REQUIRE_FALSE(unnamed);
  CHECK(unnamed.error().code == Errc::kInvalid);
  CHECK(unnamed.error().detail ==
        "expected the one that is right of those shown: sha256:bb at node1.local:30740, sha256:ee "
        "at evil.local:443");
  CHECK_FALSE(world.trust("milan-id", "sha256:cc"));
  CHECK_FALSE(*world.trust("milan-id", "sha256:aa"));
  CHECK(world.registry().certificates().at("milan-id").fingerprints ==
        std::vector<std::string>{"sha256:aa"});

  CHECK(*world.trust("milan-id", "sha256:bb"));
  CHECK(world.registry().certificates().at("milan-id").fingerprints ==
        std::vector<std::string>{"sha256:aa", "sha256:bb"});
  CHECK(host_of(world, Service::kAuth) == "node1.local");
}

TEST_CASE("Registry: trust does not accept one that names another cluster") {
  World world;
  world.see({});
  world.answer({}, "milan-id", "aa");
  world.answer({}, "turin-id", "bb");
  CHECK_FALSE(*world.trust("milan-id"));
  CHECK(identity_of(world) == Identity::kMismatch);
}

TEST_CASE("Registry: certificates outlive clusters and the agent") {
  World world;
  world.see({});
  world.answer({}, "milan-id", "aa");
  world.lose({}, Gone::kRemoved);
  world.at(10s);
  CHECK_FALSE(world.cluster());
  World next;
  next.registry().restore_certificates(world.registry().certificates());
  next.see({});
  CHECK(identity_of(next) == Identity::kClaimed);
  CHECK(next.cluster()->fingerprint == "sha256:aa");
  next.answer({}, "milan-id", "bb");
  CHECK(identity_of(next) == Identity::kChanged);
  next.answer({}, "milan-id", "aa");
  CHECK(identity_of(next) == Identity::kConfirmed);
}

TEST_CASE("Registry: the oldest certificate of a cluster that is not there gives way") {
  World world({.max_certificates = 2});
  for (const char* id : {"first", "second"}) {
    world.see({.id = id});
    world.answer({.id = id}, id, id);
    world.at(world.now().boot.time_since_epoch() == Duration::zero() ? 1s : 2s);
  }
  world.see({.id = "third"});
  SECTION("none where all are there") {
    world.answer({.id = "third"}, "third", "cc");
    CHECK(identity_of(world, "third") == Identity::kClaimed);
    CHECK(world.registry().counters().over_limit == 1);
    CHECK(world.registry().certificates().size() == 2);
  }
  SECTION("of one that went") {
    world.lose({.id = "first"}, Gone::kRemoved);
    world.at(10s);
    world.answer({.id = "third"}, "third", "cc");
    CHECK(identity_of(world, "third") == Identity::kConfirmed);
    CHECK_FALSE(world.registry().certificates().contains("first"));
  }
}

TEST_CASE("Registry: an instance that cannot say whose it is goes to the cluster that answers") {
  World world;
  Peer peer = dns_peer();
  peer.id = "liqo-cluster";
  peer.unnamed = true;
  world.see(peer);
  CHECK(world.events() == Lines{"added liqo-cluster discovered"});
  world.answer(peer, "milan-id", "aa", "milan");
  CHECK(world.events() == Lines{"removed liqo-cluster removed", "added milan-id discovered"});
  CHECK(identity_of(world) == Identity::kConfirmed);
  CHECK(world.cluster()->name == "milan");

  SECTION("and stays there when it is told again") {
    world.see(peer);
    peer.ttl = 120;
    world.see(peer);
    CHECK(world.events().empty());
    world.lose(peer);
    world.at(10s);
    CHECK(world.events() == Lines{"removed milan-id withdrawn-or-expired"});
  }
  SECTION("until another answers") {
    world.answer(peer, "turin-id", "bb");
    CHECK(world.events() == Lines{"removed milan-id removed", "added turin-id discovered"});
  }
  SECTION("or its TXT says") {
    peer.unnamed = false;
    peer.txt = txt({{"id", "rome-id"}});
    world.see(peer);
    CHECK(world.cluster("rome-id"));
    CHECK_FALSE(world.cluster());
  }
  SECTION("beside what else is known of it") {
    world.see({});
    CHECK(world.cluster()->sightings.size() == 2);
    CHECK(world.events() == Lines{"changed milan-id identity"});
  }
  SECTION("over a restart too") {
    World next;
    next.restore(*world.cluster());
    CHECK(next.cluster());
    next.see(peer);
    CHECK(next.cluster());
    CHECK_FALSE(next.cluster("liqo-cluster"));
  }
}

TEST_CASE("Registry: an unnamed instance of our own cluster is not listed") {
  World world({.own_id = "milan-id"});
  Peer peer = dns_peer();
  peer.id = "liqo-cluster";
  peer.unnamed = true;
  world.see(peer);
  world.answer(peer, "milan-id", "aa");
  CHECK(world.events() == Lines{"added liqo-cluster discovered", "removed liqo-cluster removed"});
  CHECK(world.registry().clusters().empty());
}

}  // namespace liqo::test
