#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

Peer named(const ClusterId& id, const std::string& cluster_name) {
  return {.id = id, .txt = txt({{"name", cluster_name}})};
}

std::string held(const World& world, const ClusterId& id) {
  const auto cluster = world.cluster(id);
  return cluster ? cluster->held_name : "unknown";
}

}  // namespace

TEST_CASE("Names: the first claimant holds a name while it is known") {
  World world;
  world.see(named("z", "milan"));
  world.see(named("a", "milan"));
  CHECK(held(world, "z") == "milan");
  CHECK(held(world, "a").empty());
  CHECK(world.cluster("a")->name == "milan");
  world.events();
  world.at(1s);
  world.see(named("z", "milan"));
  CHECK(world.events().empty());

  SECTION("through a restart of its peer") {
    world.lose(named("z", "milan"));
    world.at(2s);
    world.see(named("z", "milan"));
    CHECK(held(world, "z") == "milan");
    CHECK(world.events().empty());
  }
  SECTION("when it goes, the next has it") {
    world.lose(named("z", "milan"), Gone::kRemoved);
    CHECK(world.events() == Lines{"changed a updated", "removed z removed"});
    CHECK(held(world, "a") == "milan");
    world.see(named("z", "milan"));
    CHECK(held(world, "z").empty());
  }
  SECTION("when it takes another, the next has it") {
    world.see(named("z", "turin"));
    CHECK(held(world, "a") == "milan");
    CHECK(held(world, "z") == "turin");
  }
}

TEST_CASE("Names: one that is yet to be told again is held over a restart") {
  World world;
  Cluster before;
  before.id = "milan-id";
  before.held_name = "milan";
  before.first_seen = world.now().wall - 1h;
  Peer peer;
  peer.source = GENERATE(Source::kLan, Source::kManual);
  if (peer.source == Source::kLan) {
    before.sightings = {kept_entry(peer, before.first_seen)};
  } else {
    world.registry().seen(peer.sighting(), EvidenceMethod::kManual, world.now());
  }
  world.registry().seen(named("rome", "milan").sighting(), EvidenceMethod::kMdns, world.now());
  world.restore(before);
  CHECK(held(world, "milan-id") == "milan");
  CHECK(held(world, "rome").empty());
  CHECK(world.cluster()->name == "milan");
  CHECK(world.cluster()->first_seen == before.first_seen);
  SECTION("its server tells it again") {
    world.answer(peer, "milan-id", "aa", "Milan");
    CHECK(held(world, "milan-id") == "milan");
    CHECK(world.cluster()->name == "Milan");
  }
  SECTION("its server tells none") {
    world.answer(peer, "milan-id", "aa");
    CHECK(held(world, "milan-id").empty());
    CHECK(held(world, "rome") == "milan");
  }
  SECTION("its server tells another") {
    world.answer(peer, "milan-id", "aa", "turin");
    CHECK(held(world, "milan-id") == "turin");
    CHECK(held(world, "rome") == "milan");
  }
}

TEST_CASE("Names: of claims in one turn the first told wins") {
  World world;
  world.registry().seen(named("z", "milan").sighting(), EvidenceMethod::kMdns, world.now());
  world.registry().seen(named("a", "milan").sighting(), EvidenceMethod::kMdns, world.now());
  world.flush();
  CHECK(held(world, "z") == "milan");
  CHECK(held(world, "a").empty());
}

TEST_CASE("Names: names are held in lower case, and only as valid labels") {
  World world;
  world.see(named("a", "Milan"));
  CHECK(held(world, "a") == "milan");
  world.see(named("b", "MILAN"));
  CHECK(held(world, "b").empty());
  const std::string bad =
      GENERATE("", "a.b", "-a", "a-", "a b", "\x1b[31m", "m\xc3\xbcnchen", "localhost.", "*");
  world.see(named("c", bad));
  CHECK(held(world, "c").empty());
  world.see(named("d", std::string(64, 'a')));
  CHECK(held(world, "d").empty());
}

constexpr const char* kUuid = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f";

TEST_CASE("Names: a UUID is an id, whoever claims it as a name, and when") {
  World world;
  world.see(named("a", kUuid));
  world.see(named("b", "8B4B6C5E-1F0A-4C3D-9A57-0A1B2C3D4E5F"));
  CHECK(held(world, "a").empty());
  CHECK(held(world, "b").empty());
  world.see({.id = kUuid});
  CHECK(host_names(*world.cluster(kUuid), "x") == Lines{std::string(kUuid) + ".x"});
}

TEST_CASE("Names: an id that comes later does not take a name that is held") {
  World world;
  world.see(named("a", "turin"));
  world.events();
  world.see({.id = "turin"});
  CHECK(world.events() == Lines{"added turin discovered"});
  CHECK(held(world, "a") == "turin");
  CHECK(host_names(*world.cluster("a"), "x") == Lines{"turin.x", "a.x"});
  CHECK(host_names(*world.cluster("turin"), "x").empty());
  const auto found = world.registry().find("turin");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Errc::kInvalid);
  CHECK(found.error().detail == "'turin' names several clusters: a, turin");

  SECTION("nor when it is told again, or changes") {
    world.see(Peer{.id = "turin", .txt = txt({{"name", "rome"}})});
    CHECK(held(world, "a") == "turin");
    CHECK(host_names(*world.cluster("turin"), "x") == Lines{"rome.x"});
  }
  SECTION("it has it when the holder goes") {
    world.lose(named("a", "turin"), Gone::kRemoved);
    CHECK(world.events() == Lines{"removed a removed", "changed turin updated"});
    CHECK(host_names(*world.cluster("turin"), "x") == Lines{"turin.x"});
    CHECK(world.registry().find("turin"));
    world.see(named("b", "turin"));
    CHECK(held(world, "b").empty());
  }
  SECTION("and before another who claims the name") {
    world.see(named("b", "turin"));
    world.see(named("a", "milan"));
    CHECK(held(world, "b").empty());
    CHECK(host_names(*world.cluster("turin"), "x") == Lines{"turin.x"});
  }
}

