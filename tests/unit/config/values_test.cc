#include <fstream>
#include <iterator>

#include "tests/support/catch.h"
#include "tests/unit/config/directory.h"

namespace liqo {
namespace {

// The example of the contract, as far as this version heeds it.
constexpr std::string_view kExample = R"(
prefer = "dns"
[cluster]
id = "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
name = "milan"
version = "v0.10.3"
site = "on-premise"
[cluster.auth]
port = 30740
address = "203.0.113.7"
[cluster.api]
port = 6443
host = "API.Example.com"
[cluster.gateway]
port = 5871

[lan]
enabled = false
advertise = true
backend = "avahi-daemon"
allow-interfaces = ["eth*"]
deny-interfaces = ["eth9"]

[names]
suffix = "Clusters.Example"
reverse = true

[verify]
ids = false
)";

TEST_CASE("Config: an empty file is the defaults") {
  const ConfigDirectory directory;
  const Config config = directory.accepted("");
  CHECK(config == Config{});
  CHECK(config.prefer == Source::kLan);
  CHECK_FALSE(config.cluster.has_value());
  CHECK(config.lan.enabled);
  CHECK_FALSE(config.lan.advertise);
  CHECK(config.lan.backend == LanBackend::kAuto);
  CHECK(config.lan.deny_interfaces.size() == 12);
  CHECK(config.names.suffix == "liqo.internal");
  CHECK_FALSE(config.names.reverse);
  CHECK(config.verify.ids);
}

TEST_CASE("Config: every key of the contract is heeded") {
  const ConfigDirectory directory;
  const Config config = directory.accepted(kExample);
  CHECK(config.prefer == Source::kDns);
  REQUIRE(config.cluster.has_value());
  CHECK(config.cluster->id == "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f");

  const std::vector<EndpointAdvert> endpoints = {
      {Service::kAuth, 30740, *IpAddress::parse("203.0.113.7")},
      {Service::kApi, 6443, *DomainName::parse("api.example.com")},
      {Service::kGateway, 5871, OwnHost{}}};
  CHECK(config.cluster->endpoints == endpoints);

  CHECK_FALSE(config.lan.enabled);
  CHECK(config.lan.advertise);
  CHECK(config.lan.backend == LanBackend::kAvahiDaemon);
  CHECK(config.lan.allow_interfaces == std::vector<std::string>{"eth*"});
  CHECK(config.lan.deny_interfaces == std::vector<std::string>{"eth9"});
  CHECK(config.lan.deny_given);
  CHECK(config.names.suffix == "clusters.example");
  CHECK(config.names.reverse);
  CHECK_FALSE(config.verify.ids);
}

TEST_CASE("Config: a host name is told in lower case, for Liqo compares octets") {
  const ConfigDirectory directory;
  const Config config = directory.accepted(kExample);
  const auto& host = std::get<DomainName>(config.cluster->endpoints[1].target);
  CHECK(host.to_string() == "api.example.com");
}

TEST_CASE("Config: TXT holds what was told, in the contract's order") {
  const ConfigDirectory directory;
  const TxtRecord all({{"txtvers", "1"},
                       {"id", "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"},
                       {"name", "milan"},
                       {"version", "v0.10.3"},
                       {"site", "on-premise"}});
  CHECK(directory.accepted(kExample).cluster->txt == all);

  const TxtRecord least({{"txtvers", "1"}, {"id", "c1"}});
  CHECK(directory.accepted("[cluster]\nid = \"c1\"").cluster->txt == least);
}

TEST_CASE("Config: a cluster without endpoints is known and not reached") {
  const ConfigDirectory directory;
  const Config config = directory.accepted("[cluster]\nid = \"c1\"");
  REQUIRE(config.cluster.has_value());
  CHECK(config.cluster->endpoints.empty());
}

TEST_CASE("Config: ports reach from 1 to 65535") {
  const ConfigDirectory directory;
  const auto port = [&](std::string_view text) {
    const Config config =
        directory.accepted("[cluster]\nid = \"c1\"\n[cluster.api]\nport = " + std::string(text));
    return config.cluster->endpoints[0].port;
  };
  CHECK(port("1") == 1);
  CHECK(port("65535") == 65535);
  CHECK(port("0x1F90") == 8080);
}

TEST_CASE("Config: the backends have the names of the contract") {
  const ConfigDirectory directory;
  for (const auto backend : {LanBackend::kAuto, LanBackend::kEmbedded, LanBackend::kAvahiDaemon}) {
    const std::string text = "lan.backend = \"" + std::string(to_string(backend)) + "\"";
    CHECK(directory.accepted(text).lan.backend == backend);
  }
}

TEST_CASE("Config: a deny list that is given empty denies nothing") {
  const ConfigDirectory directory;
  const Config config = directory.accepted("[lan]\ndeny-interfaces = []");
  CHECK(config.lan.deny_given);
  CHECK(interface_allowed(config.lan, "docker0"));
}

/// The shipped file with the examples and defaults that it has as comments taken for said.
std::string uncommented(std::string text) {
  std::string said;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    std::string line = text.substr(at, end - at);
    at = end + 1;
    const bool example = line.size() > 1 && line[0] == '#' && line.compare(0, 2, "# ") != 0;
    said += (example || line.starts_with("#  \"") ? line.substr(1) : line) + "\n";
  }
  return said;
}

TEST_CASE("Config: the file that is shipped says nothing, and its comments the defaults") {
  const ConfigDirectory directory;
  std::ifstream stream(LIQO_SHIPPED_CONFIG);
  const std::string shipped((std::istreambuf_iterator<char>(stream)), {});
  REQUIRE_FALSE(shipped.empty());
  CHECK(directory.accepted(shipped) == Config{});

  // A key file must be there: one stands in for it.
  std::string said = uncommented(shipped);
  const std::string_view key_file = "/etc/liqo-discovery/tsig.key";
  REQUIRE(said.find(key_file) != std::string::npos);
  said.replace(said.find(key_file), key_file.size(), directory.key_file());
  Config config = directory.accepted(said);
  REQUIRE(config.cluster.has_value());
  CHECK(config.cluster->endpoints.size() == kServiceCount);
  CHECK(config.lan.deny_given);
  CHECK(config.dns.domains.size() == 2);
  REQUIRE(config.zones.size() == 1);
  const registrar::ZoneOptions defaults;
  CHECK(config.zones[0].ttl == defaults.ttl);
  CHECK(config.zones[0].lease == defaults.lease);
  CHECK(config.zones[0].advertise == defaults.advertise);
  CHECK(config.zones[0].share_lan == defaults.share_lan);
  config.cluster.reset();
  config.dns.domains.clear();
  config.zones.clear();
  config.lan.deny_given = false;
  CHECK(config == Config{});
}

}  // namespace
}  // namespace liqo
