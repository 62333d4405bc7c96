#include "resolver/registrar/zone_server.h"

#include <deque>

#include "resolver/dnssd/rdata.h"
#include "resolver/wire/octets.h"
#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"
#include "tests/unit/registrar/world.h"

namespace liqo::registrar {
namespace {

using namespace test;
using liqo::test::DnsAnswer;
using liqo::test::DnsRequest;
using liqo::test::DnsResponse;
using liqo::test::LoopbackDnsServer;
using liqo::test::run_until;

constexpr std::uint16_t kSoa = 6;

wire::TsigKey key() { return {name("k1"), wire::TsigAlgorithm::kHmacSha256, "a secret"}; }

std::uint64_t unix_now() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(read_clocks().wall.time_since_epoch())
          .count());
}

bool is_update(const DnsRequest& request) {
  return request.message.header.opcode == wire::kOpcodeUpdate;
}

/// The answer to an update, signed as it should be.
DnsAnswer updated(const DnsRequest& request, unsigned rcode = 0) {
  std::string header = request.octets.substr(0, 2);
  wire::put16(header, 0xA800U | rcode);
  header.append(8, '\0');
  const std::string mac = request.octets.substr(request.octets.size() - 6 - 32, 32);
  return wire::sign(header, key(), unix_now(), mac).octets;
}

std::string soa(const std::string& primary) {
  std::string rdata(name(primary).wire());
  rdata += name("hostmaster.example.com").wire();
  for (int field = 0; field < 5; ++field) wire::put32(rdata, 60);
  return rdata;
}

/// A negative answer with the zone's SOA (its owner is the question's name, and the zone).
DnsAnswer nothing(const DnsRequest& request, bool authoritative = true) {
  return DnsResponse(request).authoritative(authoritative).authority(kSoa, soa("ns.example.com"));
}

/// Servers of resolv.conf that answer as the test says, in the next turn.
class FakeSystem final : public dns::Transport {
 public:
  explicit FakeSystem(loop::Loop& loop) : turn_(loop) {}

  std::string primary = "ns.example.com";
  std::vector<std::string> addresses;
  bool has_soa = true;
  std::size_t asked = 0;

  std::unique_ptr<Query> ask(const wire::Question& question, Done done) override {
    ++asked;
    waiting_.emplace_back(question, std::move(done));
    if (!turn_.armed()) turn_.arm(Duration::zero(), [this] { answer(); });
    struct Asked final : Query {};
    return std::make_unique<Asked>();
  }

 private:
  void answer() {
    auto now = std::exchange(waiting_, {});
    for (auto& [question, done] : now) done(reply(question));
  }

  [[nodiscard]] dns::Reply reply(const wire::Question& question) const {
    wire::Message message;
    message.header.response = true;
    message.questions = {question};
    const auto put = [&](std::vector<wire::Record>& section, std::uint16_t type,
                         std::string rdata) {
      wire::Record& record = section.emplace_back();
      record.name = question.name;
      record.type = type;
      record.record_class = wire::kClassIn;
      record.ttl = 60;
      record.rdata = std::move(rdata);
    };
    if (question.type == kSoa && has_soa) put(message.answers, kSoa, soa(primary));
    if (question.type == static_cast<std::uint16_t>(RecordType::kA)) {
      for (const auto& address : addresses) put(message.answers, question.type, a(address));
    }
    if (message.answers.empty()) put(message.authorities, kSoa, soa(primary));
    return {.message = std::move(message)};
  }

  loop::Timer turn_;
  std::deque<std::pair<wire::Question, Done>> waiting_;
};

/// A zone's server as an agent has it, on a loop.
struct Zones {
  loop::Loop loop;
  std::shared_ptr<FakeSystem> system = std::make_shared<FakeSystem>(loop);
  std::optional<ZoneServer> server;
  std::vector<std::unique_ptr<Primary::Job>> jobs;
  std::vector<Result<Records>> read;
  std::vector<Outcome> sent;

  ZoneOptions options(std::optional<dns::NameServer> at = {}) const {
    return {
        .zone = name("example.com"), .server = std::move(at), .key_file = "/etc/k", .key = key()};
  }
  void use(std::optional<dns::NameServer> at = {}) {
    server.emplace(loop, options(std::move(at)), [this] { return system; });
  }
  void begin_read() {
    jobs.push_back(server->read(
        auth_names(), [this](Result<Records> found) { read.push_back(std::move(found)); }));
  }
  void begin_send() {
    const wire::Update update{name("example.com"), {}, {}};
    jobs.push_back(server->send(auth_names(), update,
                                [this](Outcome outcome) { sent.push_back(std::move(outcome)); }));
  }
  bool wait_for(std::size_t reads, std::size_t sends) {
    return run_until(loop, [&] { return read.size() >= reads && sent.size() >= sends; });
  }
};

