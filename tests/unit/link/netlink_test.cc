#include "resolver/link/netlink.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace liqo::link {
namespace {

/// Builds datagrams as the kernel sends them.
class Datagram {
 public:
  template <class Body>
  Datagram& begin(std::uint16_t type, const Body& body, std::uint16_t flags = 0) {
    start_ = octets_.size();
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = flags;
    append(&header, sizeof header);
    append(&body, sizeof body);
    return end();
  }
  Datagram& attribute(std::uint16_t type, const void* data, std::size_t size) {
    rtattr header{};
    header.rta_type = type;
    header.rta_len = static_cast<std::uint16_t>(sizeof header + size);
    append(&header, sizeof header);
    append(data, size);
    return end();
  }
  Datagram& text(std::uint16_t type, const std::string& text) {
    return attribute(type, text.c_str(), text.size() + 1);
  }
  Datagram& address(std::uint16_t type, int family, const char* text) {
    std::uint8_t octets[16] = {};
    REQUIRE(inet_pton(family, text, octets) == 1);
    return attribute(type, octets, family == AF_INET ? 4 : 16);
  }
  [[nodiscard]] std::span<const std::byte> octets() const { return octets_; }

 private:
  void append(const void* data, std::size_t size) {
    const auto* from = static_cast<const std::byte*>(data);
    octets_.insert(octets_.end(), from, from + size);
    octets_.resize((octets_.size() + 3) & ~std::size_t{3});
  }
  Datagram& end() {
    const auto length = static_cast<std::uint32_t>(octets_.size() - start_);
    std::memcpy(octets_.data() + start_, &length, sizeof length);
    return *this;
  }

