#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/catch.h"
#include "tests/unit/config/directory.h"

namespace liqo {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

bool is_one_printable_line(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char octet) {
    return static_cast<unsigned char>(octet) >= 0x20 && octet != 0x7F;
  });
}

TEST_CASE("Refusal: an unknown key or section, with the known ones") {
  const ConfigDirectory directory;
  CHECK(directory.refusal("[cluster]\nid = \"c1\"\nnmae = \"milan\"") ==
        "config.toml:3: cluster.nmae: unknown; expected id, name, version, site, auth, api or "
        "gateway");
  CHECK(directory.refusal("[lna]") ==
        "config.toml:1: lna: unknown; expected prefer, cluster, lan, dns, names or verify");
  CHECK_THAT(directory.refusal("[cluster]\nid = \"c1\"\n[cluster.auth]\nport = 1\nhosts = 1"),
             StartsWith("config.toml:5: cluster.auth.hosts: unknown; expected port, address"));
  CHECK_THAT(directory.refusal("[lan]\nallow_interfaces = []"),
             StartsWith("config.toml:2: lan.allow_interfaces: unknown; expected enabled,"));
  CHECK_THAT(directory.refusal("[names]\nreversed = true"),
             StartsWith("config.toml:2: names.reversed: unknown"));
  CHECK_THAT(directory.refusal("[verify]\nid = true"),
             StartsWith("config.toml:2: verify.id: unknown; expected ids"));
}

TEST_CASE("Refusal: a value of the wrong type, with what was expected and found") {
  const ConfigDirectory directory;
  CHECK(directory.refusal("[lan]\nenabled = \"yes\"") ==
        "config.toml:2: lan.enabled: expected true or false, found \"yes\"");
  CHECK(directory.refusal("[lan]\nadvertise = 1") ==
        "config.toml:2: lan.advertise: expected true or false, found 1");
  CHECK(directory.refusal("cluster = \"c1\"") ==
        "config.toml:1: cluster: expected a table, found \"c1\"");
  CHECK(directory.refusal("[[cluster]]\nid = \"c1\"") ==
        "config.toml:1: cluster: expected a table, found an array");
  CHECK_THAT(directory.refusal("[cluster]\nid = 7"),
             ContainsSubstring("cluster.id: expected") && ContainsSubstring("found 7"));
  CHECK_THAT(directory.refusal("[cluster]\nid = 2026-11-24"),
             ContainsSubstring("found a date or time"));
  CHECK_THAT(directory.refusal("[cluster]\nid = {}"), ContainsSubstring("found a table"));
  CHECK_THAT(directory.refusal("[lan]\nallow-interfaces = \"eth0\""),
             ContainsSubstring("config.toml:2: lan.allow-interfaces: expected an array") &&
                 ContainsSubstring("found \"eth0\""));
  CHECK_THAT(directory.refusal("[lan]\nallow-interfaces = [\n\"eth0\",\n4]"),
             StartsWith("config.toml:4: lan.allow-interfaces: expected an array"));
  CHECK_THAT(directory.refusal("[lan]\ndeny-interfaces = [\"\"]"),
             StartsWith("config.toml:2: lan.deny-interfaces: expected an array"));
}

TEST_CASE("Refusal: a port that is none") {
  const ConfigDirectory directory;
  const auto refusal = [&](std::string_view port) {
    return directory.refusal("[cluster]\nid = \"c1\"\n[cluster.auth]\nport = " + std::string(port));
  };
  constexpr const char* kExpected =
      "config.toml:4: cluster.auth.port: expected a port, 1 to 65535, found ";
  CHECK(refusal("0") == std::string(kExpected) + "0");
  CHECK(refusal("-1") == std::string(kExpected) + "-1");
  CHECK(refusal("65536") == std::string(kExpected) + "65536");
  CHECK(refusal("9223372036854775807") == std::string(kExpected) + "9223372036854775807");
  CHECK(refusal("443.0") == std::string(kExpected) + "a number with a fraction");
  CHECK(refusal("\"443\"") == std::string(kExpected) + "\"443\"");
}

TEST_CASE("Refusal: what is missing, at the section where it should be") {
  const ConfigDirectory directory;
  CHECK_THAT(directory.refusal("[lan]\n[cluster]\nname = \"milan\""),
             StartsWith("config.toml:2: cluster.id: missing; expected a label"));
  CHECK_THAT(directory.refusal("[cluster.auth]\nport = 1"),
             StartsWith("config.toml:1: cluster.id: missing; expected a label"));
  CHECK(directory.refusal("[cluster]\nid = \"c1\"\n\n[cluster.gateway]\n") ==
        "config.toml:4: cluster.gateway.port: missing; expected a port, 1 to 65535");
}