TEST_CASE("Zone server: reads four record sets, and no others") {
  Zones zones;
  std::vector<std::string> asked;
  LoopbackDnsServer server(zones.loop, [&](const DnsRequest& request) -> DnsAnswer {
    const auto& question = request.question();
    asked.push_back(question.name.to_string() + " " + std::to_string(question.type));
    if (question.type != static_cast<std::uint16_t>(RecordType::kSrv)) return nothing(request);
    return DnsResponse(request)
        .authoritative()
        .answer(question.type, srv(444, "b.example.org"))
        .answer(question.type, srv(443, "b.example.org"));
  });
  zones.use(server.address());
  zones.begin_read();
  CHECK(zones.read.empty());
  REQUIRE(zones.wait_for(1, 0));
  REQUIRE(zones.read[0].has_value());
  CHECK(zones.read[0]->srv ==
        std::vector{srv(443, "b.example.org"), srv(444, "b.example.org")});  // sorted
  CHECK(zones.read[0]->txt.empty());
  std::sort(asked.begin(), asked.end());
  CHECK(asked == std::vector<std::string>{"auth.milan-1.example.com 1",
                                          "auth.milan-1.example.com 28",
                                          "milan-1._liqo_auth._tcp.example.com 16",
                                          "milan-1._liqo_auth._tcp.example.com 33"});
  CHECK(zones.system->asked == 0);
}

TEST_CASE("Zone server: what is not the primary's own word is not believed") {
  Zones zones;
  std::string expected;
  LoopbackDnsServer::Handler handler;
  SECTION("from a cache") {
    handler = [](const DnsRequest& request) { return nothing(request, false); };
    expected = "not authoritative";
  }
  SECTION("an alias") {
    handler = [](const DnsRequest& request) -> DnsAnswer {
      return DnsResponse(request).authoritative().answer(
          static_cast<std::uint16_t>(RecordType::kCname), name("x.example.com").wire());
    };
    expected = "CNAME";
  }
  SECTION("a refusal of one set alone") {
    handler = [](const DnsRequest& request) -> DnsAnswer {
      if (request.question().type == static_cast<std::uint16_t>(RecordType::kAaaa)) {
        return DnsResponse(request).rcode(5);
      }
      return nothing(request);
    };
    expected = "REFUSED";
  }
  LoopbackDnsServer server(zones.loop, handler);
  zones.use(server.address());
  zones.begin_read();
  REQUIRE(zones.wait_for(1, 0));
  REQUIRE_FALSE(zones.read[0].has_value());
  CHECK_THAT(zones.read[0].error().detail, Catch::Matchers::ContainsSubstring(expected));
}

TEST_CASE("Zone server: an update's answer becomes an outcome") {
  Zones zones;
  const auto [rcode, kind] = GENERATE(table<unsigned, Outcome::Kind>(
      {{0, Outcome::Kind::kDone}, {8, Outcome::Kind::kChanged}, {5, Outcome::Kind::kRefused}}));
  LoopbackDnsServer server(zones.loop, [rcode = rcode](const DnsRequest& request) {
    return is_update(request) ? updated(request, rcode) : nothing(request);
  });
  zones.use(server.address());
  zones.begin_send();
  CHECK(zones.sent.empty());
  REQUIRE(zones.wait_for(0, 1));
  CHECK(zones.sent[0].kind == kind);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Zone server: an answer that never comes leaves open what happened, and TCP is next") {
  Zones zones;
  LoopbackDnsServer server(zones.loop, [](const DnsRequest& request) -> DnsAnswer {
    return request.tcp ? updated(request) : DnsAnswer();
  });
  zones.use(server.address());
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 1));
  CHECK(zones.sent[0].kind == Outcome::Kind::kLost);
  CHECK(server.requests().size() == 1);  // it is not for the server to send again
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 2));
  CHECK(zones.sent[1].kind == Outcome::Kind::kDone);
  CHECK(server.tcp_requests() == 1);
}

TEST_CASE("Zone server: answers lost together have TCP tried, and one over TCP has UDP") {
  Zones zones;
  LoopbackDnsServer server(zones.loop, [](const DnsRequest&) { return DnsAnswer(); });
  zones.use(server.address());
  zones.begin_send();
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 2));
  CHECK(server.tcp_requests() == 0);
  zones.begin_send();
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 4));
  CHECK(server.tcp_requests() == 2);
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 5));
  CHECK(server.tcp_requests() == 2);
}

