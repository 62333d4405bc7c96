#include "resolver/dnssd/ip_address.h"

#include <set>

#include "resolver/dnssd/rdata.h"
#include "tests/support/catch.h"

namespace liqo {
namespace {

using namespace std::string_literals;

IpAddress address_of(std::string_view text) {
  const auto address = IpAddress::parse(text);
  INFO(text);
  REQUIRE(address.has_value());
  return *address;
}

/// The questions that it says yes to: l(oopback) u(nspecified) m(ulticast) k (link-local)
/// p(rivate).
std::string classes(std::string_view text) {
  const IpAddress address = address_of(text);
  std::string yes;
  if (address.is_loopback()) yes += 'l';
  if (address.is_unspecified()) yes += 'u';
  if (address.is_multicast()) yes += 'm';
  if (address.is_link_local()) yes += 'k';
  if (address.is_private()) yes += 'p';
  return yes;
}

TEST_CASE("IpAddress: text and back") {
  CHECK(address_of("10.0.0.1").to_string() == "10.0.0.1");
  CHECK(address_of("2001:DB8:0:0::1").to_string() == "2001:db8::1");
  CHECK(address_of("::").to_string() == "::");
  CHECK(address_of("::ffff:10.0.0.1").to_string() == "::ffff:10.0.0.1");
  CHECK(address_of("10.0.0.1").family() == Family::kIpv4);
  CHECK(address_of("::1").family() == Family::kIpv6);
  CHECK(IpAddress().to_string() == "0.0.0.0");
  CHECK(to_string(Family::kIpv4) == "ipv4");
  CHECK(to_string(Family::kIpv6) == "ipv6");
}

TEST_CASE("IpAddress: what is no address is refused") {
  for (const std::string& text :
       {""s, "10.0.0"s, "10.0.0.256"s, "10.0.0.1 "s, " 10.0.0.1"s, "010.0.0.1"s, "0x7f.1"s,
        "10.0.0.1/8"s, "fe80::1%eth0"s, "[::1]"s, "::1::"s, "g::"s, "1:2:3:4:5:6:7:8:9"s,
        "10.0.0.1\0"s, "::1\0.example"s, std::string(1'000, ':')}) {
    INFO(text);
    CHECK_FALSE(IpAddress::parse(text).has_value());
  }
}

TEST_CASE("IpAddress: rdata of 4 or 16 octets, and no other") {
  CHECK(*IpAddress::from_octets(as_octets("\x0A\0\0\1"s)) == address_of("10.0.0.1"));
  CHECK(*IpAddress::from_octets(as_octets(std::string(15, '\0') + "\1")) == address_of("::1"));
  for (const std::size_t size : {0U, 1U, 3U, 5U, 15U, 17U, 65'535U}) {
    const auto address = IpAddress::from_octets(as_octets(std::string(size, 'x')));
    REQUIRE_FALSE(address.has_value());
    CHECK(address.error().code == Errc::kMalformed);
  }
  CHECK(as_text(address_of("10.0.0.1").octets()) == "\x0A\0\0\1"s);
  CHECK(address_of("::1").octets().size() == 16);
}

TEST_CASE("IpAddress: a class at its borders") {
  CHECK(classes("127.0.0.0") == "l");
  CHECK(classes("127.255.255.255") == "l");
  CHECK(classes("126.255.255.255").empty());
  CHECK(classes("128.0.0.0").empty());
  CHECK(classes("::1") == "l");
  CHECK(classes("::2").empty());

  CHECK(classes("0.0.0.0") == "u");
  CHECK(classes("0.255.255.255") == "u");
  CHECK(classes("1.0.0.0").empty());
  CHECK(classes("::") == "u");
  CHECK(classes("1::").empty());

  CHECK(classes("223.255.255.255").empty());
  CHECK(classes("224.0.0.0") == "m");
  CHECK(classes("239.255.255.255") == "m");
  CHECK(classes("240.0.0.0").empty());
  CHECK(classes("255.255.255.255") == "m");
  CHECK(classes("255.255.255.254").empty());
  CHECK(classes("ff00::") == "m");
  CHECK(classes("feff::").empty());

  CHECK(classes("169.253.255.255").empty());
  CHECK(classes("169.254.0.0") == "k");
  CHECK(classes("169.254.255.255") == "k");
  CHECK(classes("169.255.0.0").empty());
  CHECK(classes("fe7f:ffff::").empty());
  CHECK(classes("fe80::") == "k");
  CHECK(classes("febf:ffff::") == "k");
  CHECK(classes("fec0::").empty());
}

TEST_CASE("IpAddress: private networks at their borders") {
  for (const char* text :
       {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0",
        "192.168.255.255", "100.64.0.0", "100.127.255.255", "fc00::", "fdff:ffff::1"}) {
    INFO(text);
    CHECK(classes(text) == "p");
  }
  for (const char* text : {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0",
                           "192.167.255.255", "192.169.0.0", "100.63.255.255", "100.128.0.0",
                           "fbff::", "fe00::", "8.8.8.8", "2001:db8::1"}) {
    INFO(text);
    CHECK(classes(text).empty());
  }
}

TEST_CASE("IpAddress: a mapped address is judged by the IPv4 one in it") {
  CHECK(address_of("::ffff:10.0.0.1").is_mapped());
  CHECK_FALSE(address_of("10.0.0.1").is_mapped());
  CHECK_FALSE(address_of("::fffe:10.0.0.1").is_mapped());
  CHECK_FALSE(address_of("1::ffff:10.0.0.1").is_mapped());
  CHECK(classes("::ffff:127.0.0.1") == "l");
  CHECK(classes("::ffff:0.0.0.0") == "u");
  CHECK(classes("::ffff:0.0.0.1") == "u");
  CHECK(classes("::ffff:224.0.0.251") == "m");
  CHECK(classes("::ffff:169.254.1.1") == "k");
  CHECK(classes("::ffff:192.168.1.1") == "p");
  CHECK(classes("::ffff:8.8.8.8").empty());
}

TEST_CASE("IpAddress: a zone is shown by its name and compared by its index") {
  const IpAddress plain = address_of("fe80::1");
  const IpAddress eth0 = plain.with_zone(2, "eth0");
  CHECK(eth0.to_string() == "fe80::1%eth0");
  CHECK(plain.with_zone(2, "").to_string() == "fe80::1%2");
  CHECK(eth0.zone_index() == 2);
  CHECK(eth0.zone_name() == "eth0");
  CHECK(eth0.with_zone(3, "b").zone_name() == "b");
  CHECK(plain.with_zone(2, "fifteen-octets-").zone_name() == "fifteen-octets-");
  CHECK(plain.with_zone(2, "sixteen-octets--").zone_name() == "sixteen-octets-");
  CHECK(eth0 == plain.with_zone(2, "renamed"));
  CHECK_FALSE(eth0 == plain.with_zone(3, "eth0"));
  CHECK_FALSE(eth0 == plain);
  CHECK(std::set<IpAddress>{plain, eth0, plain.with_zone(2, "renamed")}.size() == 2);
}

TEST_CASE("IpAddress: prefixes") {
  const auto in = [](std::string_view address, std::string_view network, unsigned bits) {
    return address_of(address).in_prefix(address_of(network), bits);
  };
  CHECK(in("10.1.2.3", "10.0.0.0", 8));
  CHECK_FALSE(in("11.1.2.3", "10.0.0.0", 8));
  CHECK(in("10.0.0.129", "10.0.0.128", 25));
  CHECK_FALSE(in("10.0.0.127", "10.0.0.128", 25));
  CHECK(in("10.0.0.1", "10.0.0.1", 32));
  CHECK_FALSE(in("10.0.0.2", "10.0.0.1", 32));
  CHECK(in("8.8.8.8", "10.0.0.1", 0));
  CHECK(in("fe80::1", "fe80::", 10));
  CHECK(in("2001:db8::1", "2001:db8::1", 128));
  CHECK_FALSE(in("::ffff:10.0.0.1", "10.0.0.0", 8));
  CHECK_FALSE(in("10.0.0.1", "::", 0));
  CHECK_FALSE(in("10.0.0.1", "10.0.0.1", 33));
  CHECK_FALSE(in("::1", "::1", 129));
}

TEST_CASE("IpAddress: IPv4 sorts before IPv6, then by octets") {
  CHECK(address_of("255.255.255.255") < address_of("::"));
  CHECK(address_of("9.0.0.0") < address_of("10.0.0.0"));
  CHECK_FALSE(address_of("10.0.0.0") < address_of("10.0.0.0"));
  CHECK_FALSE(address_of("0.0.0.0") == address_of("::"));
}

}  // namespace
}  // namespace liqo
