// The ways to the answers besides a zone's own server: a resolver, and the delegations from the
// root.

#include "tests/support/catch.h"
#include "tests/support/daemon.h"
#include "tests/support/private_network.h"
#include "tests/support/until.h"
#include "tests/unit/dns/validating_world.h"

namespace liqo::dns {
namespace {

using namespace std::chrono_literals;

/// a.root-servers.net, as libunbound's own hints have it.
constexpr const char* kRootServer = "198.41.0.4";

/// A real unbound in front of the zones' server, which validates too.
class Resolver {
 public:
  explicit Resolver(ValidatingWorld& world, const std::string& zone)
      : address_{*IpAddress::parse("127.0.0.1"), test::free_port()} {
    const std::string server = "127.0.0.1@" + std::to_string(world.zones.address().port);
    const std::string configuration = world.zones.write(
        "unbound.conf", "server:\n  interface: 127.0.0.1@" + std::to_string(address_.port) +
                            "\n  username: \"\"\n  chroot: \"\"\n  pidfile: \"\"\n  use-syslog: "
                            "no\n  logfile: /dev/null\n"
                            "  do-daemonize: no\n  do-not-query-localhost: no\n"
                            "  directory: \"/\"\n  trust-anchor-file: \"" +
                            world.zones.key_file(zone) +
                            "\"\nremote-control:\n  control-enable: no\nstub-zone:\n" +
                            "  name: \"" + zone + "\"\n  stub-addr: " + server + "\n");
    daemon_ = std::make_unique<test::Daemon>(
        std::vector<std::string>{"unbound", "-d", "-c", configuration});
    world.options.servers = {address_};
  }

 private:
  NameServer address_;
  std::unique_ptr<test::Daemon> daemon_;
};

/// Asks until there is an answer: the resolver starts, or twelve root servers of thirteen are not
/// there.
Reply ask_patiently(ValidatingWorld& world, std::string_view name) {
  const BootTime deadline = BootClock::now() + 20s;
  for (;;) {
    Reply reply = world.ask(name);
    if (reply.message || BootClock::now() >= deadline) return reply;
    world.close();  // with what it holds of the servers
  }
}

TEST_CASE("Validating transport: what a resolver found is validated again") {
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT hello\n");
  world.trust("example");
  world.zones.start();
  const Resolver resolver(world, "example");
  const Reply reply = ask_patiently(world, "a.example");
  CHECK(status_of(reply) == "secure");
  CHECK(txt_of(reply) == "hello");
}

TEST_CASE("Validating transport: bogus data are had from a resolver that would withhold them") {
  ValidatingWorld world;
  world.zones.add_signed("example", "a TXT hello\nb TXT good\n");
  world.zones.replace_text("example", "hello", "trust me");
  world.trust("example");
  world.zones.start();
  const Resolver resolver(world, "example");
  CHECK(txt_of(ask_patiently(world, "b.example")) == "good");
  const Reply reply = world.ask("a.example");
  CHECK(status_of(reply) == "bogus");
  CHECK(txt_of(reply) == "trust me");
  CHECK_THAT(reply.why_bogus, Catch::Matchers::ContainsSubstring("signature"));
}

/// The root, a top level and what is below, on the address of a root server.
class Root : public ValidatingWorld {
 public:
  Root() : ValidatingWorld(NameServer{*IpAddress::parse(kRootServer)}) {
    zones.add_signed("example", "$TTL 3\na TXT before\n");
    zones.add_signed(".", "example. NS ns.example.\nns.example. A " + std::string(kRootServer) +
                              "\n" + zones.ds("example"));
    trust(".");
  }
};

TEST_CASE("Validating transport: without servers it follows the delegations from the root") {
  if (!test::enter_private_network()) return;
  test::run("ip address add " + std::string(kRootServer) + "/32 dev lo");
  Root world;
  world.zones.start();
  const Reply reply = ask_patiently(world, "a.example");
  CHECK(status_of(reply) == "secure");
  CHECK(txt_of(reply) == "before");
  CHECK_FALSE(reply.server.has_value());

  INFO("a change shows when the TTL of what it has has run down");
  world.zones.change("example", "$TTL 3\na TXT after\n");
  const BootTime changed = BootClock::now();
  while (txt_of(world.ask("a.example")) != "after") {
    REQUIRE(BootClock::now() - changed < 4s + 500ms);
    test::run_for(world.loop, 50ms);
  }
}

TEST_CASE("Validating transport: without any network it says so in time") {
  if (!test::enter_private_network()) return;
  ValidatingWorld world;
  const Reply reply = world.ask("a.example");
  REQUIRE_FALSE(reply.message.has_value());
  CHECK(reply.message.error().detail == "iterating: no answer that could be used");
}

}  // namespace
}  // namespace liqo::dns
