#include "agent/state/state_file.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <vector>

#include "agent/state/cluster_json.h"
#include "agent/state/crc32.h"
#include "tests/support/catch.h"
#include "tests/unit/state/directory.h"
#include "tests/unit/state/known.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;

struct Read {
  Result<void> result;
  std::vector<Cluster> clusters;
};

Read read(const Directory& directory, WallTime now = kNoon,
          const state::InterfaceIndex& interfaces = interface_index,
          const state::DomainFilter& domains = is_browsed) {
  Read read;
  read.result = state::read_state(directory.path(), interfaces, domains, now,
                                  [&read](const Cluster& c) { read.clusters.push_back(c); });
  return read;
}

void write(const Directory& directory, const Clusters& clusters) {
  const auto result = state::write_state(directory.path(), clusters, kNoon);
  REQUIRE(result.has_value());
}

Sighting altered(void (*change)(Sighting&)) {
  Sighting sighting = *milan().sightings[0].sighting;
  change(sighting);
  return sighting;
}

/// As write_state() would have, whatever the lines say.
std::string with_checksum(const std::string& lines) {
  state::Crc32 crc;
  crc.add(lines);
  return lines + "],\"checksum\":\"crc32:" + crc.hex() + "\"}\n";
}

}  // namespace

TEST_CASE("State file: what is written is read again") {
  const Directory directory;
  const Cluster known = milan();
  write(directory, share({known, milan("turin-id")}));
  const auto back = read(directory);
  REQUIRE(back.result.has_value());
  REQUIRE(back.clusters.size() == 2);
  const Cluster& cluster = back.clusters[0];
  CHECK(cluster.id == known.id);
  CHECK(cluster.first_seen == known.first_seen);
  CHECK(cluster.held_name == "milan");
  REQUIRE(cluster.sightings.size() == 2);
  const Sighting& sighting = *cluster.sightings[1].sighting;
  CHECK(sighting.key == known.sightings[1].sighting->key);
  CHECK(sighting.interface_name == "eth0");
  CHECK(sighting.target_host == known.sightings[1].sighting->target_host);
  CHECK(sighting.port == 30740);
  CHECK(sighting.txt == known.sightings[1].sighting->txt);
  CHECK(sighting.addresses ==
        std::vector<IpAddress>{*IpAddress::parse("10.0.0.1"), *IpAddress::parse("fe80::1")});
  CHECK(cluster.sightings[1].evidence.time == known.sightings[1].evidence.time);
  CHECK(cluster.sightings[1].state == State::kSuspect);
}

TEST_CASE("State file: what DNS told is read again, all but its TTL") {
  const Directory directory;
  const Cluster known = turin();
  write(directory, share({known}));
  const auto back = read(directory);
  REQUIRE(back.result.has_value());
  REQUIRE(back.clusters.size() == 1);
  REQUIRE(back.clusters[0].sightings.size() == 3);
  CHECK(back.clusters[0].held_name == "turin");
  for (std::size_t i = 0; i < 3; ++i) {
    const SightingEntry& entry = back.clusters[0].sightings[i];
    const Sighting& told = *known.sightings[i].sighting;
    CHECK(entry.sighting->key == told.key);
    CHECK(entry.sighting->key.record == told.key.record);
    CHECK(entry.sighting->target_host == told.target_host);
    CHECK(entry.sighting->port == told.port);
    CHECK(entry.sighting->priority == told.priority);
    CHECK(entry.sighting->weight == told.weight);
    CHECK(entry.sighting->addresses == told.addresses);
    CHECK(entry.sighting->txt == told.txt);
    CHECK(entry.sighting->dnssec == Dnssec::kSecure);
    CHECK_FALSE(entry.sighting->ttl);
    CHECK(entry.state == State::kStale);
    CHECK(entry.evidence.method == EvidenceMethod::kDns);
    CHECK(entry.evidence.time == known.sightings[i].evidence.time);
    CHECK_FALSE(entry.expires);
  }
}

TEST_CASE("State file: only domains that are browsed come back") {
  const Directory directory;
  Cluster both = milan("both-id");
  both.sightings.push_back(turin("both-id").sightings[0]);
  write(directory, share({both, turin()}));
  const auto back =
      read(directory, kNoon, interface_index, [](const auto&, const auto&) { return false; });
  REQUIRE(back.result.has_value());
  REQUIRE(back.clusters.size() == 1);
  CHECK(back.clusters[0].id == "both-id");
  CHECK(back.clusters[0].sightings.size() == 2);
}

TEST_CASE("State file: no clusters make a file as good as any") {
  const Directory directory;
  write(directory, {});
  CHECK(read_file(directory.file()) ==
        "{\"version\":1,\"saved\":1795424400000,\"clusters\":[\n"
        "],\"checksum\":\"crc32:" +
            read_file(directory.file()).substr(68, 8) + "\"}\n");
  CHECK(read(directory).result.has_value());
  CHECK(read(directory).clusters.empty());
}

