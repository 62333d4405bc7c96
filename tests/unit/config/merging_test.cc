#include <sys/stat.h>

#include "tests/support/catch.h"
#include "tests/unit/config/directory.h"

namespace liqo {
namespace {

using Catch::Matchers::StartsWith;

constexpr std::string_view kBase = R"([cluster]
id = "c1"
name = "milan"
[cluster.auth]
port = 443
[lan]
backend = "embedded"
)";

TEST_CASE("Merging: a missing file is an empty one unless it is required") {
  const ConfigDirectory directory;
  const auto config = load_config(directory.file(), false);
  REQUIRE(config.has_value());
  CHECK(*config == Config{});
  const auto required = load_config(directory.file(), true);
  REQUIRE_FALSE(required.has_value());
  CHECK(required.error().code == Errc::kNotFound);
}

TEST_CASE("Merging: config.d counts although there is no config.toml") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("a.toml"), "[names]\nreverse = true");
  const auto config = load_config(directory.file(), false);
  REQUIRE(config.has_value());
  CHECK(config->names.reverse);
}

TEST_CASE("Merging: a later file replaces the keys that it names and no others") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("10-rome.toml"), "[cluster]\nname = \"rome\"");
  directory.write(directory.fragment("20-port.toml"), "cluster.auth.port = 30740");
  const Config config = directory.accepted(kBase);
  REQUIRE(config.cluster.has_value());
  CHECK(config.cluster->id == "c1");
  CHECK(config.cluster->txt.get("name") == "rome");
  REQUIRE(config.cluster->endpoints.size() == 1);
  CHECK(config.cluster->endpoints[0].port == 30740);
  CHECK(config.lan.backend == LanBackend::kEmbedded);
}

TEST_CASE("Merging: files are read in the order of their names") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("9.toml"), "names.suffix = \"nine.internal\"");
  directory.write(directory.fragment("10.toml"), "names.suffix = \"ten.internal\"");
  directory.write(directory.fragment("Z.toml"), "lan.backend = \"auto\"");
  directory.write(directory.fragment("a.toml"), "lan.backend = \"avahi-daemon\"");
  const Config config = directory.accepted(kBase);
  CHECK(config.names.suffix == "nine.internal");
  CHECK(config.lan.backend == LanBackend::kAvahiDaemon);
}

TEST_CASE("Merging: lists are replaced, not joined") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("a.toml"), "[lan]\nallow-interfaces = [\"eth1\"]");
  const Config config = directory.accepted("[lan]\nallow-interfaces = [\"eth0\"]");
  CHECK(config.lan.allow_interfaces == std::vector<std::string>{"eth1"});
}

TEST_CASE("Merging: only visible files that end in .toml are read") {
  const ConfigDirectory directory;
  for (const char* name : {"a.toml~", "a.toml.dpkg-old", ".a.toml", "a.txt", "toml"}) {
    directory.write(directory.fragment(name), "this is not TOML");
  }
  CHECK(directory.refusal(kBase).empty());
}

TEST_CASE("Merging: a mistake is told of the file that it is in") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("a.toml"), "\n\nlan.backend = \"avahi\"");
  CHECK_THAT(directory.refusal(kBase), StartsWith("config.d/a.toml:3: lan.backend: expected"));
}

TEST_CASE("Merging: a mistake is one although a later file replaces it") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("a.toml"), "lan.backend = \"auto\"");
  CHECK_THAT(directory.refusal("lan.backend = \"avahi\""),
             StartsWith("config.toml:1: lan.backend: expected"));
}

TEST_CASE("Merging: a later file's host replaces an earlier one's address, and back") {
  const ConfigDirectory directory;
  constexpr std::string_view kAddress =
      "[cluster]\nid = \"c1\"\n[cluster.auth]\nport = 443\naddress = \"10.0.0.1\"";
  directory.write(directory.fragment("a.toml"), "cluster.auth.host = \"auth.example.com\"");
  const Config host = directory.accepted(kAddress);
  CHECK(std::get<DomainName>(host.cluster->endpoints[0].target).to_string() == "auth.example.com");
  directory.write(directory.fragment("b.toml"), "cluster.auth.address = \"10.0.0.2\"");
  const Config address = directory.accepted(kAddress);
  CHECK(std::get<IpAddress>(address.cluster->endpoints[0].target).to_string() == "10.0.0.2");
}

TEST_CASE("Merging: more files than anybody means are refused") {
  const ConfigDirectory directory;
  directory.write(directory.file(), kBase);
  for (std::size_t i = 0; i < kMaxConfigFragments; ++i) {
    directory.write(directory.fragment(std::to_string(i) + ".toml"), "");
  }
  CHECK(directory.refusal().empty());
  directory.write(directory.fragment("more.toml"), "");
  CHECK(directory.refusal() == "config.d: expected at most 256 files");
}

TEST_CASE("Merging: a cluster may be given in pieces") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("id.toml"), "cluster.id = \"c1\"");
  directory.write(directory.file(), "[cluster.api]\nport = 6443");
  const auto config = directory.load();
  REQUIRE(config.has_value());
  CHECK(config->cluster->id == "c1");
  CHECK(config->cluster->endpoints.size() == 1);
}

TEST_CASE("Merging: a fragment that cannot be read is an error") {
  const ConfigDirectory directory;
  directory.write(directory.file(), kBase);
  directory.write(directory.fragment("a.toml"), "");
  REQUIRE(::mkdir(directory.fragment("b.toml").c_str(), 0700) == 0);
  CHECK(directory.refusal() == "config.d/b.toml: cannot be read: Is a directory");
}

TEST_CASE("Merging: config.d that is no directory is an error") {
  const ConfigDirectory directory;
  directory.write(directory.file(), kBase);
  directory.write(directory.file().substr(0, directory.file().rfind('/')) + "/config.d", "");
  CHECK(directory.refusal() == "config.d: cannot be read: Not a directory");
}

}  // namespace
}  // namespace liqo
