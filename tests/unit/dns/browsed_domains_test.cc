// The turns of the loop in which a source's domains ask.
#include "resolver/dns/browsed_domains.h"

#include <algorithm>
#include <array>

#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;
using namespace std::chrono_literals;

namespace {

/// So many domains of so many instances, on a clock that stands still unless its pace is set.
struct Turns final : SightingSink {
  static constexpr std::size_t kDomains = 8;
  static constexpr std::size_t kInstances = 50;

  Turns() {
    std::map<DomainName, BrowsedDomains::Wanted> wanted;
    for (std::size_t i = 0; i < kDomains; ++i) {
      const std::string domain = "d" + std::to_string(i) + ".example.com";
      publish(domain);
      wanted[name(domain)].options = {.name = name(domain), .legacy = false};
    }
    domains.set(wanted);
    settle();
  }
  void publish(const std::string& domain) {
    const std::string listing = "_liqo_auth._tcp." + domain;
    std::vector<std::string> listed;
    for (std::size_t i = 0; i < kInstances; ++i) {
      listed.push_back("c" + std::to_string(i) + '.' + listing);
      zone.set(listed.back(), RecordType::kSrv, {"0 0 443 h." + domain}, 600);
      zone.set(listed.back(), RecordType::kTxt, {"txtvers=1"}, 600);
    }
    zone.set(listing, RecordType::kPtr, listed, 600);
    zone.set("h." + domain, RecordType::kA, {"192.0.2.1"}, 600);
  }

  /// A turn in which no answer comes; what it asked.
  std::size_t ask() {
    const std::uint64_t before = status().questions;
    domains.advance();
    return static_cast<std::size_t>(status().questions - before);
  }
  /// Until everything is answered and told, in no time.
  void settle() {
    for (bool busy = true; busy;) {
      server->deliver(now);
      domains.advance();
      domains.tell();
      busy = std::exchange(awake, false) || server->under_way() > 0 || is_due();
    }
  }
  [[nodiscard]] bool is_due() const {
    const auto next = domains.next_deadline();
    return next && *next <= now;
  }
  [[nodiscard]] SourceStatus status() const {
    SourceStatus status;
    domains.add_status(status);
    return status;
  }
  /// Of each domain, what is under way or waits for its turn in the pool.
  [[nodiscard]] std::vector<std::size_t> in_flight() const {
    std::vector<std::size_t> all;
    for (const DomainStatus& domain : status().domains) all.push_back(domain.in_flight);
    return all;
  }

  void seen(Sighting, EvidenceMethod) override {}
  void unseen(const SightingKey&, Gone) override {}
  void source_lost(liqo::Source) override {}
  void source_synced(liqo::Source) override {}
  void domain_listed(liqo::Source, const DomainName&, Service) override {}

  BootTime now{100h};
  Duration pace{};  ///< by which the clock goes on each time it is read
  bool awake = false;
  Zone zone;
  std::shared_ptr<ScriptedTransport> server = make_server();
  QuestionPool pool;
  BrowsedDomains domains{{.pool = pool,
                          .sink = *this,
                          .way = [this](const DomainOptions&) { return server; },
                          .clock =
                              [this] {
                                now += pace;
                                return Now{now, WallTime{now.time_since_epoch()}};
                              },
                          .wake = [this] { awake = true; },
                          .seed = [] { return 1; }}};

 private:
  std::shared_ptr<ScriptedTransport> make_server() {
    auto made = std::make_shared<ScriptedTransport>(zone, [this] { return now; });
    made->delay = Duration::zero();
    return made;
  }
};

/// PTR of the services, SRV and TXT of each instance, and the host's addresses.
constexpr std::size_t kSets = Turns::kDomains * (3 + 2 * Turns::kInstances + 2);

}  // namespace

TEST_CASE("Browsed domains: what is due at once is asked by turns, each once", "[dns]") {
  Turns world;
  REQUIRE_FALSE(world.is_due());
  const std::string what = GENERATE("refresh", "other servers", "sleep");
  INFO(what);
  world.now += 1min;
  const std::uint64_t before = world.status().questions;
  if (what == "refresh") world.domains.refresh();
  if (what == "other servers") world.domains.follow_system();
  if (what == "sleep") world.now += 3h;
  CHECK(world.status().questions == before);
  std::size_t asked = 0;
  std::size_t turns = 0;
  for (; world.is_due(); ++turns) {
    const std::size_t in_turn = world.ask();
    REQUIRE(in_turn <= BrowsedDomains::kAsksPerTurn);
    asked += in_turn;
  }
  CHECK(asked == kSets);
  CHECK(turns <= kSets / BrowsedDomains::kAsksPerTurn + 2);  // the last turns what is late stale
  CHECK(world.server->under_way() == QuestionPool::kMaxInFlight);
  world.settle();
  CHECK(world.domains.refreshed());
}

TEST_CASE("Browsed domains: each has its turn in asking before any has a second", "[dns]") {
  Turns world;
  world.now += 1min;
  world.domains.refresh();
  world.ask();
  world.ask();
  CHECK(world.in_flight() == std::vector(Turns::kDomains, BrowsedDomains::kAsksPerVisit));
}

TEST_CASE("Browsed domains: at the end of an outage what failed is asked by turns", "[dns]") {
  Turns world;
  world.zone.manner = Zone::Manner::kRefusing;
  for (int i = 0; i < 3; ++i) {
    world.now += 10min;
    world.settle();
  }
  world.now += 10s;
  world.zone.manner = Zone::Manner::kGood;
  while (!world.is_due()) world.now += 1s;
  world.ask();
  world.server->deliver(world.now);
  std::size_t turns = 0;
  for (; world.is_due(); ++turns) {
    const std::vector<std::size_t> before = world.in_flight();
    REQUIRE(world.ask() <= BrowsedDomains::kAsksPerTurn);
    for (std::size_t i = 0; i < Turns::kDomains; ++i) {
      REQUIRE(world.in_flight()[i] <= before[i] + BrowsedDomains::kAsksPerVisit);
    }
  }
  CHECK(turns > 1);
  world.settle();
  for (const DomainStatus& domain : world.status().domains) CHECK(domain.error.empty());
}

TEST_CASE("Browsed domains: a turn in asking is over when its time is", "[dns]") {
  Turns world;
  world.now += 3h;
  world.pace = BrowsedDomains::kTurn;
  CHECK(world.ask() == BrowsedDomains::kAsksPerVisit);
  CHECK(world.is_due());
}
