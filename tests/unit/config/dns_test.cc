#include "tests/support/catch.h"
#include "tests/unit/config/directory.h"

namespace liqo {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

// The example of the contract, as far as this version heeds it.
constexpr std::string_view kExample = R"(
[dns]
enumerate = true
trust-anchor = "/etc/liqo-discovery/root.key"
[[dns.domain]]
name = "Example.com"
dnssec = "ad"
servers = ["192.0.2.53", "[2001:db8::53]:5353"]
legacy = false
trusted = true
[[dns.domain]]
name = "example.org."
dnssec = "validate"
trust-anchor = "/etc/liqo-discovery/example.org.key"
)";

dns::NameServer server(const std::string& text) { return *dns::parse_name_server(text); }

std::string domain(const std::string& keys) {
  return "[[dns.domain]]\nname = \"example.com\"\n" + keys;
}

std::vector<std::string> names(const Config& config) {
  std::vector<std::string> names;
  for (const auto& each : config.dns.domains) names.push_back(each.name.to_string());
  return names;
}

std::string many_domains(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += "[[dns.domain]]\nname = \"d" + std::to_string(i) + ".example\"\n";
  }
  return text;
}

TEST_CASE("DNS: without the section no domain is browsed") {
  const ConfigDirectory directory;
  const Config config = directory.accepted("");
  CHECK(config.dns == dns::SourceOptions{});
  CHECK(config.dns.domains.empty());
  CHECK_FALSE(config.dns.enumerate);
  CHECK(config.dns.trust_anchor == "/usr/share/dns/root.key");
}

TEST_CASE("DNS: every key of the contract is heeded") {
  const ConfigDirectory directory;
  const Config config = directory.accepted(kExample);
  CHECK(config.dns.enumerate);
  CHECK(config.dns.trust_anchor == "/etc/liqo-discovery/root.key");
  REQUIRE(config.dns.domains.size() == 2);
  const dns::DomainOptions& first = config.dns.domains[0];
  CHECK(first.name.to_string() == "example.com");
  CHECK(first.dnssec == dns::DnssecMode::kAd);
  CHECK(first.servers == std::vector{server("192.0.2.53"), server("[2001:db8::53]:5353")});
  CHECK_FALSE(first.legacy);
  CHECK(first.trusted);
  CHECK(first.trust_anchor.empty());
  const dns::DomainOptions& second = config.dns.domains[1];
  CHECK(second.name.to_string() == "example.org");
  CHECK(second.dnssec == dns::DnssecMode::kValidate);
  CHECK(second.servers.empty());
  CHECK(second.legacy);
  CHECK_FALSE(second.trusted);
  CHECK(second.trust_anchor == "/etc/liqo-discovery/example.org.key");
}

TEST_CASE("DNS: a domain's name is enough") {
  const ConfigDirectory directory;
  dns::DomainOptions plain;
  plain.name = *DomainName::parse("example.com");
  CHECK(directory.accepted(domain("")).dns.domains == std::vector{plain});
}

TEST_CASE("DNS: labels may be whatever DNS allows, one of them is enough") {
  const ConfigDirectory directory;
  for (const char* name :
       {"internal", "_liqo.example.com", "corp.local", "caf\\\\195\\\\169.example"}) {
    INFO(name);
    CHECK(directory.refusal("[[dns.domain]]\nname = \"" + std::string(name) + "\"").empty());
  }
}

TEST_CASE("DNS: a name that cannot be browsed") {
  const ConfigDirectory directory;
  const auto refusal = [&](const std::string& name) {
    return directory.refusal("[[dns.domain]]\nname = \"" + name + "\"");
  };
  constexpr const char* kExpected = "config.toml:2: dns.domain[1].name: expected a domain such as";
  for (const std::string& name : {std::string(), std::string("."), std::string("a..b"),
                                  std::string(64, 'a') + ".example", std::string(300, 'a')}) {
    INFO(name);
    CHECK_THAT(refusal(name), StartsWith(kExpected));
  }
  CHECK_THAT(refusal("LOCAL"),
             StartsWith("config.toml:2: dns.domain[1].name: local is multicast DNS's"));
  CHECK_THAT(refusal("local."), ContainsSubstring("local is multicast DNS's"));
  CHECK(directory.refusal("[[dns.domain]]\nlegacy = true") ==
        "config.toml:1: dns.domain[1].name: missing; expected a domain such as example.com");
  CHECK(directory.refusal("[[dns.domain]]\nname = 7") ==
        "config.toml:2: dns.domain[1].name: expected a domain such as example.com, found 7");
}

