#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "agent/config/config.h"
#include "tests/support/catch.h"

using namespace liqo;

namespace {

/// A configuration directory of its own for each test.
class Directory {
 public:
  Directory() {
    std::string path = (std::filesystem::temp_directory_path() / "liqo-config-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    path_ = path;
  }
  ~Directory() { std::filesystem::remove_all(path_); }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string file(const std::string& name = "config.toml") const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

Config load(const std::string& text) {
  const Directory directory;
  directory.write("config.toml", text);
  const auto config = load_config(directory.file(), true);
  INFO((config ? "" : config.error().detail));
  REQUIRE(config);
  return *config;
}

/// What is said of a wrong file, after the directory's path.
std::string complaint(const std::string& text) {
  const Directory directory;
  directory.write("config.toml", text);
  const auto config = load_config(directory.file(), true);
  REQUIRE_FALSE(config);
  const std::string& detail = config.error().detail;
  REQUIRE(detail.find('\n') == std::string::npos);
  return detail.substr(detail.find("config.toml"));
}

const std::string kId = "[cluster]\nid = \"8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f\"\n";

}  // namespace

TEST_CASE("Config: no file and an empty file are the defaults", "[config]") {
  const Directory directory;
  const auto missing = load_config(directory.file(), false);
  REQUIRE(missing);
  CHECK(*missing == Config());
  CHECK(load("") == Config());
  CHECK_FALSE(missing->lan.advertise);
  CHECK(missing->names.suffix == "liqo.internal");
}

TEST_CASE("Config: a file that was named must be there", "[config]") {
  const Directory directory;
  const auto config = load_config(directory.file("nothing.toml"), true);
  REQUIRE_FALSE(config);
  CHECK(config.error().detail == directory.file("nothing.toml") + ": no such file");
}

TEST_CASE("Config: a cluster becomes an advert", "[config]") {
  const Config config = load(kId +
                             "name = \"milan\"\nversion = \"v0.10.3\"\nsite = \"on-premise\"\n"
                             "[cluster.auth]\nport = 30740\naddress = \"203.0.113.7\"\n"
                             "[cluster.api]\nport = 6443\nhost = \"api.example.com\"\n"
                             "[cluster.gateway]\nport = 5871\n");
  REQUIRE(config.cluster);
  const Advert& advert = *config.cluster;
  CHECK(advert.id == "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f");
  REQUIRE(advert.txt.items().size() == 5);
  CHECK(advert.txt.items()[0] == TxtRecord::Item{"txtvers", "1"});
  CHECK(advert.txt.get("id") == advert.id);
  CHECK(advert.txt.get("name") == "milan");
  CHECK(advert.txt.get("version") == "v0.10.3");
  CHECK(advert.txt.get("site") == "on-premise");
  REQUIRE(advert.endpoints.size() == 3);
  CHECK(advert.endpoints[0].port == 30740);
  CHECK(std::get<IpAddress>(advert.endpoints[0].target).to_string() == "203.0.113.7");
  CHECK(std::get<DomainName>(advert.endpoints[1].target).to_string() == "api.example.com");
  CHECK(std::holds_alternative<OwnHost>(advert.endpoints[2].target));
}

TEST_CASE("Config: files of config.d replace what they name, in name order", "[config]") {
  const Directory directory;
  directory.write("config.toml", kId +
                                     "name = \"milan\"\n[cluster.auth]\nport = 1\n"
                                     "address = \"192.0.2.1\"\n[lan]\nadvertise = true\n");
  directory.write("config.d/20-last.toml", "[cluster.auth]\nport = 3\n");
  directory.write("config.d/10-first.toml", "[cluster.auth]\nport = 2\nhost = \"a.example.com\"\n");
  directory.write("config.d/ignored.conf", "nonsense");
  directory.write("config.d/.hidden.toml", "nonsense");
  const auto config = load_config(directory.file(), true);
  REQUIRE(config);
  CHECK(config->lan.advertise);
  REQUIRE(config->cluster);
  CHECK(config->cluster->txt.get("name") == "milan");
  CHECK(config->cluster->endpoints[0].port == 3);
  CHECK(std::get<DomainName>(config->cluster->endpoints[0].target).to_string() == "a.example.com");
}

TEST_CASE("Config: an error names the file where the key is", "[config]") {
  const Directory directory;
  directory.write("config.toml", kId);
  directory.write("config.d/10-auth.toml", "\n[cluster.auth]\nport = 70000\n");
  const auto config = load_config(directory.file(), true);
  REQUIRE_FALSE(config);
  CHECK(config.error().detail == directory.file("config.d/10-auth.toml") +
                                     ":3: cluster.auth.port: expected a port, 1 to 65535");
}

TEST_CASE("Config: each mistake is one line with place, key and what was expected", "[config]") {
  CHECK(complaint("[cluster]\nname = \"x\"\n") ==
        "config.toml:1: cluster: `id` is missing: the cluster's id");
  CHECK(complaint("[cluster]\nid = \"Not An Id\"\n")
            .rfind("config.toml:2: cluster.id: expected", 0) == 0);
  CHECK(complaint("[cluster]\nid = 7\n").rfind("config.toml:2: cluster.id: expected", 0) == 0);
  CHECK(complaint(kId + "[cluster.auth]\nhost = \"x.example\"\n") ==
        "config.toml:3: cluster.auth: `port` is missing");
  CHECK(complaint(kId + "[cluster.auth]\nport = 0\n") ==
        "config.toml:4: cluster.auth.port: expected a port, 1 to 65535");
  CHECK(complaint(kId + "[cluster.auth]\nport = \"443\"\n") ==
        "config.toml:4: cluster.auth.port: expected a port, 1 to 65535");
  CHECK(complaint(kId + "[cluster.auth]\nport = 1\nhost = \"a\"\naddress = \"192.0.2.1\"\n") ==
        "config.toml:3: cluster.auth: expected `address` or `host`, not both");
  CHECK(complaint(kId + "site = \"moon\"\n") ==
        "config.toml:3: cluster.site: expected \"on-premise\" or \"cloud\"");
  CHECK(complaint("[lan]\nbackend = \"bonjour\"\n") ==
        "config.toml:2: lan.backend: expected \"auto\", \"embedded\" or \"avahi-daemon\"");
  CHECK(complaint("[lan]\nadvertise = \"yes\"\n") ==
        "config.toml:2: lan.advertise: expected true or false");
  CHECK(complaint("[lan]\nallow-interfaces = \"eth0\"\n") ==
        "config.toml:2: lan.allow-interfaces: expected a list of interface names or globs");
  CHECK(complaint("lan = 3\n") == "config.toml:1: lan: expected a table");
  CHECK(complaint("[names]\nsuffix = \"Liqo.\"\n")
            .rfind("config.toml:2: names.suffix: expected", 0) == 0);
  CHECK(complaint("[names]\nsuffix = \"liqo.local\"\n").find("mDNS") != std::string::npos);
  CHECK(complaint("[lan]\nadvertize = true\n") ==
        "config.toml:2: lan.advertize: unknown key; known here: advertise, allow-interfaces, "
        "backend, deny-interfaces, enabled");
}

TEST_CASE("Config: sections that this version does not have are refused", "[config]") {
  const std::string refused = ": not supported by this version; remove the section";
  CHECK(complaint("[dns]\nenumerate = true\n") == "config.toml:1: dns" + refused);
  CHECK(complaint("\n[[dns.domain]]\nname = \"example.com\"\n").find(refused) != std::string::npos);
  CHECK(complaint("[[dns.register]]\nzone = \"example.com\"\n").find(refused) != std::string::npos);
  CHECK(complaint("[verify]\nids = true\n") == "config.toml:1: verify" + refused);
}

TEST_CASE("Config: addresses that nobody else could reach are refused", "[config]") {
  for (const char* address : {"127.0.0.1", "::1", "0.0.0.0", "::", "224.0.0.251", "fe80::1",
                              "169.254.1.1", "nonsense", "10.0.0.1/24"}) {
    CAPTURE(address);
    CHECK(complaint(kId + "[cluster.auth]\nport = 1\naddress = \"" + address + "\"\n")
              .rfind("config.toml:5: cluster.auth.address: expected", 0) == 0);
  }
}

TEST_CASE("Config: what is not TOML is one printable line", "[config]") {
  CHECK(complaint("[lan\n").rfind("config.toml:1: not TOML: ", 0) == 0);
  CHECK(complaint("x = \"\x1b[31m\"").rfind("config.toml:1: ", 0) == 0);
  for (const std::string& text :
       {std::string("\xff\xfe\x00", 3), std::string("a = \"\xc3\x28\"")}) {
    for (const char octet : complaint(text)) CHECK(static_cast<unsigned char>(octet) >= 0x20);
  }
}

TEST_CASE("Config: keys from a file are shown without control characters", "[config]") {
  const std::string told = complaint("\"\\u001b[31m\" = 1\n");
  CHECK(told.find('\x1b') == std::string::npos);
  CHECK(told.find("\\027") != std::string::npos);
}

TEST_CASE("Config: only a regular file of sensible length is read", "[config]") {
  const Directory directory;
  REQUIRE(mkfifo(directory.file("pipe").c_str(), 0600) == 0);
  const auto pipe = load_config(directory.file("pipe"), true);
  REQUIRE_FALSE(pipe);
  CHECK(pipe.error().detail == directory.file("pipe") + ": expected a regular file");
  directory.write("config.toml", std::string((1 << 20) + 1, '#'));
  const auto huge = load_config(directory.file(), true);
  REQUIRE_FALSE(huge);
  CHECK(huge.error().detail == directory.file() + ": longer than 1 MiB");
}

TEST_CASE("Config: which interfaces may be used", "[config]") {
  LanConfig lan;
  CHECK(interface_allowed(lan, "eth0"));
  CHECK_FALSE(interface_allowed(lan, "docker0"));
  CHECK_FALSE(interface_allowed(lan, "veth12ab"));
  SECTION("allow beats the default deny list, and nothing else is used") {
    lan.allow_interfaces = {"veth-lan", "en*"};
    CHECK(interface_allowed(lan, "veth-lan"));
    CHECK(interface_allowed(lan, "enp1s0"));
    CHECK_FALSE(interface_allowed(lan, "eth0"));
  }
  SECTION("a deny list that is given beats allow") {
    lan.allow_interfaces = {"eth*"};
    lan.deny_interfaces = {"eth1"};
    lan.deny_given = true;
    CHECK(interface_allowed(lan, "eth0"));
    CHECK_FALSE(interface_allowed(lan, "eth1"));
  }
  SECTION("an empty deny list that is given denies nothing") {
    lan.deny_interfaces = {};
    lan.deny_given = true;
    CHECK(interface_allowed(lan, "docker0"));
  }
}
