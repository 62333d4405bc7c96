#include "resolver/dns/host_resolver.h"

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
        [this](const DomainName& host) { changed.push_back(host.to_string()); });
  }
  DnsAnswer answer(const DnsRequest& request) const {
    DnsResponse response(request);
    if (request.question().name == name("auth.example.com")) {
      if (request.question().type == kA) response.answer(kA, std::string("\xcb\0\x71\x07", 4));
      return response;
    }
    return response.rcode(3);
  }
  bool wait_tried(const std::string& host) {
    return run_until(loop, [&] { return resolver->addresses_of(name(host)).tried; });
  }

  Directory directory;
  loop::Loop loop;
  LoopbackDnsServer server{loop, [this](const DnsRequest& request) { return answer(request); }};
  std::vector<std::string> changed;
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

TEST_CASE("Host resolver: by the hosts file first, read again on a refresh") {
  World world;
  world.resolver->follow(name("lab.example"));
  const auto told = [&] { return world.resolver->addresses_of(name("lab.example")).addresses; };
  CHECK(told() == std::vector{ip("203.0.113.9")});
  CHECK(world.server.requests().empty());
  write_file(world.directory.file("hosts"), "203.0.113.10 lab.example\n");
  world.resolver->refresh();
  CHECK(told() == std::vector{ip("203.0.113.10")});
  write_file(world.directory.file("hosts"), "");
  world.resolver->refresh();
  REQUIRE(world.wait_tried("lab.example"));
  CHECK(told().empty());
}

TEST_CASE("Host resolver: what a hosts file says") {
  const std::string text =
      "# 10.0.0.9 lab\n\n10.0.0.1\tone LAB.example#x\r\nfd00::1 lab.example\nnonsense lab.example\n"
      "10.0.0.2 other\n10.0.0.3";
  CHECK(dns::addresses_in_hosts(text, name("lab.example")) ==
        std::vector{ip("10.0.0.1"), ip("fd00::1")});
  CHECK(dns::addresses_in_hosts(text, name("lab")).empty());
  CHECK(dns::addresses_in_hosts("", name("lab")).empty());
}

}  // namespace liqo::test
