// What is validated comes from a real NSD, over zones that dnssec-signzone has just signed; the
// validator is the real libunbound, forwarding to that authoritative server.

#include "resolver/dns/validating_transport.h"

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"
#include "tests/unit/dns/validating_world.h"

namespace liqo::dns {
namespace {

using namespace std::chrono_literals;

constexpr std::uint8_t kNxDomain = 3;

TEST_CASE("Validating transport: what is signed is secure, whatever the algorithm") {
  const auto algorithm = GENERATE("ECDSAP256SHA256", "ED25519", "RSASHA256");
  const bool nsec3 = GENERATE(false, true);
  CAPTURE(algorithm, nsec3);
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT hello\nb TXT other\n",
                         {.algorithm = algorithm, .nsec3 = nsec3});
  world.trust("example");
  world.serve();

  const Reply positive = world.ask("A.Example");
  CHECK(status_of(positive) == "secure");
  CHECK(txt_of(positive) == "hello");
  CHECK(positive.server == world.zones.address());
  CHECK(positive.message->answers.front().ttl == 300);

  const Reply nothing = world.ask("a.example", kTypeA);
  CHECK(status_of(nothing) == "secure");
  REQUIRE(nothing.message.has_value());
  CHECK(nothing.message->header.rcode == 0);
  CHECK(nothing.message->answers.empty());