TEST_CASE("Refusal: an id that is no label") {
  const ConfigDirectory directory;
  for (const std::string& id :
       {std::string(""), std::string("C1"), std::string("c1.example"), std::string("-c1"),
        std::string("c1-"), std::string("c_1"), std::string("c 1"), std::string("mil\u00e1n"),
        std::string("c1\\n"),
        std::string("a23456789012345678901234567890123456789012345678901234567890abcd")}) {
    INFO(id);
    CHECK_THAT(directory.refusal("[cluster]\nid = \"" + id + "\""),
               StartsWith("config.toml:2: cluster.id: expected a label of at most 63"));
  }
}

TEST_CASE("Refusal: names and versions that no TXT string can hold, or a terminal should not") {
  const ConfigDirectory directory;
  const auto refusal = [&](const std::string& key, const std::string& value) {
    return directory.refusal("[cluster]\nid = \"c1\"\n" + key + " = \"" + value + "\"");
  };
  CHECK(refusal("name", std::string(250, 'n')).empty());
  CHECK(refusal("version", std::string(247, 'v')).empty());
  CHECK(refusal("name", "Mil\u00e1n, the big one").empty());
  CHECK_THAT(refusal("name", std::string(251, 'n')),
             StartsWith("config.toml:3: cluster.name: expected printable text of 1 to 250 octets"));
  CHECK_THAT(refusal("version", std::string(248, 'v')),
             StartsWith("config.toml:3: cluster.version: expected"));
  CHECK_THAT(refusal("name", ""), StartsWith("config.toml:3: cluster.name: expected"));
  for (const char* hostile : {"\\u001b[2J", "\\u0000", "\\u0085", "a\\nb", "\\u202e"}) {
    INFO(hostile);
    const std::string line = refusal("name", hostile);
    CHECK_THAT(line, StartsWith("config.toml:3: cluster.name: expected"));
    CHECK(is_one_printable_line(line));
    CHECK_THAT(line, !ContainsSubstring("\u202e") && !ContainsSubstring("\u0085"));
  }
}

TEST_CASE("Refusal: a site that is neither") {
  const ConfigDirectory directory;
  CHECK(directory.refusal("[cluster]\nid = \"c1\"\nsite = \"Cloud\"") ==
        "config.toml:3: cluster.site: expected \"on-premise\" or \"cloud\", found \"Cloud\"");
}

TEST_CASE("Refusal: an address that nobody else can reach, or that is none") {
  const ConfigDirectory directory;
  for (const char* address :
       {"", "127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.251", "ff02::fb", "255.255.255.255",
        "::ffff:10.0.0.1", "fe80::1%eth0", "10.0.0", "10.0.0.1/8", "example.com", " 10.0.0.1"}) {
    INFO(address);
    CHECK_THAT(directory.refusal("[cluster]\nid = \"c1\"\n[cluster.api]\nport = 1\naddress = \"" +
                                 std::string(address) + "\""),
               StartsWith("config.toml:5: cluster.api.address: expected an IPv4 or IPv6 address"));
  }
}

TEST_CASE("Refusal: a host that is no host name") {
  const ConfigDirectory directory;
  for (const std::string& host :
       {std::string(), std::string("."), std::string("a..b"), std::string("a b"),
        std::string("-a.example"), std::string("a_b.example"), std::string("10.0.0.1"),
        std::string("10.0.0.1."), std::string("node.7"), std::string("2001:db8::1"),
        std::string("*.example"), std::string(64, 'a') + ".example",
        std::string("https://auth.example.com")}) {
    INFO(host);
    CHECK_THAT(directory.refusal("[cluster]\nid = \"c1\"\n[cluster.api]\nport = 1\nhost = \"" +
                                 host + "\""),
               StartsWith("config.toml:5: cluster.api.host: expected a host name"));
  }
}

TEST_CASE("Refusal: host and address at once, with both places") {
  const ConfigDirectory directory;
  CHECK(directory.refusal("[cluster]\nid = \"c1\"\n[cluster.auth]\nport = 1\n"
                          "address = \"10.0.0.1\"\nhost = \"auth.example.com\"") ==
        "config.toml:6: cluster.auth.host: expected host or address, not both; address is given "
        "at config.toml:5");
}

TEST_CASE("Refusal: a suffix that is no domain, or another protocol's") {
  const ConfigDirectory directory;
  const auto refusal = [&](const std::string& suffix) {
    return directory.refusal("[names]\nsuffix = \"" + suffix + "\"");
  };
  std::string longest(63, 'a');
  longest += "." + std::string(63, 'b') + "." + std::string(53, 'c');
  CHECK(refusal(longest).empty());
  CHECK(refusal("internal").empty());
  for (const std::string& suffix :
       {std::string(), std::string("."), std::string(".liqo"), std::string("liqo."),
        std::string("a..b"), std::string("a b"), std::string("a_b"), std::string("local"),
        std::string("x.LOCAL"), std::string("localhost"), longest + "c"}) {
    INFO(suffix);
    CHECK_THAT(refusal(suffix), StartsWith("config.toml:2: names.suffix: expected a domain"));
  }
}

