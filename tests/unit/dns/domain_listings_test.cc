// Instances that more than one listing of a domain names.
#include "resolver/dns/domain.h"
#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;
using namespace std::chrono_literals;
using Events = std::vector<std::string>;

namespace {

constexpr const char* kAuth = "_liqo_auth._tcp.example.com";
constexpr const char* kApi = "_liqo_api._tcp.example.com";
constexpr const char* kLegacy = "example.com";
constexpr const char* kOther = "other.example.com";  ///< that there is not

/// One instance, and what lists it, the first of which is answered first.
void share(World& world, const std::string& owner, const std::string& first,
           const std::string& second) {
  world.zone.set(owner, RecordType::kSrv, {"0 0 443 h.example.com"}, 7200);
  world.zone.set(owner, RecordType::kTxt, {"id=c1"}, 7200);
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"}, 7200);
  world.zone.set(first, RecordType::kPtr, {owner});
  world.zone.set(second, RecordType::kPtr, {owner});
  world.zone.manners[second] = Zone::Manner::kRefusing;
  world.run(500ms);
  world.zone.manners.clear();
  world.run(5s);
}

void drop(World& world, const std::string& listing) {
  world.zone.set(listing, RecordType::kPtr, {kOther});
  world.run(61s);
}

}  // namespace

TEST_CASE("Domain: an instance that two listings name stays while one does", "[dns]") {
  const auto [first, second] =
      GENERATE(table<std::string, std::string>({{kLegacy, kAuth}, {kAuth, kLegacy}}));
  INFO(first << " is answered first");
  World world;
  share(world, "c1.example.com", first, second);
  const Events there = {"seen c1 auth h.example.com:443"};
  const Events gone = {"unseen c1 auth h.example.com:443 withdrawn-or-expired"};
  REQUIRE(world.news().front() == there.front());
  const bool by_first = GENERATE(true, false);
  drop(world, by_first ? first : second);
  CHECK(world.news().empty());
  CHECK(world.seen_now.size() == 1);
  SECTION("and goes when the other drops it") {
    drop(world, by_first ? second : first);
    CHECK(world.news() == gone);
  }
  SECTION("and stays when the one names it again, and the other drops it") {
    world.zone.set(by_first ? first : second, RecordType::kPtr, {"c1.example.com"});
    world.run(61s);
    drop(world, by_first ? second : first);
    CHECK(world.news().empty());
    CHECK(world.seen_now.size() == 1);
  }
  CHECK(world.invariant());
}

TEST_CASE("Domain: an instance is told by the other listing before it goes by the one", "[dns]") {
  World world;
  share(world, "c1._liqo_auth._tcp.example.com", kAuth, kApi);
  CHECK(world.news().front() == "seen c1 auth h.example.com:443");
  drop(world, kAuth);
  CHECK(world.news() == Events{"seen c1 api h.example.com:443",
                               "unseen c1 auth h.example.com:443 withdrawn-or-expired"});
  CHECK(world.seen_now.begin()->second.key.record ==
        "c1._liqo_auth._tcp.example.com h.example.com:443");
  CHECK(world.domain->told().size() == 1);
}

TEST_CASE("Domain: an instance that moves from one listing to another does not go", "[dns]") {
  World world;
  world.zone.set("c1.example.com", RecordType::kSrv, {"0 0 443 h.example.com"}, 7200);
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"}, 7200);
  world.zone.set(kLegacy, RecordType::kPtr, {"c1.example.com"});
  world.sync();
  world.news();
  world.zone.set(kAuth, RecordType::kPtr, {"c1.example.com"});
  world.zone.set(kLegacy, RecordType::kPtr, {kOther});
  world.domain->refresh();
  world.run(1s);
  CHECK(world.news().empty());
  CHECK(world.seen_now.size() == 1);
}

TEST_CASE("Domain: of many instances that two listings name none goes with one", "[dns]") {
  World world;
  constexpr std::size_t kMany = 5 * Domain::kLooksPerFlush;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kMany; ++i) {
    names.push_back('c' + std::to_string(i) + ".example.com");
    world.zone.set(names.back(), RecordType::kSrv, {"0 0 443 h.example.com"}, 7200);
  }
  world.zone.set("h.example.com", RecordType::kA, {"192.0.2.1"}, 7200);
  for (const char* listing : {kAuth, kLegacy}) world.zone.set(listing, RecordType::kPtr, names);
  world.sync();
  REQUIRE(world.seen_now.size() == kMany);
  world.news();
  const char* dropping = GENERATE(kAuth, kLegacy);
  world.zone.set(dropping, RecordType::kPtr, {kOther});
  world.run(61s);
  CHECK(world.news().empty());
  CHECK(world.domain->status().instances == kMany + 1);
  world.zone.set(dropping == kAuth ? kLegacy : kAuth, RecordType::kPtr, {kOther});
  world.run(61s);
  CHECK(world.seen_now.empty());
  CHECK(world.domain->status().instances == 1);
}