  const Reply missing = world.ask("missing.example");
  CHECK(status_of(missing) == "secure");
  REQUIRE(missing.message.has_value());
  CHECK(missing.message->header.rcode == kNxDomain);
}

TEST_CASE("Validating transport: insecure is what its signed parent proves to be unsigned") {
  ValidatingWorld world;
  world.zones.add_unsigned("child.example", "a TXT plain\n");
  world.zones.add_signed("example", "child NS ns.child\nns.child A 127.0.0.1\n");
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("a.child.example");
  CHECK(status_of(reply) == "insecure");
  CHECK(txt_of(reply) == "plain");
}

TEST_CASE("Validating transport: a signed child is secure by its DS in the parent") {
  ValidatingWorld world;
  world.zones.add_signed("child.example", "a TXT below\n", {.algorithm = "ED25519"});
  world.zones.add_signed(
      "example", "child NS ns.child\nns.child A 127.0.0.1\n" + world.zones.ds("child.example"));
  world.trust("example");
  world.serve();
  CHECK(status_of(world.ask("a.child.example")) == "secure");
}

TEST_CASE("Validating transport: a child signed by another key than the parent names is bogus") {
  ValidatingWorld world;
  world.zones.add_signed("child.example", "a TXT below\n");
  world.zones.add_signed("example",
                         "child NS ns.child\nns.child A 127.0.0.1\n"
                         "child DS 1 13 2 " +
                             std::string(64, 'A') + "\n");
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("a.child.example");
  CHECK(status_of(reply) == "bogus");
  CHECK_THAT(reply.why_bogus, Catch::Matchers::ContainsSubstring("a.child.example"));
}

TEST_CASE("Validating transport: indeterminate is what no trust anchor is for") {
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT hello\nout CNAME a.elsewhere.\n");
  world.zones.add_unsigned("elsewhere", "a TXT far\n");
  world.trust("example");
  world.serve();
  CHECK(status_of(world.ask("a.elsewhere")) == "indeterminate");
  CHECK(txt_of(world.ask("a.elsewhere")) == "far");
  INFO("an alias that leads there is no better");
  const Reply alias = world.ask("out.example");
  CHECK(status_of(alias) == "indeterminate");
  CHECK(txt_of(alias) == "far");
}

TEST_CASE("Validating transport: tampered data is bogus, with the reason and the data") {
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT hello\n");
  world.zones.replace_text("example", "hello", "trust me");
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("a.example");
  CHECK(status_of(reply) == "bogus");
  CHECK(txt_of(reply) == "trust me");
  // The words are libunbound's: "signature verification failed" or "signature crypto failed".
  CHECK_THAT(reply.why_bogus, Catch::Matchers::ContainsSubstring("signature"));
  INFO("and it says so each time");
  CHECK_THAT(world.ask("a.example").why_bogus, Catch::Matchers::ContainsSubstring("signature"));
  INFO("what is below it is not harmed");
  CHECK(status_of(world.ask("ns.example", kTypeA)) == "secure");
}

TEST_CASE("Validating transport: what comes along was not judged, and is not told") {
  constexpr std::uint16_t kTypeSrv = 33;
  ValidatingWorld world;
  world.zones.add_signed("example",
                         "a SRV 0 0 6443 good\nb SRV 0 0 6443 bad\n"
                         "good A 192.0.2.1\nbad A 192.0.2.2\n");
  world.zones.replace_text("example", "192.0.2.2", "192.0.2.6");
  world.trust("example");
  world.serve();
  for (const char* asked : {"a.example", "b.example"}) {
    const Reply reply = world.ask(asked, kTypeSrv);
    CHECK(status_of(reply) == "secure");
    CHECK(reply.message->additionals.empty());
  }
  CHECK(status_of(world.ask("bad.example", kTypeA)) == "bogus");
}

TEST_CASE("Validating transport: expired signatures are bogus") {
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT hello\n", {.expired = true});
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("a.example");
  CHECK(status_of(reply) == "bogus");
  CHECK(txt_of(reply) == "hello");
  CHECK_THAT(reply.why_bogus, Catch::Matchers::ContainsSubstring("expired"));
}

TEST_CASE("Validating transport: a zone without the signatures that it owes is bogus") {
  ValidatingWorld world;
  world.zones.add_signed("other", "");
  world.zones.add_unsigned("example", "a TXT stripped\n");
  // The anchor says that "example" is signed.
  std::string ds = world.zones.ds("other");
  ds.replace(0, std::string_view("other").size(), "example");
  world.options.trust_anchors = *parse_trust_anchors(ds);
  world.serve();
  const Reply reply = world.ask("a.example");
  CHECK(status_of(reply) == "bogus");
  CHECK(txt_of(reply) == "stripped");
}

TEST_CASE("Validating transport: a change shows at once, whatever the TTL") {
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT before\n");
  world.trust("example");
  world.serve();
  CHECK(txt_of(world.ask("a.example")) == "before");
  CHECK(world.ask("b.example").message->header.rcode == kNxDomain);
  world.zones.change("example", "a TXT after\nb TXT new\n");
  const Reply changed = world.ask("a.example");
  CHECK(txt_of(changed) == "after");
  CHECK(status_of(changed) == "secure");
  CHECK(changed.message->answers.front().ttl == 300);
  CHECK(txt_of(world.ask("b.example")) == "new");
}

std::string instances(std::size_t count) {
  std::string records;
  for (std::size_t i = 0; i < count; ++i) {
    records += "_liqo_auth._tcp PTR 8b4b6c5e-1f0a-4c3d-9a57-" +
               std::to_string(100'000'000'000 + i) + "._liqo_auth._tcp\n";
  }
  return records;
}

TEST_CASE("Validating transport: an answer too large for a datagram comes by TCP") {
  // With its names in full, as its signature wants it, the set has 77 KiB.
  constexpr std::size_t kInstances = 800;
  ValidatingWorld world;
  world.zones.add_signed("example", instances(kInstances));
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("_liqo_auth._tcp.example", kTypePtr);
  CAPTURE(reply.why_bogus);
  CHECK(status_of(reply) == "secure");
  CHECK(count_of(reply, kTypePtr) == kInstances);
}

TEST_CASE("Validating transport: what libunbound cannot hand over whole is a failure") {
  ValidatingWorld world;
  world.zones.add_signed("example", instances(1'000));
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("_liqo_auth._tcp.example", kTypePtr);
  REQUIRE_FALSE(reply.message.has_value());
  CHECK(reply.message.error().code == Errc::kLimitReached);
  CHECK_THAT(reply.message.error().detail,
             Catch::Matchers::ContainsSubstring("too large for libunbound"));
}

TEST_CASE("Validating transport: more questions than libunbound is given wait for their turn") {
  constexpr std::size_t kQuestions = 1'000;
  std::string records;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    records += "a" + std::to_string(i) + " TXT t" + std::to_string(i) + "\n";
  }
  ValidatingWorld world;
  world.zones.add_signed("example", records);
  world.trust("example");
  world.serve();
  std::vector<std::unique_ptr<Transport::Query>> queries;
  std::size_t told = 0;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    queries.push_back(world.transport().ask(question_for("a" + std::to_string(i) + ".example"),
                                            [&told, i](Reply reply) {
                                              ++told;
                                              CHECK(status_of(reply) == "secure");
                                              CHECK(txt_of(reply) == "t" + std::to_string(i));
                                            }));
  }
  CHECK(told == 0);
  CHECK(test::run_until(world.loop, [&] { return told == kQuestions; }));
}

TEST_CASE("Validating transport: names that libunbound would answer itself are asked for") {
  ValidatingWorld world;
  world.zones.add_unsigned("home.arpa", "nas TXT home\n");
  world.zones.add_unsigned("test", "a TXT lab\n");
  world.zones.add_unsigned("10.in-addr.arpa", "b._dns-sd._udp.1 TXT reverse\n");
  world.serve();
  CHECK(txt_of(world.ask("nas.home.arpa")) == "home");
  CHECK(txt_of(world.ask("a.test")) == "lab");
  CHECK(txt_of(world.ask("b._dns-sd._udp.1.10.in-addr.arpa")) == "reverse");
}

TEST_CASE("Validating transport: labels may hold any octets") {
  ValidatingWorld world;
  world.zones.add_signed("example", "Mil\\195\\161n\\032\\046x TXT odd\n");
  world.trust("example");
  world.serve();
  const Reply reply = world.ask("mil\\195\\161n\\032\\046x.example");
  CHECK(status_of(reply) == "secure");
  CHECK(txt_of(reply) == "odd");
}

}  // namespace
}  // namespace liqo::dns