TEST_CASE("DNS: names below a domain fit into a DNS name, however long their labels are") {
  const ConfigDirectory directory;
  const std::string sixty(60, 'a');
  const auto of_octets = [&](std::size_t wire) {  // two labels of 60, and one that makes it up
    return sixty + "." + sixty + "." + std::string(wire - 2 * 61 - 2, 'b');
  };
  const auto refusal = [&](std::size_t wire) {
    return directory.refusal("[[dns.domain]]\nname = \"" + of_octets(wire) + "\"");
  };
  CHECK(refusal(kMaxBrowsingDomainOctets).empty());
  CHECK_THAT(refusal(kMaxBrowsingDomainOctets + 1),
             ContainsSubstring("dns.domain[1].name: expected at most 172 octets"));
  const std::string label(63, 'c');
  const std::array<std::string_view, 3> longest = {label, "_liqo_gateway", "_udp"};
  const auto domain_name = DomainName::parse(of_octets(kMaxBrowsingDomainOctets));
  REQUIRE(domain_name.has_value());
  const auto instance = domain_name->with_labels(longest);
  REQUIRE(instance.has_value());
  CHECK(instance->wire().size() == DomainName::kMaxOctets);
}

TEST_CASE("DNS: a server that is none, with its own line") {
  const ConfigDirectory directory;
  CHECK_THAT(directory.refusal(domain("servers = [\n\"192.0.2.53\",\n\"ns.example.com\"]")),
             StartsWith("config.toml:5: dns.domain[1].servers: not a DNS server: "
                        "\"ns.example.com\": "));
  for (const char* text : {"192.0.2.53:0", "192.0.2.53:65536", "[192.0.2.53]:53", "[2001:db8::53",
                           "fe80::1%no-such-link", " 192.0.2.53"}) {
    INFO(text);
    CHECK_THAT(directory.refusal(domain("servers = [\"" + std::string(text) + "\"]")),
               StartsWith("config.toml:3: dns.domain[1].servers: ") && ContainsSubstring(text));
  }
  CHECK_THAT(directory.refusal(domain("servers = \"192.0.2.53\"")),
             StartsWith("config.toml:3: dns.domain[1].servers: expected an array of addresses"));
  CHECK_THAT(directory.refusal(domain("servers = [53]")), ContainsSubstring("found 53"));
}

TEST_CASE("DNS: more servers than a question has time for") {
  const ConfigDirectory directory;
  const auto refusal = [&](std::size_t count) {
    std::string list;
    for (std::size_t i = 1; i <= count; ++i) list += "\"192.0.2." + std::to_string(i) + "\",";
    return directory.refusal(domain("servers = [" + list + "]"));
  };
  CHECK(refusal(kMaxDnsServers).empty());
  CHECK(refusal(kMaxDnsServers + 1) == "config.toml:3: dns.domain[1].servers: expected at most 8");
}

TEST_CASE("DNS: what cannot work together is refused in one line") {
  const ConfigDirectory directory;
  CHECK(directory.refusal(domain("servers = [\"192.0.2.53\"]\ntrusted = true")) ==
        "config.toml:4: dns.domain[1].trusted: is of use only with dnssec = \"ad\"");
  CHECK_THAT(directory.refusal(domain("dnssec = \"ad\"\ntrusted = true")),
             StartsWith("config.toml:4: dns.domain[1].trusted: needs servers"));
  CHECK_THAT(directory.refusal(domain("dnssec = \"ad\"\nservers = []\ntrusted = true")),
             StartsWith("config.toml:5: dns.domain[1].trusted: needs servers"));
  CHECK(directory.refusal(domain("dnssec = \"ad\"\nservers = [\"192.0.2.53\"]")) ==
        "config.toml:3: dns.domain[1].dnssec: \"ad\" is believed of a server on loopback, or with "
        "trusted = true");
  CHECK(directory.refusal(domain("trust-anchor = \"/a\"")) ==
        "config.toml:3: dns.domain[1].trust-anchor: is of use only with dnssec = \"validate\"");
  CHECK(directory.refusal(domain("dnssec = \"ad\"\nservers = [\"192.0.2.53\", \"::1\"]")).empty());
  CHECK(directory.refusal(domain("dnssec = \"ad\"")).empty());
  CHECK(directory.refusal(domain("trusted = false")).empty());
}

