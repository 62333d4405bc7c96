#include "resolver/dns/source.h"

#include <algorithm>
#include <map>

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"
#include "tests/unit/state/directory.h"

namespace liqo::dns {
namespace {

using test::DnsAnswer;
using test::DnsRequest;
using test::DnsResponse;
using Events = std::vector<std::string>;

constexpr std::uint16_t kTypeSoa = 6;

DomainName name(const std::string& text) { return *DomainName::parse(text); }

/// A zone's key, of which no zone here has the signatures.
std::string anchor_of(const std::string& zone) {
  return zone + " IN DS 1 13 2 " + std::string(64, 'A') + "\n";
}

/// A source whose files are the test's, a server of its domains, and what the sink was told.
struct World final : SightingSink {
  World() {
    list("example.com", "milan");
    test::write_file(directory.file("resolv.conf"),
                     "nameserver " + to_string(server.address()) + "\n");
    options.resolv_conf = directory.file("resolv.conf");
    options.trust_anchor = directory.file("anchor");
  }

  /// An instance of the auth service, with all its records.
  void list(const std::string& domain, const std::string& id) {
    const std::string listing = "_liqo_auth._tcp." + domain;
    const std::string instance = id + "." + listing;
    put(listing, RecordType::kPtr, std::string(name(instance).wire()));
    put(instance, RecordType::kSrv, to_rdata(SrvData{.port = 443, .target = name("h." + domain)}));
    put(instance, RecordType::kTxt, "\x09txtvers=1");
    put("h." + domain, RecordType::kA, "\xCB\x01\x71\x07");
  }
  void put(const std::string& owner, RecordType type, const std::string& rdata) {
    records[owner + ' ' + std::to_string(static_cast<unsigned>(type))] = rdata;
  }

  DnsAnswer answer(const DnsRequest& request) {
    if (silent) return {};
    const auto& question = request.question();
    const std::string asked = question.name.to_string() + ' ' + std::to_string(question.type);
    DnsResponse response(request);
    const auto found = records.find(asked);
    if (found != records.end()) return response.answer(question.type, found->second);
    return response.authority(kTypeSoa, std::string(22, '\0'));
  }

  void start() {
    source = Source::create(loop, options, *this);
    REQUIRE(test::run_until(loop, [&] { return synced; }));
    events.clear();
  }
  /// With these domains to be searched, and the other server or the first.
  void write_resolv_conf(const std::string& search, const test::LoopbackDnsServer& by) {
    test::write_file(directory.file("resolv.conf"),
                     "nameserver " + to_string(by.address()) + "\nsearch " + search + "\n");
  }
  void configure() {
    synced = false;
    source->configure(options);
  }

  void seen(Sighting sighting, EvidenceMethod) override {
    const std::string validity =
        sighting.dnssec ? ' ' + std::string(to_string(*sighting.dnssec)) : "";
    events.push_back("seen " + sighting.key.instance + validity);
  }
  void unseen(const SightingKey& key, Gone reason) override {
    events.push_back("unseen " + key.instance + ' ' + std::string(to_string(reason)));
  }
  void source_lost(liqo::Source) override {}
  void source_synced(liqo::Source) override { synced = true; }
  void domain_listed(liqo::Source, const DomainName&, Service) override {}

  test::Directory directory;
  loop::Loop loop;
  std::map<std::string, std::string> records;  ///< by "NAME TYPE", one of each
  test::LoopbackDnsServer server{loop,
                                 [this](const DnsRequest& request) { return answer(request); }};
  test::LoopbackDnsServer other_server{
      loop, [this](const DnsRequest& request) { return answer(request); }};
  bool silent = false;  ///< both servers
  Events events;        ///< "seen INSTANCE DNSSEC", "unseen INSTANCE REASON"
  bool synced = false;
  SourceOptions options;
  std::unique_ptr<Source> source;
};

}  // namespace

TEST_CASE("Source: a domain that is validated from now on has to be found anew") {
  World world;
  DomainOptions domain{.name = name("example.com"), .servers = {world.server.address()}};
  world.options.domains = {domain};
  world.start();

  domain.dnssec = DnssecMode::kValidate;
  world.options.domains = {domain};
  SECTION("what fails validation is told as such") {
    test::write_file(world.options.trust_anchor, anchor_of("example.com"));
    world.configure();
    REQUIRE(test::run_until(world.loop, [&] { return world.synced; }));
    CHECK(world.events == Events{"seen milan bogus"});
  }
  SECTION("what cannot be validated goes") {
    world.configure();
    REQUIRE(test::run_until(world.loop, [&] { return !world.events.empty(); }));
    CHECK(world.events == Events{"unseen milan removed"});
  }
  SECTION("what is found again does not go in between") {
    test::write_file(world.options.trust_anchor, anchor_of("example.org"));
    world.configure();
    REQUIRE(test::run_until(world.loop, [&] { return world.synced; }));
    CHECK(world.events == Events{"seen milan indeterminate"});

    INFO("and by another file of anchors it has to be found once more");
    world.options.trust_anchor = world.directory.file("another");
    world.configure();
    REQUIRE(test::run_until(world.loop, [&] { return world.events.size() == 2; }));
    CHECK(world.events.back() == "unseen milan removed");
  }
  SECTION("what is removed meanwhile goes at once") {
    world.configure();
    world.options.domains = {};
    world.configure();
    CHECK(world.events == Events{"unseen milan removed"});
  }
}

TEST_CASE("Source: other search domains, asked for of other servers, end nothing that is known") {
  World world;
  world.options.enumerate = true;
  world.put("b._dns-sd._udp.corp.example", RecordType::kPtr,
            std::string(name("example.com").wire()));
  world.write_resolv_conf("corp.example", world.server);
  world.source = Source::create(world.loop, world.options, world);
  REQUIRE(test::run_until(world.loop, [&] { return !world.events.empty(); }));
  CHECK(world.events == Events{"seen milan"});
  world.events.clear();

  const auto has = [](const test::LoopbackDnsServer& server, const std::string& asked) {
    return std::any_of(server.requests().begin(), server.requests().end(),
                       [&](const auto& each) { return each.question().name == name(asked); });
  };
  world.silent = true;
  world.write_resolv_conf("corp.example vpn.example", world.other_server);
  REQUIRE(test::run_until(world.loop, [&] {
    return has(world.other_server, "lb._dns-sd._udp.vpn.example") &&
           has(world.other_server, "b._dns-sd._udp.corp.example");
  }));
  CHECK_FALSE(has(world.server, "b._dns-sd._udp.vpn.example"));
  CHECK(world.events.empty());

  world.write_resolv_conf("vpn.example", world.other_server);
  REQUIRE(test::run_until(world.loop, [&] { return !world.events.empty(); }));
  CHECK(world.events == Events{"unseen milan removed"});
}

TEST_CASE("Source: what was found before a layout went is not told twice") {
  World world;
  DomainOptions domain{.name = name("example.com"), .servers = {world.server.address()}};
  world.options.domains = {domain};
  world.put("example.com", RecordType::kPtr, std::string(name("old.example.com").wire()));
  world.put("old.example.com", RecordType::kSrv,
            to_rdata(SrvData{.port = 443, .target = name("h.example.com")}));
  world.start();
  world.options.domains.front().legacy = false;
  world.configure();
  CHECK(world.events.empty());
  REQUIRE(test::run_until(world.loop, [&] { return world.synced; }));
  CHECK(world.events == Events{"seen milan", "unseen old removed"});
}

}  // namespace liqo::dns