TEST_CASE("State file: the checksum is the CRC-32 that everyone computes") {
  state::Crc32 crc;
  crc.add("123456789");
  CHECK(crc.hex() == "cbf43926");
}

TEST_CASE("State file: no file is not found") {
  const Directory directory;
  CHECK(read(directory).result.error().code == Errc::kNotFound);
}

TEST_CASE("State file: cut at every octet it is refused, and never half read") {
  const Directory directory;
  write(directory, share({milan(), turin()}));
  const std::string whole = read_file(directory.file());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write_file(directory.file(), whole.substr(0, length));
    const auto cut = read(directory);
    INFO("cut at " << length);
    REQUIRE_FALSE(cut.result.has_value());
    REQUIRE(cut.result.error().code == Errc::kMalformed);
    REQUIRE(cut.clusters.empty());
  }
}

TEST_CASE("State file: one octet changed anywhere is noticed") {
  const Directory directory;
  write(directory, share({milan(), turin()}));
  const std::string whole = read_file(directory.file());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x01);
    write_file(directory.file(), damaged);
    INFO("octet " << i);
    REQUIRE_FALSE(read(directory).result.has_value());
    REQUIRE(read(directory).clusters.empty());
  }
}

TEST_CASE("State file: other files are refused and said to be what they are") {
  const Directory directory;
  const auto refused = [&](const std::string& octets) {
    write_file(directory.file(), octets);
    const auto back = read(directory);
    return back.result ? "read" : back.result.error().detail;
  };
  CHECK(refused("") == "it is not a state file");
  CHECK(refused("hello\n") == "it is not a state file");
  CHECK(refused("{}\n") == "it is not a state file");
  CHECK(refused(std::string(3'000'000, '[')) == "it is not a state file");
  CHECK(refused(std::string(100'000, '[') + "\n") == "it is not a state file");
  CHECK(refused(with_checksum("{\"version\":2,\"saved\":0,\"clusters\":[\n")) ==
        "it is of another version: 2");
  CHECK(refused(with_checksum("{\"version\":\"1\",\"saved\":0,\"clusters\":[\n")) ==
        "it has no version");
  CHECK(refused(with_checksum("{\"version\":1,\"clusters\":[\n")) ==
        "it does not say when it was saved");
  write(directory, share({milan()}));
  CHECK(refused(read_file(directory.file()) + "x") == "it is cut short");
}

TEST_CASE("State file: a file that is too long is not even read") {
  const Directory directory;
  write(directory, share({milan()}));
  std::filesystem::resize_file(directory.file(), state::kMaxFileOctets + 1);
  CHECK(read(directory).result.error().detail == "it is too long");
}

TEST_CASE("State file: after a day it is of another LAN") {
  const Directory directory;
  write(directory, share({milan()}));
  CHECK(read(directory, kNoon + 24h).clusters.size() == 1);
  CHECK(read(directory, kNoon + 24h + 1s).clusters.empty());
  CHECK(read(directory, kNoon + 24h + 1s).result.has_value());
  // A host without a battery for its clock starts in 1970.
  CHECK(read(directory, WallTime{}).clusters.size() == 1);
}

TEST_CASE("State file: interfaces are found again by their names") {
  const Directory directory;
  write(directory, share({milan()}));
  const auto renumbered = read(directory, kNoon, [](const std::string& name) {
    return name == "eth0" ? std::optional<std::uint32_t>(17) : std::nullopt;
  });
  REQUIRE(renumbered.clusters.size() == 1);
  CHECK(renumbered.clusters[0].sightings[0].sighting->key.interface == 17);
  const auto gone = read(directory, kNoon, [](const std::string&) { return std::nullopt; });
  CHECK(gone.result.has_value());
  CHECK(gone.clusters.empty());
}

TEST_CASE("State file: of what was added by hand no sighting is kept, but whose name it is") {
  const Directory directory;
  Cluster mixed = milan();
  Sighting manual = altered([](Sighting& s) { s.key.source = Source::kManual; });
  mixed.sightings[0].sighting = std::make_shared<const Sighting>(manual);
  Cluster manual_only = mixed;
  manual_only.id = "manual-only";
  manual_only.sightings.pop_back();
  write(directory, share({manual_only, mixed}));
  const auto back = read(directory);
  REQUIRE(back.clusters.size() == 2);
  CHECK(back.clusters[0].id == "manual-only");
  CHECK(back.clusters[0].sightings.empty());
  CHECK(back.clusters[0].held_name == manual_only.held_name);
  CHECK(back.clusters[1].sightings.size() == 1);
}

TEST_CASE("State file: hostile octets are kept as they are, in a file of printable ASCII") {
  std::string every;
  for (int octet = 0; octet < 256; ++octet) every += static_cast<char>(octet);
  Cluster cluster = milan();
  Sighting sighting = *cluster.sightings[0].sighting;
  sighting.key.instance = every.substr(0, 63);
  sighting.target_host = *DomainName().with_label(every.substr(200, 56));
  sighting.txt.add("key", every.substr(0, 128));
  sighting.txt.add("other", every.substr(128));
  TxtRecord boolean({{"flag", std::nullopt}, {"empty", ""}, {"two", "a=b"}});
  cluster.sightings[0].sighting = std::make_shared<const Sighting>(sighting);
  sighting = *cluster.sightings[1].sighting;
  sighting.txt = boolean;
  cluster.sightings[1].sighting = std::make_shared<const Sighting>(sighting);
  cluster.sightings.push_back(turin().sightings[0]);
  sighting = *cluster.sightings[2].sighting;
  sighting.key.record = every;
  cluster.sightings[2].sighting = std::make_shared<const Sighting>(sighting);

  const Directory directory;
  write(directory, share({cluster}));
  for (const char c : read_file(directory.file())) REQUIRE((c == '\n' || (c >= 0x20 && c < 0x7f)));
  const auto back = read(directory);
  REQUIRE(back.clusters.size() == 1);
  REQUIRE(back.clusters[0].sightings.size() == 3);
  const Sighting& first = *back.clusters[0].sightings[0].sighting;
  CHECK(first.key.instance == every.substr(0, 63));
  CHECK(first.target_host.wire() == cluster.sightings[0].sighting->target_host.wire());
  CHECK(first.txt == cluster.sightings[0].sighting->txt);
  CHECK(back.clusters[0].sightings[1].sighting->txt == boolean);
  CHECK(back.clusters[0].sightings[2].sighting->key.record == every);
}

TEST_CASE("State file: a cluster that is no good is left out, the others stay") {
  const Directory directory;
  const std::string good = state::to_line(milan());
  const auto changed = [&good](const std::string& from, const std::string& to) {
    std::string line = good;
    for (auto at = line.find(from); at != std::string::npos; at = line.find(from, at + to.size())) {
      line.replace(at, from.size(), to);
    }
    return line;
  };
  const std::string bad = GENERATE_COPY(
      std::string("null"), std::string("[]"), std::string("{}"), std::string("\"\xff\""),
      std::string(500'000, '['), changed("milan-id", "Not An Id"),
      changed("\"firstSeen\":", "\"x\":"), changed("30740", "65536"), changed("30740", "-1"),
      changed("30740", "\"30740\""), changed("30740", "1e3"), changed("\"ipv", "\"ipx"),
      changed("node1.local", "node1..local"), changed("10.0.0.1", "10.0.0.256"),
      changed("_liqo_auth", "_http"), changed("name=milan", "\\\\999"),
      changed("name=milan", "\\\\1"), changed("name=milan", std::string(256, 'x')),
      changed("\"seen\":", "\"seen\":99999999999"),
      changed("\"sightings\":[", "\"sightings\":{},\"x\":["), changed("eth0", "gone0"));
  write_file(directory.file(),
             with_checksum("{\"version\":1,\"saved\":1795424400000,\"clusters\":[\n" + bad + ",\n" +
                           state::to_line(milan("turin-id")) + "\n"));
  const auto back = read(directory);
  INFO(bad.substr(0, 300));
  REQUIRE(back.result.has_value());
  REQUIRE(back.clusters.size() == 1);
  CHECK(back.clusters[0].id == "turin-id");
}

TEST_CASE("State file: an agent that died while writing leaves the former file") {
  const Directory directory;
  write(directory, share({milan()}));
  const std::string whole = read_file(directory.file());
  write_file(directory.file("state.json.tmp"), whole.substr(0, whole.size() / 2));
  CHECK(read(directory).clusters.size() == 1);
  write(directory, share({milan(), milan("turin-id")}));
  CHECK(read(directory).clusters.size() == 2);
  CHECK_FALSE(exists(directory.file("state.json.tmp")));
}

TEST_CASE("State file: a full disk leaves the former file and nothing else") {
  const Directory directory;
  write(directory, share({milan()}));
  const std::string before = read_file(directory.file());
  Clusters many;
  for (int i = 0; i < 1'000; ++i) many.push_back(share({milan("c" + std::to_string(i))})[0]);

  // The limit on a file's length fails a write as a full disk does.
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ::getrlimit(RLIMIT_FSIZE, &old_limit);
  rlimit limit = old_limit;
  limit.rlim_cur = 100'000;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const auto result = state::write_state(directory.path(), many, kNoon);
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);

  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == Errc::kIo);
  CHECK(read_file(directory.file()) == before);
  CHECK_FALSE(exists(directory.file("state.json.tmp")));
}

TEST_CASE("State file: a symbolic link in the temporary file's place is not followed") {
  const Directory directory;
  write_file(directory.file("victim"), "precious");
  std::filesystem::create_symlink(directory.file("victim"), directory.file("state.json.tmp"));
  CHECK_FALSE(state::write_state(directory.path(), share({milan()}), kNoon).has_value());
  CHECK(read_file(directory.file("victim")) == "precious");
}

}  // namespace liqo::test