  std::vector<std::byte> octets_;
  std::size_t start_ = 0;
};

ifinfomsg link_info(int index, unsigned flags, unsigned char family = AF_UNSPEC) {
  ifinfomsg info{};
  info.ifi_family = family;
  info.ifi_index = index;
  info.ifi_flags = flags;
  return info;
}

ifaddrmsg address_info(unsigned index, unsigned char family, unsigned char bits,
                       unsigned char flags = 0) {
  ifaddrmsg info{};
  info.ifa_index = index;
  info.ifa_family = family;
  info.ifa_prefixlen = bits;
  info.ifa_flags = flags;
  return info;
}

constexpr unsigned kUp = IFF_UP | IFF_LOWER_UP | IFF_MULTICAST;

LinkTable with_eth0() {
  LinkTable table;
  Datagram datagram;
  datagram.begin(RTM_NEWLINK, link_info(3, kUp)).text(IFLA_IFNAME, "eth0");
  REQUIRE(apply_packet(datagram.octets(), table).changed);
  return table;
}

TEST_CASE("apply_packet: a new link has its name and flags", "[link]") {
  const LinkTable table = with_eth0();
  REQUIRE(table.size() == 1);
  const Link& link = table.at(3);
  CHECK(link.index == 3);
  CHECK(link.name == "eth0");
  CHECK(link.up);
  CHECK(link.multicast);
  CHECK_FALSE(link.loopback);
  CHECK_FALSE(link.point_to_point);
}

TEST_CASE("apply_packet: a link without carrier is not up", "[link]") {
  LinkTable table = with_eth0();
  Datagram datagram;
  datagram.begin(RTM_NEWLINK, link_info(3, IFF_UP | IFF_MULTICAST));
  apply_packet(datagram.octets(), table);
  CHECK_FALSE(table.at(3).up);
  CHECK(table.at(3).name == "eth0");
}

TEST_CASE("apply_packet: what a bridge or IPv6 says of a link is not about the link", "[link]") {
  LinkTable table = with_eth0();
  const LinkTable before = table;
  Datagram datagram;
  datagram.begin(RTM_DELLINK, link_info(3, 0, AF_BRIDGE))
      .begin(RTM_NEWLINK, link_info(3, 0, AF_INET6));
  CHECK_FALSE(apply_packet(datagram.octets(), table).changed);
  CHECK(table == before);
}

TEST_CASE("apply_packet: the own end of a point-to-point link is its address", "[link]") {
  LinkTable table = with_eth0();
  Datagram datagram;
  datagram.begin(RTM_NEWADDR, address_info(3, AF_INET, 32))
      .address(IFA_ADDRESS, AF_INET, "10.0.0.2")
      .address(IFA_LOCAL, AF_INET, "10.0.0.1");
  apply_packet(datagram.octets(), table);
  REQUIRE(table.at(3).addresses.size() == 1);
  CHECK(table.at(3).addresses[0].address.to_string() == "10.0.0.1");
  CHECK(table.at(3).addresses[0].prefix_bits == 32);
}

TEST_CASE("apply_packet: thousands of addresses cost each what one costs", "[link]") {
  LinkTable table = with_eth0();
  constexpr unsigned kMany = 20'000;
  const auto cpu_time = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  double spent = 0;
  for (unsigned i = 0; i < kMany; ++i) {
    Datagram datagram;
    const std::uint32_t octets = htonl(0x0a000000 + i);
    datagram.begin(RTM_NEWADDR, address_info(3, AF_INET, 8))
        .attribute(IFA_LOCAL, &octets, sizeof octets);
    const double before = cpu_time();
    apply_packet(datagram.octets(), table);
    spent += cpu_time() - before;
  }
  CHECK(table.at(3).addresses.size() == kMany);
  CHECK(spent < 1.0);  // compared each with each it is many seconds
}

TEST_CASE("apply_packet: tentative and failed IPv6 addresses are left out", "[link]") {
  LinkTable table = with_eth0();
  const auto tell = [&](std::uint32_t flags) {
    Datagram datagram;
    datagram.begin(RTM_NEWADDR, address_info(3, AF_INET6, 64))
        .address(IFA_ADDRESS, AF_INET6, "2001:db8::1")
        .attribute(IFA_FLAGS, &flags, sizeof flags);
    apply_packet(datagram.octets(), table);
    return table.at(3).addresses.size();
  };
  CHECK(tell(IFA_F_TENTATIVE) == 0);
  CHECK(tell(IFA_F_TENTATIVE | IFA_F_OPTIMISTIC) == 1);
  CHECK(tell(IFA_F_PERMANENT) == 1);
  CHECK(tell(IFA_F_DADFAILED | IFA_F_TENTATIVE) == 0);
}

TEST_CASE("apply_packet: a link-local address carries its zone, renamed with its link", "[link]") {
  LinkTable table = with_eth0();
  Datagram datagram;
  datagram.begin(RTM_NEWADDR, address_info(3, AF_INET6, 64))
      .address(IFA_ADDRESS, AF_INET6, "fe80::1")
      .begin(RTM_NEWADDR, address_info(3, AF_INET6, 64))
      .address(IFA_ADDRESS, AF_INET6, "2001:db8::1");
  apply_packet(datagram.octets(), table);
  REQUIRE(table.at(3).addresses.size() == 2);
  CHECK(table.at(3).addresses[0].address.to_string() == "2001:db8::1");
  CHECK(table.at(3).addresses[1].address.to_string() == "fe80::1%eth0");

  Datagram renamed;
  renamed.begin(RTM_NEWLINK, link_info(3, kUp)).text(IFLA_IFNAME, "lan0");
  apply_packet(renamed.octets(), table);
  CHECK(table.at(3).addresses[1].address.to_string() == "fe80::1%lan0");
}

TEST_CASE("apply_packet: the order of addresses does not depend on the order of events", "[link]") {
  const auto tell = [](LinkTable& table, const char* text) {
    Datagram datagram;
    datagram.begin(RTM_NEWADDR, address_info(3, AF_INET, 24)).address(IFA_LOCAL, AF_INET, text);
    apply_packet(datagram.octets(), table);
  };
  LinkTable one = with_eth0();
  LinkTable other = with_eth0();
  for (const char* text : {"10.0.0.1", "10.0.0.2", "10.0.0.2"}) tell(one, text);
  for (const char* text : {"10.0.0.2", "10.0.0.1"}) tell(other, text);
  CHECK(one == other);
}

TEST_CASE("apply_packet: a withdrawn address and a removed link go", "[link]") {
  LinkTable table = with_eth0();
  Datagram datagram;
  datagram.begin(RTM_NEWADDR, address_info(3, AF_INET, 24))
      .address(IFA_LOCAL, AF_INET, "10.0.0.1")
      .begin(RTM_DELADDR, address_info(3, AF_INET, 24))
      .address(IFA_LOCAL, AF_INET, "10.0.0.1");
  apply_packet(datagram.octets(), table);
  CHECK(table.at(3).addresses.empty());
  Datagram removed;
  removed.begin(RTM_DELLINK, link_info(3, 0));
  CHECK(apply_packet(removed.octets(), table).changed);
  CHECK(table.empty());
}

TEST_CASE("apply_packet: tells the end of a dump, its interruption and its failure", "[link]") {
  LinkTable table;
  Datagram datagram;
  datagram.begin(NLMSG_DONE, 0, NLM_F_DUMP_INTR);
  const PacketOutcome done = apply_packet(datagram.octets(), table);
  CHECK(done.done);
  CHECK(done.interrupted);

  nlmsgerr error{};
  error.error = -EPERM;
  Datagram refused;
  refused.begin(NLMSG_ERROR, error);
  CHECK(apply_packet(refused.octets(), table).error == EPERM);
}

TEST_CASE("apply_packet: no cut and no flipped bit makes it read past the end", "[link]") {
  Datagram datagram;
  datagram.begin(RTM_NEWLINK, link_info(3, kUp)).text(IFLA_IFNAME, "eth0");
  datagram.begin(RTM_NEWADDR, address_info(3, AF_INET6, 64))
      .address(IFA_ADDRESS, AF_INET6, "fe80::1");
  const auto whole = datagram.octets();
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    // On the heap in its exact size, so that a sanitizer sees every octet too many.
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<long>(length));
    LinkTable table;
    apply_packet(cut, table);
  }
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::vector<std::byte> flipped(whole.begin(), whole.end());
    flipped[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
    LinkTable table = with_eth0();
    apply_packet(flipped, table);
  }
}

}  // namespace
}  // namespace liqo::link