TEST_CASE("Refusal: a preference for what cannot be preferred") {
  const ConfigDirectory directory;
  CHECK(directory.refusal("prefer = \"manual\"") ==
        "config.toml:1: prefer: expected \"lan\" or \"dns\", found \"manual\"");
}

TEST_CASE("Refusal: a backend that is none") {
  const ConfigDirectory directory;
  CHECK(directory.refusal("lan.backend = \"avahi\"") ==
        "config.toml:1: lan.backend: expected \"auto\", \"embedded\" or \"avahi-daemon\", found "
        "\"avahi\"");
}

TEST_CASE("Refusal: the topmost mistake is told") {
  const ConfigDirectory directory;
  CHECK_THAT(directory.refusal("[names]\nreverse = 1\n[lan]\nenabled = 1"),
             StartsWith("config.toml:2: names.reverse:"));
}

TEST_CASE("Refusal: what is not TOML, with its line") {
  const ConfigDirectory directory;
  using namespace std::string_literals;
  for (const std::string& text :
       {"\n\n[lan\n"s, "\n\nlan = \n"s, "\n\n[lan]]\n"s, "\n\nlan = \"\x1b\"\n"s,
        "\n\nlan = 1 \x07\n"s, "\n\nlan = 1\x00\n"s}) {
    INFO(text);
    const std::string line = directory.refusal(text);
    CHECK_THAT(line, StartsWith("config.toml:3: not TOML: "));
    CHECK(is_one_printable_line(line));
  }
  CHECK_THAT(directory.refusal("[lan]\nenabled = true\nenabled = true"),
             StartsWith("config.toml:3: not TOML: "));
}

TEST_CASE("Refusal: what is not UTF-8") {
  const ConfigDirectory directory;
  const std::string line = directory.refusal("[cluster]\nid = \"c1\"\nname = \"\xff\xfe\"");
  CHECK_THAT(line, StartsWith("config.toml:3: not TOML: "));
  CHECK(is_one_printable_line(line));
}

TEST_CASE("Refusal: a key's control characters do not reach the line") {
  const ConfigDirectory directory;
  const std::string line = directory.refusal("\"\\u001b[31m\\n\" = 1");
  CHECK(line ==
        "config.toml:1: \\027[31m\\010: unknown; expected prefer, cluster, lan, dns, names or "
        "verify");
}

TEST_CASE("Refusal: a file that is too large") {
  const ConfigDirectory directory;
  CHECK(directory.refusal(std::string(kMaxConfigOctets, '\n')).empty());
  CHECK(directory.refusal(std::string(kMaxConfigOctets + 1, '\n')) ==
        "config.toml: expected at most 1048576 octets");
}

TEST_CASE("Refusal: a file nested too deeply for anybody's stack") {
  const ConfigDirectory directory;
  const std::string line = directory.refusal("a = " + std::string(100'000, '['));
  CHECK_THAT(line, StartsWith("config.toml:1: not TOML: "));
}

TEST_CASE("Refusal: keys dotted too deeply for anybody's stack") {
  const ConfigDirectory directory;
  const auto key = [](std::ptrdiff_t dots) {
    std::string text = "a";
    while (dots-- > 0) text += ".a";
    return text;
  };
  CHECK(directory.refusal(key(kMaxConfigDots + 1) + " = 1") ==
        "config.toml: expected at most 4096 dots");
  CHECK(directory.refusal("[" + key(500'000) + "]") == "config.toml: expected at most 4096 dots");
  CHECK(directory.refusal(key(kMaxConfigDots) + " = 1") ==
        "config.toml:1: a: unknown; expected prefer, cluster, lan, dns, names or verify");
}

TEST_CASE("Refusal: a file that cannot be read") {
  const ConfigDirectory directory;
  CHECK(directory.refusal() == "config.toml: cannot be read: No such file or directory");
  REQUIRE(::mkdir(directory.file().c_str(), 0700) == 0);
  CHECK(directory.refusal() == "config.toml: cannot be read: Is a directory");
  CHECK_FALSE(load_config(directory.file(), false).has_value());
  if (::geteuid() != 0) {  // root may read everything
    REQUIRE(::rmdir(directory.file().c_str()) == 0);
    directory.write(directory.file(), "");
    REQUIRE(::chmod(directory.file().c_str(), 0) == 0);
    CHECK(directory.refusal() == "config.toml: cannot be read: Permission denied");
  }
}

TEST_CASE("Refusal: a pipe that nobody fills does not make the agent wait") {
  const ConfigDirectory directory;
  REQUIRE(::mkfifo(directory.file().c_str(), 0600) == 0);
  CHECK(directory.refusal().empty());
}

}  // namespace
}  // namespace liqo
