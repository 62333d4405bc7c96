#include "tests/support/catch.h"
#include "tests/support/private_network.h"
#include "tests/unit/dns/ares_world.h"

namespace liqo::dns {
namespace {

/// A host with an address that is not on loopback: 192.0.2.53, and fe80::53%link0.
bool enter_network() {
  if (!test::enter_private_network()) return false;
  test::run("ip link add link0 type veth peer name link1");
  test::run("ip link set link0 up && ip link set link1 up");
  test::run("ip address add 192.0.2.53/24 dev link0");
  test::run("ip address add fe80::53/64 dev link0 nodad");
  return true;
}

LoopbackDnsServer::Options at(std::string_view address) {
  const auto server = parse_name_server(address);
  REQUIRE(server.has_value());
  return {.udp = true, .tcp = true, .address = server->address};
}

TEST_CASE("Ares: AD is believed off loopback only where the servers are trusted") {
  if (!enter_network()) return;
  for (const bool trusted : {false, true}) {
    INFO(trusted);
    AresWorld world;
    world.options.want_ad = true;
    world.options.trusted = trusted;
    world.serve(
        [](const DnsRequest& request) { return DnsResponse(request).recursive().authentic(); },
        at("192.0.2.53"));
    CHECK(world.ask().dnssec == (trusted ? Dnssec::kSecure : Dnssec::kInsecure));
  }
}

TEST_CASE("Ares: off loopback source ports change unasked") {
  if (!enter_network()) return;
  AresWorld world;
  world.options.attempt_time = std::chrono::seconds(5);
  const LoopbackDnsServer& server = world.serve(give_address, at("192.0.2.53"));
  for (int i = 0; i < 8; ++i) world.ask_many(128);
  CHECK(ports_of(server).size() >= 7);  // 128 questions a channel
}

TEST_CASE("Ares: a link-local server is reached through its zone, by UDP and TCP") {
  if (!enter_network()) return;
  AresWorld world;
  const LoopbackDnsServer& server = world.serve(
      [](const DnsRequest& request) {
        return request.tcp ? give_address(request) : DnsResponse(request).truncated();
      },
      at("fe80::53%link0"));
  const Reply reply = world.ask();
  CHECK(text_of(reply) == "192.0.2.1");
  CHECK(reply.server == server.address());
  CHECK(to_string(*reply.server).starts_with("[fe80::53%link0]:"));
}

TEST_CASE("Ares: the error of a server out of reach says so") {
  if (!enter_network()) return;
  AresWorld world;
  world.options.servers = {*parse_name_server("198.51.100.1")};
  CHECK(text_of(world.ask()) == "198.51.100.1: Network is unreachable");
}

}  // namespace
}  // namespace liqo::dns
