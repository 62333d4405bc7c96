// How much of what zones publish is kept.
#include "resolver/dns/kept_rdata.h"

#include "resolver/dns/record_keeper.h"
#include "resolver/dnssd/sighting.h"
#include "resolver/dnssd/txt_record.h"
#include "tests/support/catch.h"
#include "tests/unit/dns/zone_world.h"

using namespace liqo;
using namespace liqo::dns;
using namespace liqo::dns::test;

namespace {

/// The keeper of a zone whose server answers at once.
struct Keeping {
  BootTime now{std::chrono::hours(100)};
  Zone zone;
  ScriptedTransport transport{zone, [this] { return now; }};
  RecordKeeper keeper{transport, transport, [this] { return Now{now, WallTime{}}; }, [] {}, 1};

  Keeping() { transport.delay = Duration::zero(); }

  KeptSet& keep(const std::string& owner, RecordType type) {
    KeptSet& set = keeper.keep(name(owner), type);
    transport.deliver(now);
    return set;
  }
  KeptSet& publish(const std::string& owner, RecordType type, std::vector<std::string> rdata) {
    zone.set(owner, type, std::move(rdata));
    return keep(owner, type);
  }
};

TxtRecord txt_of(const KeptSet& set) {
  return *TxtRecord::from_rdata(as_octets(set.rdata.front()));
}

std::vector<std::string> addresses(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back("192.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250));
  }
  return all;
}

constexpr std::size_t kSome = 1'000;

}  // namespace

TEST_CASE("Kept rdata: of a set that fills its message what is read is kept", "[dns]") {
  Keeping world;
  SECTION("TXT") {
    const KeptSet& set =
        world.publish("a.example.com", RecordType::kTxt, {std::string(60'000, 'x')});
    CHECK(txt_of(set).truncated());
    CHECK(txt_of(set).items().empty());
  }
  SECTION("addresses") {
    const KeptSet& set = world.publish("a.example.com", RecordType::kA, addresses(kSome));
    CHECK(set.rdata.size() == Sighting::kMaxAddresses);
    CHECK(set.rdata.front() == as_text(IpAddress::parse("192.0.0.0")->octets()));
  }
  SECTION("SRV") {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < kSome; ++i) {
      all.push_back("5 " + std::to_string(i) + " 443 h" + std::to_string(i) + ".example.com");
    }
    all.emplace_back("0 0 443 .");
    const KeptSet& set = world.publish("a.example.com", RecordType::kSrv, all);
    REQUIRE(offers(set.rdata).size() == kMaxOffers);
    CHECK(offers(set.rdata).front().weight == kSome - 1);
  }
  SECTION("SRV, none of use") {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < kSome; ++i) all.push_back(std::to_string(i) + " 0 443 .");
    const KeptSet& set = world.publish("a.example.com", RecordType::kSrv, all);
    CHECK(set.value == KeptSet::Value::kRecords);
    CHECK(offers(set.rdata).empty());
  }
  CHECK(world.keeper.octets() < 2'048);
}

TEST_CASE("Kept rdata: a large TXT that is no larger than may be is kept whole", "[dns]") {
  Keeping world;
  const std::string item(199, 'x');
  std::string rdata;
  while (rdata.size() + 200 <= TxtRecord::kMaxOctets) rdata += item + ' ';
  const KeptSet& set = world.publish("a.example.com", RecordType::kTxt, {rdata});
  CHECK_FALSE(txt_of(set).truncated());
  CHECK(txt_of(set).items().size() == rdata.size() / 200);
}

TEST_CASE("Kept rdata: all of a domain have a bound, beyond which the least is kept", "[dns]") {
  Keeping world;
  const std::string large(TxtRecord::kMaxOctets - 1, 'x');
  constexpr std::size_t kEnough = RecordKeeper::kMaxOctets / TxtRecord::kMaxOctets + 200;
  std::vector<KeptSet*> sets;
  for (std::size_t i = 0; i < kEnough; ++i) {
    sets.push_back(&world.publish(std::to_string(i) + ".example.com", RecordType::kTxt, {large}));
  }
  CHECK(world.keeper.octets() < RecordKeeper::kMaxOctets + 200 * 600);
  CHECK(sets.front()->rdata.front().size() == large.size() + 1);
  CHECK(txt_of(*sets.back()).truncated());
  const KeptSet& a = world.publish("a.example.com", RecordType::kA, addresses(3));
  const KeptSet& srv = world.publish("a.example.com", RecordType::kSrv,
                                     {"1 0 443 x.example.com", "0 7 443 y.example.com"});
  CHECK(a.rdata.size() == 1);
  REQUIRE(offers(srv.rdata).size() == 1);
  CHECK(offers(srv.rdata).front().priority == 0);
  for (KeptSet* set : sets) world.keeper.release(*set);
  CHECK(world.keeper.octets() < 256);
}

TEST_CASE("Kept rdata: what comes unasked has a bound, and the rest is asked for", "[dns]") {
  Keeping world;
  world.zone.additionals = true;
  const std::string large(TxtRecord::kMaxOctets - 1, 'x');
  constexpr std::size_t kHosts = RecordKeeper::kMaxOthersOctets / TxtRecord::kMaxOctets + 2;
  const auto host = [](std::size_t i) { return 'h' + std::to_string(i) + ".example.com"; };
  for (std::size_t i = 0; i < kHosts; ++i) {
    world.zone.set(host(i), RecordType::kTxt, {large});
    world.publish('s' + std::to_string(i), RecordType::kSrv, {"0 0 443 " + host(i)});
  }
  const std::size_t held = world.keeper.others_octets();
  CHECK(held <= RecordKeeper::kMaxOthersOctets);
  CHECK(held > RecordKeeper::kMaxOthersOctets - TxtRecord::kMaxOctets - 256);
  const std::size_t asked = world.transport.asked.size();
  CHECK(world.keep(host(0), RecordType::kTxt).known());
  CHECK(world.transport.asked.size() == asked);
  CHECK(world.keeper.others_octets() < held);
  CHECK(world.keep(host(kHosts - 1), RecordType::kTxt).known());
  CHECK(world.transport.asked.size() == asked + 1);
  world.keeper.forget_others();
  CHECK(world.keeper.others_octets() == 0);
}

TEST_CASE("Kept rdata: a set that was cut and comes again unasked has not changed", "[dns]") {
  Keeping world;
  world.zone.additionals = true;
  world.publish("h.example.com", RecordType::kA, addresses(kSome));
  world.publish("s.example.com", RecordType::kSrv, {"0 0 443 h.example.com"});
  CHECK(world.keeper.next_question() > world.now + std::chrono::seconds(50));
}
