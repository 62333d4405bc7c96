#include "agent/state/cluster_json.h"

#include "tests/support/catch.h"
#include "tests/unit/state/known.h"

namespace liqo::test {

TEST_CASE("Line: every word of DNSSEC comes back, and none where it was not asked for") {
  const auto dnssec = GENERATE(
      std::optional<Dnssec>(), std::optional(Dnssec::kSecure), std::optional(Dnssec::kInsecure),
      std::optional(Dnssec::kIndeterminate), std::optional(Dnssec::kBogus));
  Cluster cluster = turin();
  Sighting sighting = *cluster.sightings[0].sighting;
  sighting.dnssec = dnssec;
  cluster.sightings = {cluster.sightings[0]};
  cluster.sightings[0].sighting = std::make_shared<const Sighting>(sighting);
  const auto back = state::from_line(state::to_line(cluster), interface_index, is_browsed);
  REQUIRE(back);
  CHECK(back->sightings[0].sighting->dnssec == dnssec);
  const auto only_this = [&](const DomainName&, const auto& said) { return said == dnssec; };
  const auto no_more = [&](const DomainName&, const auto& said) { return said != dnssec; };
  CHECK(state::from_line(state::to_line(cluster), interface_index, only_this));
  CHECK_FALSE(state::from_line(state::to_line(cluster), interface_index, no_more));
}

TEST_CASE("Line: one that an agent without DNS wrote is read as ever") {
  const std::string line =
      R"({"id":"milan-id","firstSeen":1795420800000,"heldName":"milan","sightings":[{"name":)"
      R"("milan-id._liqo_auth._tcp.local","interface":"eth0","family":"ipv6","host":"node1.local",)"
      R"("port":30740,"priority":0,"weight":0,"addresses":["10.0.0.1","fe80::1"],)"
      R"("txt":["id=milan-id","name=milan"],"seen":1795424340000}]})";
  const auto back = state::from_line(line, interface_index, is_browsed);
  REQUIRE(back);
  Cluster known = milan();
  known.sightings.erase(known.sightings.begin());
  REQUIRE(back->sightings.size() == 1);
  CHECK(back->sightings[0].sighting->key == known.sightings[0].sighting->key);
  CHECK(back->sightings[0].state == State::kSuspect);
  CHECK(back->sightings[0].evidence.method == EvidenceMethod::kMdns);
  // And the other way: what the LAN told is written as that agent reads it.
  CHECK(state::to_line(known) == line);
}

TEST_CASE("Line: a DNS sighting that is no good is left out, the others stay") {
  Cluster cluster = milan();
  cluster.sightings.push_back(turin("milan-id").sightings[0]);
  std::string line = state::to_line(cluster);
  REQUIRE(state::from_line(line, interface_index, is_browsed)->sightings.size() == 3);
  const auto [from, to] = GENERATE(table<std::string, std::string>({
      {"\"source\":\"dns\"", "\"source\":\"manual\""},
      {"\"source\":\"dns\"", "\"source\":\"lan\""},
      {"\"source\":\"dns\"", "\"source\":1"},
      {"\"source\":\"dns\"", "\"source\":null"},
      {"\"source\":\"dns\"", "\"sourze\":\"dns\""},
      {"\"record\":", "\"x\":"},
      {"\"record\":\"", "\"record\":\"\\\\999"},
      {"\"dnssec\":\"secure\"", "\"dnssec\":\"Secure\""},
      {"\"dnssec\":\"secure\"", "\"dnssec\":null"},
      {"example.com\"", "example.org\""},
  }));
  line.replace(line.find(from), from.size(), to);
  INFO(line);
  const auto back = state::from_line(line, interface_index, is_browsed);
  REQUIRE(back);
  CHECK(back->sightings.size() == 2);
}

TEST_CASE("Line: of what was added by hand only its name and its age are kept") {
  Cluster cluster = milan();
  Sighting sighting = *cluster.sightings[0].sighting;
  sighting.key.source = Source::kManual;
  cluster.sightings.resize(1);
  cluster.sightings[0].sighting = std::make_shared<const Sighting>(sighting);
  const auto back = state::from_line(state::to_line(cluster), interface_index, is_browsed);
  REQUIRE(back);
  CHECK(back->sightings.empty());
  CHECK(back->held_name == cluster.held_name);
  CHECK(back->first_seen == cluster.first_seen);
}

TEST_CASE("Line: a cluster too long for a line is not kept") {
  Cluster cluster = milan();
  Sighting sighting = *cluster.sightings[0].sighting;
  for (int i = 0; i < 34; ++i) sighting.txt.add("k" + std::to_string(i), std::string(250, '\xff'));
  const auto shared = std::make_shared<const Sighting>(sighting);
  cluster.sightings.assign(128, cluster.sightings[0]);
  for (auto& entry : cluster.sightings) entry.sighting = shared;
  CHECK(state::to_line(cluster).empty());
}

TEST_CASE("Escapes: every octet comes back, and nothing else is read") {
  std::string every;
  for (int octet = 0; octet < 256; ++octet) every += static_cast<char>(octet);
  CHECK(state::unescape(state::escape(every)) == every);
  CHECK(state::escape("a\\b\n") == "a\\092b\\010");
  for (const char* bad : {"\\", "\\1", "\\12", "\\256", "\\1a2", "\\-12", "a\\x"}) {
    CHECK_FALSE(state::unescape(bad));
  }
}

}  // namespace liqo::test
