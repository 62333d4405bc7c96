#include "resolver/dns/name_server.h"

#include <net/if.h>

#include "tests/support/catch.h"

namespace liqo::dns {
namespace {

TEST_CASE("NameServer: reads addresses with and without port, and prints them as they were") {
  for (const char* text :
       {"192.0.2.53", "192.0.2.53:5353", "127.0.0.1:1", "2001:db8::53", "[2001:db8::53]:5353",
        "::1", "[::1]:65535", "::ffff:192.0.2.53", "fe80::1", "fe80::1%lo", "[fe80::1%lo]:5353"}) {
    INFO(text);
    const auto server = parse_name_server(text);
    REQUIRE(server.has_value());
    CHECK(to_string(*server) == text);
  }
}

TEST_CASE("NameServer: one address has several spellings") {
  const auto same = [](const char* one, const char* other) {
    INFO(one);
    const auto left = parse_name_server(one);
    const auto right = parse_name_server(other);
    REQUIRE(left.has_value());
    REQUIRE(right.has_value());
    CHECK(*left == *right);
  };
  same("192.0.2.53:53", "192.0.2.53");
  same("[2001:db8::53]:53", "2001:db8::53");
  same("[2001:db8::53]", "2001:DB8:0::53");
  same("192.0.2.53:0053", "192.0.2.53");
}

TEST_CASE("NameServer: a zone is an interface's name or its index") {
  const unsigned index = ::if_nametoindex("lo");
  REQUIRE(index != 0);
  for (const std::string& text : {std::string("fe80::1%lo"), "fe80::1%" + std::to_string(index)}) {
    INFO(text);
    const auto server = parse_name_server(text);
    REQUIRE(server.has_value());
    CHECK(server->address.zone_index() == index);
    CHECK(server->address.zone_name() == "lo");
  }
}

TEST_CASE("NameServer: what is none is refused with one line") {
  for (const char* text : {"",
                           "dns.example.com",
                           "192.0.2",
                           "192.0.2.53:",
                           "192.0.2.53:0",
                           "192.0.2.53:65536",
                           "192.0.2.53:-1",
                           "192.0.2.53: 53",
                           "192.0.2.53:53x",
                           "[192.0.2.53]:53",
                           "[2001:db8::53",
                           "[2001:db8::53]53",
                           "[2001:db8::53]:",
                           "2001:db8::53]:53",
                           "[]:53",
                           ":53",
                           "fe80::1%",
                           "fe80::1%no-such-link",
                           "fe80::1%0",
                           "fe80::1%4294967295",
                           "2001:db8::53%lo",
                           "169.254.0.1%lo",
                           " 192.0.2.53",
                           "192.0.2.53\n"}) {
    INFO(text);
    const auto server = parse_name_server(text);
    REQUIRE_FALSE(server.has_value());
    CHECK(server.error().code == Errc::kInvalid);
    CHECK(server.error().detail.find('\n') == std::string::npos);
  }
  CHECK_FALSE(parse_name_server(std::string("192.0.2.53\0", 11)).has_value());
  CHECK_FALSE(parse_name_server(std::string("fe80::1%lo\0x", 12)).has_value());
}

}  // namespace
}  // namespace liqo::dns
