#include "resolver/lan/prober.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include <functional>
#include <optional>

#include "resolver/dnssd/rdata.h"
#include "resolver/loop/poll.h"
#include "resolver/loop/unique_fd.h"
#include "tests/support/catch.h"
#include "tests/support/private_network.h"
#include "tests/support/until.h"

namespace liqo::lan {
namespace {

using namespace std::chrono_literals;
using liqo::test::run;
using liqo::test::run_for;
using liqo::test::run_until;

/// The responder's side is a network namespace of its own, reached over a veth pair: this process
/// stays in it for the sockets that it opens there and comes back for the prober's.
class Network {
 public:
  static std::unique_ptr<Network> create() {
    if (!liqo::test::enter_private_network()) return nullptr;
    return std::unique_ptr<Network>(new Network);
  }

  template <class Open>
  auto in_other(Open&& open) {
    REQUIRE(::setns(other_.get(), CLONE_NEWNET) == 0);
    auto opened = open();
    REQUIRE(::setns(own_.get(), CLONE_NEWNET) == 0);
    return opened;
  }

 private:
  static int open_namespace() { return ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC); }

  Network() {
    other_.reset(open_namespace());
    REQUIRE(liqo::test::enter_private_network());
    own_.reset(open_namespace());
    const std::string other =
        "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(other_.get());
    run("ip link add eth0 type veth peer name eth0 netns " + other);
    run("ip addr add 10.9.0.1/24 dev eth0 && ip link set eth0 up");
    in_other([] {
      run("ip addr add 10.9.0.2/24 dev eth0 && ip link set eth0 up");
      return 0;
    });
    // Without waiting for duplicate address detection.
    run("sysctl -qw net.ipv6.conf.eth0.accept_dad=0; ip -6 addr flush dev eth0; "
        "ip addr add fe80::1/64 dev eth0 nodad");
    in_other([] {
      run("ip -6 addr flush dev eth0; ip addr add fe80::2/64 dev eth0 nodad");
      return 0;
    });
  }

  loop::UniqueFd other_;
  loop::UniqueFd own_;
};

/// Answers each question that it hears with what the test makes of it.
class Responder {
 public:
  using Answer = std::function<std::string(const std::string& query)>;

  Responder(loop::Loop& loop, Network& network, Family family, Answer answer)
      : answer_(std::move(answer)) {
    socket_.reset(
        network.in_other([&] { return family == Family::kIpv4 ? open_v4() : open_v6(); }));
    auto poll = loop::Poll::create(loop, socket_.get(), loop::Interest::kRead,
                                   [this](bool, bool) { read(); });
    REQUIRE(poll);
    poll_ = std::move(*poll);
  }
  int heard = 0;
  std::vector<std::uint16_t> ports;  ///< that the questions came from

 private:
  static int open_v4() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(5353);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ip_mreqn group{};
    inet_pton(AF_INET, "224.0.0.251", &group.imr_multiaddr);
    group.imr_ifindex = static_cast<int>(::if_nametoindex("eth0"));
    REQUIRE(::setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof group) == 0);
    return fd;
  }
  static int open_v6() {
    const int fd = ::socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(5353);
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ipv6_mreq group{};
    inet_pton(AF_INET6, "ff02::fb", &group.ipv6mr_multiaddr);
    group.ipv6mr_interface = ::if_nametoindex("eth0");
    REQUIRE(::setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof group) == 0);
    return fd;
  }
  void read() {
    char buffer[2048];
    sockaddr_storage sender{};
    socklen_t size = sizeof sender;
    const ssize_t octets = ::recvfrom(socket_.get(), buffer, sizeof buffer, 0,
                                      reinterpret_cast<sockaddr*>(&sender), &size);
    if (octets <= 0) return;
    ++heard;
    ports.push_back(ntohs(reinterpret_cast<sockaddr_in&>(sender).sin_port));
    const std::string answer = answer_(std::string(buffer, static_cast<std::size_t>(octets)));
    if (answer.empty()) return;
    ::sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&sender),
             size);
  }

  Answer answer_;
  loop::UniqueFd socket_;
  std::unique_ptr<loop::Poll> poll_;
};

struct AnswerOptions {
  std::string owner = "c1._liqo_auth._tcp.local";
  std::uint16_t port = 443;
  std::uint32_t ttl = 10;
  int id_offset = 0;
  bool response = true;
};

