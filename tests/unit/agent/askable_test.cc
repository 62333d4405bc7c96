#include "agent/identity/askable.h"

#include "tests/support/catch.h"
#include "tests/unit/registry/world.h"

namespace liqo::test {
namespace {

/// eth0 (2) has 10.0.0.9/24 and fe80::9, eth1 (3) has 192.168.7.9/24, eth2 (4) 169.254.3.9/16.
LocalNetwork network() {
  return {{{ip("10.0.0.9"), 24, 2},
           {ip("fe80::9"), 64, 2},
           {ip("192.168.7.9"), 24, 3},
           {ip("169.254.3.9"), 16, 4}}};
}

bool is_askable(Source source, const IpAddress& address, std::uint32_t interface = 2) {
  Sighting sighting;
  sighting.key.source = source;
  sighting.key.interface = interface;
  sighting.addresses = {address};
  return !identity::askable_addresses(sighting, network()).empty();
}

}  // namespace

TEST_CASE("Askable: of the LAN what is on the link on which it was seen") {
  CHECK(is_askable(Source::kLan, ip("10.0.0.1")));
  CHECK_FALSE(is_askable(Source::kLan, ip("192.168.7.1")));
  CHECK(is_askable(Source::kLan, ip("192.168.7.1"), 3));
  CHECK_FALSE(is_askable(Source::kLan, ip("203.0.113.7")));
  CHECK(is_askable(Source::kLan, ip("fe80::1").with_zone(2, "eth0")));
  CHECK_FALSE(is_askable(Source::kLan, ip("fe80::1").with_zone(3, "eth1")));
  CHECK(is_askable(Source::kLan, ip("169.254.3.1"), 4));
}

TEST_CASE("Askable: never this host, loopback, or a cloud's metadata service") {
  const auto source = GENERATE(Source::kLan, Source::kDns);
  for (const char* own : {"10.0.0.9", "127.0.0.1", "::1", "0.0.0.0", "224.0.0.251"}) {
    CAPTURE(own);
    CHECK_FALSE(is_askable(source, ip(own)));
  }
  CHECK_FALSE(is_askable(source, ip("169.254.169.254"), 4));
  CHECK_FALSE(is_askable(source, ip("fd00:ec2::254")));
  CHECK_FALSE(is_askable(source, ip("::ffff:169.254.169.254"), 4));
  CHECK_FALSE(is_askable(source, ip("::ffff:10.0.0.9")));
  CHECK_FALSE(is_askable(source, ip("::ffff:127.0.0.1")));
  CHECK_FALSE(is_askable(Source::kManual, ip("169.254.169.254")));
  CHECK_FALSE(is_askable(Source::kManual, ip("127.0.0.1")));
}

TEST_CASE("Askable: of DNS all that is elsewhere, link-local left out") {
  CHECK(is_askable(Source::kDns, ip("203.0.113.7")));
  CHECK(is_askable(Source::kDns, ip("2001:db8::7")));
  CHECK(is_askable(Source::kDns, ip("10.0.0.1")));
  CHECK(is_askable(Source::kDns, ip("172.16.0.1")));
  CHECK_FALSE(is_askable(Source::kDns, ip("169.254.3.1")));
  CHECK_FALSE(is_askable(Source::kDns, ip("fe80::1").with_zone(2, "eth0")));
  CHECK_FALSE(is_askable(Source::kDns, ip("::ffff:169.254.3.1")));
}

TEST_CASE("Askable: by hand what the user says, in the order in which to try it") {
  Sighting sighting;
  sighting.key.source = Source::kManual;
  sighting.addresses = {ip("192.168.200.1"), ip("203.0.113.7"), ip("10.0.0.1")};
  CHECK(identity::askable_addresses(sighting, network()) ==
        std::vector{ip("10.0.0.1"), ip("203.0.113.7"), ip("192.168.200.1")});
}

}  // namespace liqo::test