TEST_CASE("Names: a name never shadows another cluster's id") {
  World world;
  SECTION("which is known before") {
    world.see({.id = "turin"});
    world.see(named("a", "turin"));
    CHECK(held(world, "a").empty());
    world.lose({.id = "turin"}, Gone::kRemoved);
    CHECK(held(world, "a") == "turin");
  }
  SECTION("which comes in the same turn") {
    world.registry().seen(named("a", "turin").sighting(), EvidenceMethod::kMdns, world.now());
    world.registry().seen(Peer{.id = "turin"}.sighting(), EvidenceMethod::kMdns, world.now());
    world.flush();
    CHECK(held(world, "a").empty());
  }
  SECTION("which is ours") {
    world.registry().set_own_id("turin", world.now());
    world.see(named("a", "turin"));
    CHECK(held(world, "a").empty());
    world.registry().set_own_id("other", world.now());
    world.flush();
    CHECK(held(world, "a") == "turin");
    world.registry().set_own_id("turin", world.now());
    world.flush();
    CHECK(held(world, "a").empty());
  }
}

TEST_CASE("Names: a name that is the cluster's own id is not told twice") {
  World world;
  world.see(named("a", "a"));
  CHECK(held(world, "a").empty());
  CHECK(host_names(*world.cluster("a"), "liqo.internal") == Lines{"a.liqo.internal"});
  world.see(named("b", "milan"));
  CHECK(host_names(*world.cluster("b"), "liqo.internal") ==
        Lines{"milan.liqo.internal", "b.liqo.internal"});
}

TEST_CASE("Names: a thousand clusters that claim one name leave it to the first") {
  World world;
  for (int i = 0; i < 1'000; ++i) world.see(named("c" + std::to_string(i), "milan"));
  CHECK(held(world, "c0") == "milan");
  for (int i = 0; i < 999; ++i) {
    world.lose(named("c" + std::to_string(i), "milan"), Gone::kRemoved);
    REQUIRE(held(world, "c" + std::to_string(i + 1)) == "milan");
  }
}

TEST_CASE("Find: by id, unique prefix or unique name") {
  World world;
  world.see(named("8b4b-1", "milan"));
  world.see(named("8b4b-2", "turin"));
  world.see(named("9c", "turin"));
  const auto found = [&world](std::string_view reference) {
    const auto cluster = world.registry().find(reference);
    return cluster ? (*cluster)->id : std::string(to_string(cluster.error().code));
  };
  const std::string invalid(to_string(Errc::kInvalid));
  const std::string not_found(to_string(Errc::kNotFound));
  CHECK(found("8b4b-1") == "8b4b-1");
  CHECK(found("8B4B-1") == "8b4b-1");
  CHECK(found("9") == "9c");
  CHECK(found("milan") == "8b4b-1");
  CHECK(found("Milan") == "8b4b-1");
  CHECK(found("mila") == not_found);
  CHECK(found("8b4b") == invalid);
  CHECK(found("turin") == invalid);
  CHECK(found("rome") == not_found);
  CHECK(found("") == invalid);
  CHECK(world.registry().find("turin").error().detail ==
        "'turin' names several clusters: 8b4b-2, 9c");
}

TEST_CASE("Find: by the name that is told now") {
  World world;
  world.see(named("8b4b", "milan"));
  world.see(named("9c", "milan"));
  world.lose(named("9c", "milan"), Gone::kRemoved);
  CHECK((*world.registry().find("milan"))->id == "8b4b");
  world.see(named("8b4b", "Monza"));
  CHECK_FALSE(world.registry().find("milan"));
  CHECK((*world.registry().find("monza"))->id == "8b4b");
  world.see(named("8b4b", ""));
  CHECK_FALSE(world.registry().find("monza"));
  world.see(named("8b4b", "milan"));
  world.lose(named("8b4b", "milan"), Gone::kRemoved);
  CHECK_FALSE(world.registry().find("milan"));
}

TEST_CASE("Find: an id beats names and longer ids; a name cannot pass for a prefix") {
  World world;
  world.see({.id = "milan"});
  world.see({.id = "milan-2"});
  world.see(named("evil", "milan"));
  CHECK((*world.registry().find("milan"))->id == "milan");
  world.see(named("evil", "milan-"));
  CHECK(world.registry().find("milan-").error().code == Errc::kInvalid);
}

TEST_CASE("Find: an ambiguous or hostile reference makes one short, clean line") {
  World world;
  for (int i = 0; i < 1'000; ++i) world.see({.id = "c" + std::to_string(i)});
  const auto error = world.registry().find("c").error().detail;
  CHECK(error.size() < 200);
  CHECK(error.find("and 992 more") != std::string::npos);
  const auto hostile =
      world.registry().find("\x1b[2J\n" + std::string(100'000, 'x')).error().detail;
  CHECK(hostile.size() < 400);
  CHECK(hostile.find('\x1b') == std::string::npos);
  CHECK(hostile.find('\n') == std::string::npos);
}

}  // namespace liqo::test