std::string number(unsigned value, int octets) {
  std::string out;
  for (int i = octets; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

/// An answer to `query` as a legacy unicast response has it: its id, one SRV record.
std::string answer_to(const std::string& query, const AnswerOptions& options) {
  const unsigned id = static_cast<unsigned char>(query[0]) * 256U +
                      static_cast<unsigned char>(query[1]) +
                      static_cast<unsigned>(options.id_offset);
  const auto owner = DomainName::parse(options.owner);
  const auto target = DomainName::parse("node1.local");
  const std::string rdata =
      to_rdata(SrvData{.priority = 0, .weight = 0, .port = options.port, .target = *target});
  return number(id, 2) + number(options.response ? 0x8400 : 0, 2) + number(0, 2) + number(1, 2) +
         number(0, 4) + std::string(owner->wire()) + number(33, 2) + number(1, 2) +
         number(options.ttl, 4) + number(static_cast<unsigned>(rdata.size()), 2) + rdata;
}

Sighting sighting(Service service, Family family, std::vector<std::string> addresses) {
  Sighting made;
  made.key.service = service;
  made.key.family = family;
  made.key.interface = ::if_nametoindex("eth0");
  made.key.domain = *DomainName::parse("local");
  made.key.instance = "c1";
  made.port = 443;
  for (const std::string& text : addresses) {
    IpAddress address = *IpAddress::parse(text);
    if (address.family() == Family::kIpv6 && address.is_link_local()) {
      address = address.with_zone(made.key.interface, "eth0");
    }
    made.addresses.push_back(address);
  }
  return made;
}

struct Proofs {
  loop::Loop loop;
  std::vector<EvidenceMethod> methods;
  std::unique_ptr<Prober> prober = Prober::create(
      loop, [this](const SightingKey&, EvidenceMethod method) { methods.push_back(method); });
};

loop::UniqueFd listen_tcp(Network& network, const char* address, std::uint16_t port) {
  return loop::UniqueFd(network.in_other([&] {
    const bool v6 = std::string_view(address).find(':') != std::string_view::npos;
    const int fd = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_storage storage{};
    if (v6) {
      auto& to = reinterpret_cast<sockaddr_in6&>(storage);
      to.sin6_family = AF_INET6;
      to.sin6_port = htons(port);
      to.sin6_scope_id = ::if_nametoindex("eth0");
      inet_pton(AF_INET6, address, &to.sin6_addr);
    } else {
      auto& to = reinterpret_cast<sockaddr_in&>(storage);
      to.sin_family = AF_INET;
      to.sin_port = htons(port);
      inet_pton(AF_INET, address, &to.sin_addr);
    }
    REQUIRE(::bind(fd, reinterpret_cast<sockaddr*>(&storage), sizeof storage) == 0);
    REQUIRE(::listen(fd, 8) == 0);
    return fd;
  }));
}

TEST_CASE("Prober: an answer with our id and our SRV name is proof", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  const Family family = GENERATE(Family::kIpv4, Family::kIpv6);
  Proofs proofs;
  const Service service = GENERATE(Service::kAuth, Service::kGateway);
  AnswerOptions options;
  if (service == Service::kGateway) options.owner = "C1._liqo_gateway._udp.LOCAL";
  Responder responder(proofs.loop, *network, family,
                      [&](const std::string& query) { return answer_to(query, options); });
  proofs.prober->probe(sighting(service, family, {"10.9.0.2"}));
  CHECK(proofs.methods.empty());
  REQUIRE(run_until(proofs.loop, [&] { return !proofs.methods.empty(); }));
  CHECK(proofs.methods == std::vector{EvidenceMethod::kQuery});
  const auto heard = responder.heard;  // more than one where this host is busy
  CHECK(responder.ports.at(0) != 5353);
  run_for(proofs.loop, 1200ms);  // it is through: no further question
  CHECK(responder.heard == heard);
}

TEST_CASE("Prober: other answers are no proof, and it asks again after a second", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  const std::vector<AnswerOptions> wrong = {{.id_offset = 1},
                                            {.owner = "c2._liqo_auth._tcp.local"},
                                            {.ttl = 0},
                                            {.port = 0},
                                            {.response = false}};
  const std::size_t which = GENERATE(range(0, 6));
  Responder responder(proofs.loop, *network, Family::kIpv4, [&](const std::string& query) {
    return which == 5 ? query.substr(0, 13) : answer_to(query, wrong[which]);
  });
  proofs.prober->probe(sighting(Service::kGateway, Family::kIpv4, {"10.9.0.2"}));
  REQUIRE(run_until(proofs.loop, [&] { return responder.heard == 2; }));
  CHECK(proofs.methods.empty());
}

TEST_CASE("Prober: a TCP connection is proof where questions are not answered", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  const char* address = GENERATE("10.9.0.2", "fe80::2");
  const loop::UniqueFd listener = listen_tcp(*network, address, 443);
  // More that lead nowhere than are tried at once; the first ones must not be waited for in vain.
  proofs.prober->probe(sighting(Service::kAuth, Family::kIpv4, {"10.9.0.7", address}));
  REQUIRE(run_until(proofs.loop, [&] { return !proofs.methods.empty(); }));
  CHECK(proofs.methods == std::vector{EvidenceMethod::kTcp});
  run_for(proofs.loop, 50ms);
  CHECK(proofs.methods.size() == 1);
}

TEST_CASE("Prober: an address behind four that do not answer is tried as well", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  const loop::UniqueFd listener = listen_tcp(*network, "10.9.0.2", 443);
  proofs.prober->probe(sighting(Service::kAuth, Family::kIpv4,
                                {"10.9.0.4", "10.9.0.5", "10.9.0.6", "10.9.0.7", "10.9.0.2"}));
  REQUIRE(run_until(proofs.loop, [&] { return !proofs.methods.empty(); }));
  CHECK(proofs.methods == std::vector{EvidenceMethod::kTcp});
}

TEST_CASE("Prober: a refused connection and a UDP service prove nothing by TCP", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  loop::UniqueFd listener;
  Service service = Service::kAuth;
  SECTION("refused") {}
  SECTION("a UDP service") {
    listener = listen_tcp(*network, "10.9.0.2", 443);
    service = Service::kGateway;
  }
  proofs.prober->probe(sighting(service, Family::kIpv4, {"10.9.0.2"}));
  run_for(proofs.loop, 700ms);
  CHECK(proofs.methods.empty());
}

TEST_CASE("Prober: it is not sent to this host, by whatever address", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  const int listener = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const loop::UniqueFd owned(listener);
  sockaddr_in6 any{};
  any.sin6_family = AF_INET6;
  any.sin6_port = htons(443);
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0);
  REQUIRE(::listen(listener, 8) == 0);
  proofs.prober->probe(sighting(
      Service::kAuth, Family::kIpv4,
      {"127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "10.9.0.1", "fe80::1", "224.0.0.1"}));
  run_for(proofs.loop, 700ms);
  CHECK(proofs.methods.empty());
  CHECK(::accept(listener, nullptr, nullptr) < 0);
}

TEST_CASE("Prober: a cancelled probe asks and tells no more", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  Responder responder(proofs.loop, *network, Family::kIpv4, [](const std::string&) { return ""; });
  const Sighting asked = sighting(Service::kGateway, Family::kIpv4, {});
  proofs.prober->probe(asked);
  proofs.prober->probe(asked);  // goes on instead
  REQUIRE(run_until(proofs.loop, [&] { return responder.heard == 1; }));
  proofs.prober->cancel(asked.key);
  proofs.prober->cancel(asked.key);
  run_for(proofs.loop, 1200ms);
  CHECK(responder.heard == 1);
}

TEST_CASE("Prober: a silent one is asked three times and given up; then it may be again", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  Responder responder(proofs.loop, *network, Family::kIpv4, [](const std::string&) { return ""; });
  const Sighting asked = sighting(Service::kGateway, Family::kIpv4, {});
  proofs.prober->probe(asked);
  run_for(proofs.loop, 8200ms);
  CHECK(responder.heard == 3);
  proofs.prober->probe(asked);
  REQUIRE(run_until(proofs.loop, [&] { return responder.heard == 4; }));
}

TEST_CASE("Prober: after a resume what is under way begins anew") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  Responder responder(proofs.loop, *network, Family::kIpv4, [](const std::string&) { return ""; });
  proofs.prober->probe(sighting(Service::kGateway, Family::kIpv4, {}));
  REQUIRE(run_until(proofs.loop, [&] { return responder.heard == 3; }));
  proofs.prober->resumed();
  CHECK(run_until(proofs.loop, [&] { return responder.heard == 6; }));
}

TEST_CASE("Prober: thousands at once share a socket, and each gets its own answer", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  std::size_t answered = 0;
  Responder responder(proofs.loop, *network, Family::kIpv4, [&](const std::string& query) {
    ++answered;
    const std::string label = query.substr(13, static_cast<unsigned char>(query[12]));
    return answer_to(query, {.owner = label + "._liqo_gateway._udp.local"});
  });
  Sighting asked = sighting(Service::kGateway, Family::kIpv4, {});
  constexpr std::size_t kMany = 2'000;
  std::size_t begun = 0;
  // In step with the answers, as the registry paces them: a socket holds some hundred datagrams.
  REQUIRE(run_until(proofs.loop, [&] {
    while (begun < kMany && begun < answered + 64) {
      asked.key.instance = "c" + std::to_string(begun++);
      proofs.prober->probe(asked);
    }
    return proofs.methods.size() == kMany;
  }));
}

TEST_CASE("Prober: an interface that is gone is no trouble", "[lan]") {
  const auto network = Network::create();
  if (!network) return;
  Proofs proofs;
  Sighting asked = sighting(Service::kAuth, Family::kIpv6, {"fe80::99"});
  proofs.prober->probe(asked);
  run_for(proofs.loop, 50ms);
  run("ip link del eth0");
  asked.key.instance = "c2";
  proofs.prober->probe(asked);
  run_for(proofs.loop, 1200ms);
  CHECK(proofs.methods.empty());
}

}  // namespace
}  // namespace liqo::lan
