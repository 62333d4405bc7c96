#include <filesystem>

#include "tests/support/catch.h"
#include "tests/unit/config/directory.h"

namespace liqo {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr std::string_view kCluster = "cluster.id = \"milan-1\"\n";

/// Lines 2 to 4 of a configuration, and `keys` from line 5.
std::string registering(const ConfigDirectory& directory, const std::string& keys = "",
                        const std::string& zone = "example.com") {
  return std::string("[[dns.register]]\nzone = \"") + zone + "\"\nkey-file = \"" +
         directory.key_file() + "\"\n" + keys;
}

std::string config(const ConfigDirectory& directory, const std::string& keys = "") {
  return std::string(kCluster) + registering(directory, keys);
}

std::string refused(const ConfigDirectory& directory, const std::string& keys) {
  return directory.refusal(config(directory, keys));
}

TEST_CASE("Register: a zone and a key are enough") {
  const ConfigDirectory directory;
  const Config read = directory.accepted(config(directory));
  REQUIRE(read.zones.size() == 1);
  const registrar::ZoneOptions& zone = read.zones[0];
  CHECK(zone.zone.to_string() == "example.com");
  CHECK_FALSE(zone.server);
  CHECK(zone.key_file == directory.key_file());
  CHECK(zone.key.name.to_string() == "k1");
  CHECK(zone.key.algorithm == wire::TsigAlgorithm::kHmacSha256);
  CHECK(zone.key.secret.size() == 16);
  CHECK(zone.ttl == 60);
  CHECK(zone.lease == 3600);
  CHECK(zone.advertise);
  CHECK_FALSE(zone.share_lan);
}

TEST_CASE("Register: every key is heeded") {
  const ConfigDirectory directory;
  const Config read =
      directory.accepted(config(directory,
                                "server = \"[2001:db8::53]:5353\"\nttl = 30\nlease = 600\n"
                                "advertise = false\nshare = [\"lan\"]\n"));
  REQUIRE(read.zones.size() == 1);
  CHECK(read.zones[0].server == *dns::parse_name_server("[2001:db8::53]:5353"));
  CHECK(read.zones[0].ttl == 30);
  CHECK(read.zones[0].lease == 600);
  CHECK_FALSE(read.zones[0].advertise);
  CHECK(read.zones[0].share_lan);
  CHECK_FALSE(directory.accepted(config(directory, "share = []\n")).zones[0].share_lan);
}

TEST_CASE("Register: zones are kept in lower case, without a dot at their end") {
  const ConfigDirectory directory;
  const Config read =
      directory.accepted(std::string(kCluster) + registering(directory, "", "Example.COM."));
  CHECK(read.zones.at(0).zone.to_string() == "example.com");
}

TEST_CASE("Register: times have bounds, both of which are allowed") {
  const ConfigDirectory directory;
  for (const auto* keys : {"ttl = 5", "ttl = 86400", "lease = 60", "lease = 604800"}) {
    INFO(keys);
    CHECK(refused(directory, keys).empty());
  }
  for (const auto* value : {"4", "86401", "-1", "0", "18446744073709551616", "4294967301"}) {
    INFO(value);
    CHECK_THAT(refused(directory, std::string("ttl = ") + value),
               ContainsSubstring("config.toml:5"));
  }
  CHECK(refused(directory, "ttl = 4") ==
        "config.toml:5: dns.register[1].ttl: expected seconds, 5 to 86400, found 4");
  CHECK(refused(directory, "lease = 59") ==
        "config.toml:5: dns.register[1].lease: expected seconds, 60 to 604800, found 59");
  CHECK_THAT(refused(directory, "lease = 604801"), ContainsSubstring("found 604801"));
  CHECK_THAT(refused(directory, "lease = \"1h\""),
             ContainsSubstring("expected seconds, 60 to 604800"));
}

TEST_CASE("Register: each value that is wrong is told with its line and what was expected") {
  const ConfigDirectory directory;
  CHECK_THAT(refused(directory, "server = \"ns.example.com\""),
             ContainsSubstring("config.toml:5: dns.register[1].server: "));
  CHECK_THAT(refused(directory, "server = [\"192.0.2.53\"]"),
             ContainsSubstring(
                 "config.toml:5: dns.register[1].server: expected an address, which may have "
                 "a port"));
  CHECK(refused(directory, "advertise = \"yes\"") ==
        "config.toml:5: dns.register[1].advertise: expected true or false, found \"yes\"");
  CHECK(refused(directory, "share = [\"lan\", \"dns\"]") ==
        "config.toml:5: dns.register[1].share: expected an array that may name \"lan\", found "
        "\"dns\"");
  CHECK_THAT(
      refused(directory, "share = \"lan\""),
      ContainsSubstring("config.toml:5: dns.register[1].share: expected an array that may name"));
  CHECK(refused(directory, "port = 53") ==
        "config.toml:5: dns.register[1].port: unknown; expected zone, server, key-file, ttl, "
        "lease, advertise or share");
}

TEST_CASE("Register: a zone there must be, of some depth, and not the LAN's") {
  const ConfigDirectory directory;
  const std::string cluster(kCluster);
  CHECK(directory.refusal(cluster + "[[dns.register]]\nkey-file = \"" + directory.key_file() +
                          "\"") ==
        "config.toml:2: dns.register[1].zone: missing; expected a zone such as example.com");
  for (const auto* zone : {"", ".", "local", "a..b"}) {
    INFO(zone);
    CHECK_THAT(directory.refusal(cluster + registering(directory, "", zone)),
               ContainsSubstring("config.toml:3: dns.register[1].zone: "));
  }
}

TEST_CASE("Register: what is wrong with a key file is told with its name") {
  const ConfigDirectory directory;
  const std::string start = std::string(kCluster) + "[[dns.register]]\nzone = \"example.com\"\n";
  const std::string key = directory.key_file();
  CHECK(directory.refusal(start) ==
        "config.toml:2: dns.register[1].key-file: missing; expected the absolute path of a key "
        "file");
  CHECK(directory.refusal(start + "key-file = \"tsig.key\"") ==
        "config.toml:4: dns.register[1].key-file: expected the absolute path of a key file, found "
        "\"tsig.key\"");
  const std::string named = start + "key-file = \"" + key + "\"";
  const std::string place = "config.toml:4: dns.register[1].key-file: tsig.key: ";
  SECTION("missing") {
    std::filesystem::remove(key);
    CHECK(directory.refusal(named) == place + "No such file or directory");
  }
  SECTION("read by others") {
    std::filesystem::permissions(key, std::filesystem::perms(0644));
    CHECK(directory.refusal(named) ==
          place + "its mode is 0644; expected 0640 or stricter, for it is a secret");
  }
  SECTION("of another algorithm, and its secret is not shown") {
    std::filesystem::permissions(key, std::filesystem::perms(0600));
    directory.write(key, "key \"k1\" {\n secret \"U0VDUkVU\";\n algorithm hmac-md5;\n};\n");
    CHECK(directory.refusal(named) ==
          place + "line 3: expected hmac-sha256, hmac-sha384 or hmac-sha512");
  }
}

TEST_CASE("Register: who registers must be known") {
  const ConfigDirectory directory;
  CHECK(directory.refusal(registering(directory)) ==
        "config.toml:2: dns.register: needs [cluster] with an id: who registers");
  directory.write(directory.fragment("a.toml"), kCluster);
  CHECK(directory.accepted(registering(directory)).zones.size() == 1);
}

TEST_CASE("Register: a zone stands once in a file; a later file replaces it whole") {
  const ConfigDirectory directory;
  const std::string twice = config(directory) + registering(directory, "", "EXAMPLE.com.");
  CHECK(directory.refusal(twice) ==
        "config.toml:6: dns.register[2].zone: example.com is there already, at config.toml:3");
  directory.write(directory.fragment("a.toml"),
                  registering(directory, "ttl = 20\n") + registering(directory, "", "b.example"));
  const Config read =
      directory.accepted(config(directory, "ttl = 10\nlease = 600\nshare = [\"lan\"]\n"));
  REQUIRE(read.zones.size() == 2);
  CHECK(read.zones[0].zone.to_string() == "example.com");
  CHECK(read.zones[0].ttl == 20);
  CHECK(read.zones[0].lease == 3600);
  CHECK_FALSE(read.zones[0].share_lan);
  CHECK(read.zones[1].zone.to_string() == "b.example");
}

TEST_CASE("Register: as many zones as anybody registers in, and no more") {
  const ConfigDirectory directory;
  std::string text(kCluster);
  for (std::size_t zone = 0; zone < kMaxRegisteredZones; ++zone) {
    text += registering(directory, "", "z" + std::to_string(zone) + ".example");
  }
  CHECK(directory.accepted(text).zones.size() == kMaxRegisteredZones);
  CHECK_THAT(directory.refusal(text + registering(directory)),
             ContainsSubstring("dns.register[65].zone: expected at most 64 zones"));
}

}  // namespace
}  // namespace liqo
