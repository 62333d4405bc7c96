#include "agent/dns_look.h"

#include "tests/support/catch.h"
#include "tests/support/until.h"
#include "tests/unit/agent/fake_dns.h"

namespace liqo::test {
namespace {

struct Looking {
  loop::Loop loop;
  FakeLooks looks;
  std::optional<std::string> ended;
  std::unique_ptr<DnsLook> look;

  explicit Looking(LocalNetwork network = {}) {
    look = std::make_unique<DnsLook>(loop, domains({"example.com"}), std::move(network),
                                     looks.create(),
                                     [this](std::string error) { ended = std::move(error); });
  }
  void see(const Peer& peer) { looks.sink->seen(peer.sighting(), EvidenceMethod::kDns); }
  bool end(const std::string& error = "") {
    const dns::Look::Done done = looks.done;
    done(error);
    return run_until(loop, [this] { return ended.has_value(); });
  }
};

TEST_CASE("DNS look: what was seen are clusters when it is over") {
  Looking looking;
  CHECK(looking.looks.options == domains({"example.com"}));
  looking.see(in_dns("a"));
  Peer api = in_dns("a");
  api.service = Service::kApi;
  looking.see(api);
  looking.see(in_dns("b"));
  REQUIRE(looking.end());
  CHECK(looking.ended->empty());
  const auto& clusters = looking.look->seen().clusters();
  REQUIRE(clusters.size() == 2);
  CHECK(clusters.at("a")->sightings.size() == 2);
  CHECK(clusters.at("a")->endpoints[index_of(Service::kApi)].has_value());
  CHECK(looking.looks.sink == nullptr);  // nothing more is asked
}

TEST_CASE("DNS look: is over only when all that was seen is there, however much it is") {
  Looking looking;
  const std::size_t many = 2 * RegistryOptions().flush_batch + 1;
  for (std::size_t i = 0; i < many; ++i) looking.see(in_dns("c" + std::to_string(i)));
  REQUIRE(looking.end());
  CHECK(looking.look->seen().clusters().size() == many);
}

TEST_CASE("DNS look: tells why the domain could not be listed") {
  Looking looking;
  REQUIRE(looking.end("nobody answered"));
  CHECK(looking.ended == "nobody answered");
  CHECK(looking.look->seen().clusters().empty());
}

TEST_CASE("DNS look: what was taken back while it looked is not there") {
  Looking looking;
  looking.see(in_dns("a"));
  looking.looks.sink->unseen(in_dns("a").key(), Gone::kNxdomain);
  REQUIRE(looking.end());
  CHECK(looking.look->seen().clusters().empty());
}

TEST_CASE("DNS look: addresses come in the order that this host's links make") {
  LocalNetwork network;
  network.prefixes.push_back({ip("10.1.0.9"), 24, 2});
  Looking looking(network);
  Peer peer = in_dns("a");
  peer.addresses = {"203.0.113.7", "10.1.0.1"};
  looking.see(peer);
  REQUIRE(looking.end());
  CHECK(addresses_of(looking.look->seen().clusters().at("a")) == "10.1.0.1 203.0.113.7");
}

TEST_CASE("DNS look: destroyed, it is over and says nothing") {
  Looking looking;
  looking.see(in_dns("a"));
  looking.look.reset();
  CHECK(looking.looks.sink == nullptr);
  run_for(looking.loop, 20ms);
  CHECK_FALSE(looking.ended.has_value());
}

TEST_CASE("DNS look: a configured domain is looked at as it is configured, another plainly") {
  dns::SourceOptions configured = domains({"a.example", "b.example"});
  configured.enumerate = true;
  configured.trust_anchor = "/etc/anchor";
  configured.domains[1].dnssec = dns::DnssecMode::kValidate;
  dns::SourceOptions known = look_options(configured, name("B.example"));
  CHECK_FALSE(known.enumerate);
  CHECK(known.trust_anchor == "/etc/anchor");
  CHECK(known.domains == std::vector{configured.domains[1]});
  CHECK(look_options(configured, name("c.example")).domains == std::vector{domain("c.example")});
}

}  // namespace
}  // namespace liqo::test
