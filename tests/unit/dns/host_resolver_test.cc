#include "resolver/dns/host_resolver.h"

#include <set>

#include "tests/support/catch.h"
#include "tests/support/loopback_dns_server.h"
#include "tests/support/until.h"
#include "tests/unit/state/directory.h"

namespace liqo::test {
namespace {

using namespace std::chrono_literals;

DomainName name(const std::string& text) { return *DomainName::parse(text); }
IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }

constexpr std::uint16_t kA = 1;

/// A resolver whose files are the test's, and a server that knows auth.example.com.
struct World {
  World() {
    write_file(directory.file("resolv.conf"), "nameserver " + to_string(server.address()) + "\n");
    write_file(directory.file("hosts"), "203.0.113.9 lab lab.example # of ours\n");
    resolver = dns::HostResolver::create(
        loop, {.hosts_file = directory.file("hosts"), .resolv_conf = directory.file("resolv.conf")},
        [this](const DomainName& host) {
          changed.push_back(host.to_string());
          if (resolver->addresses_of(host).tried) tried.insert(host.to_string());
        });
  }
  DnsAnswer answer(const DnsRequest& request) const {
    DnsResponse response(request);
    if (refuses) return response.rcode(5);
    if (request.question().name == name("auth.example.com")) {
      if (request.question().type == kA) response.answer(kA, std::string("\xcb\0\x71\x07", 4));
      if (brings_along) response.additional(name("web.example.com"), kA, "\x0a\x01\x01\x01");
      return response;
    }
    return response.rcode(3);
  }
  bool wait_tried(const std::string& host) {
    return run_until(loop, [&] { return resolver->addresses_of(name(host)).tried; });
  }

  bool refuses = false;
  bool brings_along = false;  ///< with auth, another's address
  Directory directory;
  loop::Loop loop;
  LoopbackDnsServer server{loop, [this](const DnsRequest& request) { return answer(request); }};
  std::vector<std::string> changed;
  std::set<std::string> tried;  ///< of these, by when they were told
  std::unique_ptr<dns::HostResolver> resolver;
};

}  // namespace

TEST_CASE("Host resolver: by DNS") {
  World world;
  CHECK_FALSE(world.resolver->addresses_of(name("auth.example.com")).tried);
  world.resolver->follow(name("auth.example.com"));
  REQUIRE(world.wait_tried("auth.example.com"));
  const auto told = world.resolver->addresses_of(name("auth.example.com"));
  CHECK(told.addresses == std::vector{ip("203.0.113.7")});
  CHECK(told.error.empty());
  CHECK_FALSE(world.changed.empty());
  world.resolver->forget(name("auth.example.com"));
  CHECK_FALSE(world.resolver->addresses_of(name("auth.example.com")).tried);
}

TEST_CASE("Host resolver: a name that is not there is told as such") {
  World world;
  world.resolver->follow(name("nobody.example"));
  REQUIRE(world.wait_tried("nobody.example"));
  CHECK(world.resolver->addresses_of(name("nobody.example")).addresses.empty());
  CHECK_FALSE(world.resolver->addresses_of(name("nobody.example")).error.empty());
}

TEST_CASE("Host resolver: what went wrong with one name names no other") {
  World world;
  world.refuses = true;
  const std::vector<std::string> hosts = {"one.example", "two.example"};
  for (const std::string& host : hosts) world.resolver->follow(name(host));
  for (const std::string& host : hosts) REQUIRE(world.wait_tried(host));
  const std::string error = world.resolver->addresses_of(name("one.example")).error;
  CHECK(error.find("REFUSED") != std::string::npos);
  CHECK(error.find("example") == std::string::npos);
  CHECK(world.resolver->addresses_of(name("two.example")).error == error);
}

TEST_CASE("Host resolver: by the hosts file first, read again on a refresh") {
  World world;
  world.resolver->follow(name("lab.example"));
  const auto told = [&] { return world.resolver->addresses_of(name("lab.example")).addresses; };
  const auto becomes = [&](const std::vector<IpAddress>& addresses) {
    return run_until(world.loop, [&] { return told() == addresses; });
  };
  CHECK_FALSE(world.resolver->addresses_of(name("lab.example")).tried);
  CHECK(becomes({ip("203.0.113.9")}));
  CHECK(world.server.requests().empty());
  write_file(world.directory.file("hosts"), "203.0.113.10 lab.example\n");
  world.resolver->refresh();
  CHECK(told() == std::vector{ip("203.0.113.9")});
  CHECK(becomes({ip("203.0.113.10")}));
  write_file(world.directory.file("hosts"), "");
  world.resolver->refresh();
  CHECK(becomes({}));
  REQUIRE(world.wait_tried("lab.example"));
  CHECK(told().empty());
}

TEST_CASE("Host resolver: what an answer brought along is not kept for who is followed later") {
  World world;
  world.brings_along = true;
  world.resolver->follow(name("auth.example.com"));
  REQUIRE(run_until(world.loop, [&] { return world.tried.contains("auth.example.com"); }));
  world.resolver->follow(name("web.example.com"));
  REQUIRE(world.wait_tried("web.example.com"));
  CHECK(world.resolver->addresses_of(name("web.example.com")).addresses.empty());
}

TEST_CASE("Host resolver: many names and a long hosts file take one look at it") {
  World world;
  std::string hosts;
  for (int i = 0; i < 20'000; ++i) hosts += "0.0.0.0 ads-" + std::to_string(i) + ".example\n";
  write_file(world.directory.file("hosts"), hosts + "203.0.113.9 h0.example h1023.example\n");
  const BootTime begin = BootClock::now();
  for (int i = 0; i < 1'024; ++i)
    world.resolver->follow(name("h" + std::to_string(i) + ".example"));
  CHECK(run_until(world.loop, [&] {
    return world.resolver->addresses_of(name("h1023.example")).addresses.size() == 1;
  }));
  CHECK(BootClock::now() - begin < 5s);  // a look for each takes a minute
  world.resolver->forget(name("h0.example"));
  world.resolver->refresh();
  world.resolver->forget(name("h1023.example"));
  run_for(world.loop, 1ms);
  CHECK_FALSE(world.resolver->addresses_of(name("h0.example")).tried);
}

TEST_CASE("Host resolver: what a hosts file says") {
  const std::string text =
      "# 10.0.0.9 lab\n\n10.0.0.1\tone LAB.example#x\r\nfd00::1 lab.example\nnonsense lab.example\n"
      "10.0.0.2 other\n10.0.0.3";
  dns::AddressesByName hosts{{name("lab.example"), {}}, {name("lab"), {}}, {name("other"), {}}};
  dns::add_from_hosts("", hosts);
  dns::add_from_hosts(text, hosts);
  CHECK(hosts.at(name("lab.example")) == std::vector{ip("10.0.0.1"), ip("fd00::1")});
  CHECK(hosts.at(name("lab")).empty());
  CHECK(hosts.at(name("other")) == std::vector{ip("10.0.0.2")});
  CHECK(hosts.size() == 3);
}

}  // namespace liqo::test