TEST_CASE("DNS: values of the wrong kind and unknown keys") {
  const ConfigDirectory directory;
  CHECK(directory.refusal(domain("dnssec = \"on\"")) ==
        "config.toml:3: dns.domain[1].dnssec: expected \"off\", \"ad\" or \"validate\", found "
        "\"on\"");
  CHECK(directory.refusal(domain("legacy = \"no\"")) ==
        "config.toml:3: dns.domain[1].legacy: expected true or false, found \"no\"");
  CHECK(directory.refusal(domain("port = 53")) ==
        "config.toml:3: dns.domain[1].port: unknown; expected name, dnssec, servers, legacy, "
        "trusted or trust-anchor");
  CHECK(directory.refusal("[dns]\ndomains = []") ==
        "config.toml:2: dns.domains: unknown; expected enumerate, trust-anchor, domain or "
        "register");
  CHECK(directory.refusal("[dns]\ntrust-anchor = \"root.key\"") ==
        "config.toml:2: dns.trust-anchor: expected the absolute path of a file, found "
        "\"root.key\"");
  CHECK(directory.refusal("[dns.domain]\nname = \"example.com\"") ==
        "config.toml:1: dns.domain: expected an array of tables, [[dns.domain]], found a table");
  CHECK(directory.refusal("[dns]\ndomain = [\n\"example.com\"]") ==
        "config.toml:3: dns.domain: expected an array of tables, [[dns.domain]], found "
        "\"example.com\"");
  CHECK(directory.refusal("dns = true") == "config.toml:1: dns: expected a table, found true");
  CHECK_THAT(directory.refusal(domain("") + domain("legacy = 1")),
             StartsWith("config.toml:4: dns.domain[2].name: example.com is there already"));
}

TEST_CASE("DNS: a domain is there once, and both places are told") {
  const ConfigDirectory directory;
  CHECK(directory.refusal(domain("\n[[dns.domain]]\nname = \"EXAMPLE.com.\"")) ==
        "config.toml:5: dns.domain[2].name: example.com is there already, at config.toml:2");
}

TEST_CASE("DNS: a later file replaces a domain of the same name and adds others") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("a.toml"),
                  "[[dns.domain]]\nname = \"new.example\"\n" + domain("dnssec = \"validate\""));
  directory.write(directory.fragment("b.toml"), "dns.enumerate = true");
  const Config config = directory.accepted(
      domain("legacy = false\nservers = [\"192.0.2.53\"]\n[[dns.domain]]\nname = \"b.example\""));
  CHECK(names(config) == std::vector<std::string>{"example.com", "b.example", "new.example"});
  CHECK(config.dns.enumerate);
  const dns::DomainOptions& replaced = config.dns.domains[0];
  CHECK(replaced.dnssec == dns::DnssecMode::kValidate);
  CHECK(replaced.legacy);  // the whole table is the later file's
  CHECK(replaced.servers.empty());
}

TEST_CASE("DNS: a domain named twice in a later file is refused with that file's places") {
  const ConfigDirectory directory;
  directory.write(directory.fragment("a.toml"), domain("") + domain(""));
  CHECK(directory.refusal(domain("")) ==
        "config.d/a.toml:4: dns.domain[2].name: example.com is there already, at "
        "config.d/a.toml:2");
}

TEST_CASE("DNS: more domains than anybody browses are refused, over all files") {
  const ConfigDirectory directory;
  CHECK(directory.refusal(many_domains(kMaxDnsDomains)).empty());
  CHECK(directory.refusal(many_domains(kMaxDnsDomains + 1)) ==
        "config.toml:512: dns.domain[256].name: expected at most 255 domains");
  directory.write(directory.fragment("a.toml"), domain(""));
  CHECK(directory.refusal(many_domains(kMaxDnsDomains)) ==
        "config.d/a.toml:2: dns.domain[1].name: expected at most 255 domains");
}

}  // namespace
}  // namespace liqo