TEST_CASE("Zone server: found by the zone's SOA record") {
  Zones zones;
  zones.use();
  CHECK_FALSE(zones.server->server());
  SECTION("without one there is no zone") {
    zones.system->has_soa = false;
    zones.begin_read();
    zones.begin_send();
    REQUIRE(zones.wait_for(1, 1));
    CHECK_THAT(zones.read[0].error().detail, Catch::Matchers::ContainsSubstring("not a zone"));
    CHECK(zones.sent[0].kind == Outcome::Kind::kLost);
  }
  SECTION("a primary without an address is named") {
    zones.begin_read();
    REQUIRE(zones.wait_for(1, 0));
    CHECK_THAT(zones.read[0].error().detail,
               Catch::Matchers::ContainsSubstring("ns.example.com has no address"));
  }
  SECTION("once for all that waits") {
    zones.system->addresses = {"127.0.0.1"};
    zones.begin_read();
    zones.begin_read();
    run_until(zones.loop, [&] { return zones.server->server().has_value(); });
    CHECK(zones.server->server()->address == ip("127.0.0.1"));
    CHECK(zones.system->asked == 3);  // SOA, A, AAAA
  }
}

TEST_CASE("Zone server: after an address that fails the next one is used") {
  Zones zones;
  // Port 53 of these is nobody's in the namespace of a test, or at least no primary of the zone.
  zones.system->addresses = {"127.9.9.1", "127.9.9.2"};
  zones.use();
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 1));
  CHECK(zones.sent[0].kind != Outcome::Kind::kDone);
  REQUIRE(run_until(zones.loop, [&] {
    return zones.server->server() && zones.server->server()->address == ip("127.9.9.2");
  }));
  CHECK(zones.system->asked == 3);
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 2));
  // None is left: it is found anew.
  zones.begin_send();
  REQUIRE(run_until(zones.loop, [&] { return zones.system->asked == 6; }));
}

TEST_CASE("Zone server: no more is under way than is allowed, and what waits has its turn") {
  Zones zones;
  std::vector<DnsRequest> held;
  LoopbackDnsServer server(zones.loop, [&](const DnsRequest& request) -> DnsAnswer {
    held.push_back(request);
    return DnsAnswer();
  });
  zones.use(server.address());
  for (std::size_t job = 0; job < ZoneServer::kMaxInFlight + 3; ++job) zones.begin_send();
  REQUIRE(run_until(zones.loop, [&] { return held.size() == ZoneServer::kMaxInFlight; }));
  liqo::test::run_for(zones.loop, 100ms);
  CHECK(held.size() == ZoneServer::kMaxInFlight);
  SECTION("one that is given up makes room for the next") {
    zones.jobs.erase(zones.jobs.begin());
    REQUIRE(run_until(zones.loop, [&] { return held.size() == ZoneServer::kMaxInFlight + 1; }));
  }
  SECTION("so does one that fails") {
    REQUIRE(run_until(zones.loop, [&] {
      return server.requests().size() == held.size() && held.size() == ZoneServer::kMaxInFlight + 3;
    }));
  }
  SECTION("one that waits can be given up") {
    zones.jobs.pop_back();
    zones.jobs.erase(zones.jobs.begin(), zones.jobs.begin() + 3);
    REQUIRE(run_until(zones.loop, [&] { return held.size() == ZoneServer::kMaxInFlight + 2; }));
    liqo::test::run_for(zones.loop, 100ms);
    CHECK(held.size() == ZoneServer::kMaxInFlight + 2);
  }
}

TEST_CASE("Zone server: another server is asked at once, another key signs what comes") {
  Zones zones;
  LoopbackDnsServer first(zones.loop, [](const DnsRequest& request) { return updated(request); });
  LoopbackDnsServer second(zones.loop, [](const DnsRequest& request) { return updated(request); });
  zones.use(first.address());
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 1));
  zones.server->configure(zones.options(second.address()));
  CHECK_FALSE(zones.server->server());
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 2));
  CHECK(first.requests().size() == 1);
  CHECK(second.requests().size() == 1);
  auto options = zones.options(second.address());
  options.key.secret = "another";
  zones.server->configure(options);
  zones.begin_send();
  REQUIRE(zones.wait_for(0, 3));
  CHECK(zones.sent[2].kind == Outcome::Kind::kLost);  // it signs with the key that it has
}

TEST_CASE("Zone server: a job that is destroyed never calls, wherever it was") {
  Zones zones;
  bool asked = false;
  LoopbackDnsServer server(zones.loop, [&](const DnsRequest& request) {
    asked = true;
    zones.jobs.clear();
    return is_update(request) ? updated(request) : nothing(request);
  });
  zones.use(server.address());
  zones.begin_read();
  zones.begin_send();
  SECTION("before its turn") { zones.jobs.clear(); }
  SECTION("under way") {
    REQUIRE(run_until(zones.loop, [&] { return asked; }));
  }
  liqo::test::run_for(zones.loop, 50ms);
  CHECK(zones.read.empty());
  CHECK(zones.sent.empty());
}

}  // namespace
}  // namespace liqo::registrar
