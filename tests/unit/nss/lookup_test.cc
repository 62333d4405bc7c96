#include <array>
#include <cstring>

#include "tests/support/catch.h"
#include "tests/unit/nss/module.h"
#include "tests/unit/nss/snapshot_builder.h"

using namespace liqo::test;
using List = std::vector<std::string>;

namespace {

/// Three clusters: of both families, of IPv4 alone, of one link-local address alone.
SnapshotBuilder three_clusters() {
  SnapshotBuilder builder;
  builder.name("alone.liqo.internal", {{"fe80::7", 3}})
      .name("auth.milan.liqo.internal", {{"10.0.0.2", 0}})
      .name("milan.liqo.internal",
            {{"10.0.0.1", 0}, {"2001:db8::1", 0}, {"fe80::1", 2}, {"10.0.0.2", 0}})
      .name("rome.liqo.internal", {{"10.0.0.3", 0}, {"fe80::3", 2}})
      .reverse("10.0.0.1", "milan.liqo.internal")
      .reverse("2001:db8::1", "milan.liqo.internal");
  return builder;
}

void check_outcome(const Reply& reply, nss_status status, int h_error) {
  CHECK(reply.status == status);
  CHECK(reply.h_error == h_error);
  CHECK(reply.error == 0);
  CHECK(reply.errno_after == kErrnoBefore);
}

}  // namespace

TEST_CASE("Lookup: gethostbyname4_r gives every address, with its zone where it is link-local") {
  const SnapshotFile file(three_clusters().bytes());
  const Reply reply = look_up("milan.liqo.internal");
  check_outcome(reply, NSS_STATUS_SUCCESS, NETDB_SUCCESS);
  CHECK(reply.name == "milan.liqo.internal");
  CHECK(reply.addresses == List{"10.0.0.1", "2001:db8::1", "fe80::1%2", "10.0.0.2"});
  CHECK(reply.ttl >= 1);
}

TEST_CASE("Lookup: a zone is told of link-local addresses alone") {
  const SnapshotFile file(
      SnapshotBuilder().name("a.liqo.internal", {{"2001:db8::1", 5}, {"10.0.0.1", 5}}).bytes());
  CHECK(look_up("a.liqo.internal").addresses == List{"2001:db8::1", "10.0.0.1"});
}

TEST_CASE("Lookup: gethostbyname3_r gives one family, without link-local IPv6") {
  const SnapshotFile file(three_clusters().bytes());
  const Reply v4 = look_up("milan.liqo.internal", AF_INET);
  check_outcome(v4, NSS_STATUS_SUCCESS, NETDB_SUCCESS);
  CHECK(v4.addresses == List{"10.0.0.1", "10.0.0.2"});
  CHECK(v4.ttl >= 1);
  CHECK(look_up("milan.liqo.internal", AF_INET6).addresses == List{"2001:db8::1"});
}

TEST_CASE(
    "Lookup: a link-local IPv6 address without its zone is given only if it is all there is") {
  const SnapshotFile file(three_clusters().bytes());
  CHECK(look_up("alone.liqo.internal", AF_INET6).addresses == List{"fe80::7"});
  check_outcome(look_up("rome.liqo.internal", AF_INET6), NSS_STATUS_NOTFOUND, NO_DATA);
}

TEST_CASE("Lookup: a family without an address is NO_DATA, a name that is not there is not") {
  const SnapshotFile file(three_clusters().bytes());
  check_outcome(look_up("auth.milan.liqo.internal", AF_INET6), NSS_STATUS_NOTFOUND, NO_DATA);
  check_outcome(look_up("alone.liqo.internal", AF_INET), NSS_STATUS_NOTFOUND, NO_DATA);
  check_outcome(look_up("turin.liqo.internal", AF_INET), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
  check_outcome(look_up("turin.liqo.internal"), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
  check_outcome(look_up("milan.liqo.internal", AF_UNIX), NSS_STATUS_NOTFOUND, NO_DATA);
}

TEST_CASE("Lookup: case does not matter, and the canonical name is the one asked for") {
  const SnapshotFile file(three_clusters().bytes());
  CHECK(look_up("MiLaN.LIQO.internal").name == "MiLaN.LIQO.internal");
  CHECK(look_up("MILAN.liqo.INTERNAL", AF_INET).name == "MILAN.liqo.INTERNAL");
}

TEST_CASE("Lookup: one dot at the end is no part of the name, two are no name") {
  const SnapshotFile file(three_clusters().bytes());
  CHECK(look_up("milan.liqo.internal.").name == "milan.liqo.internal");
  CHECK_FALSE(look_up("milan.liqo.internal..").found());
}

TEST_CASE("Lookup: names that cannot be are not found") {
  const SnapshotFile file(three_clusters().bytes());
  const std::string name =
      GENERATE(as<std::string>{}, "", ".", "..", "liqo.internal", ".liqo.internal", "milan",
               "milan.", "milan.liqo.internal ", " milan.liqo.internal", "milan.liqo.internal\n",
               "milan.liqo.internal.example.com", "xliqo.internal", "milanxliqo.internal",
               "mil\xc3\xa4n.liqo.internal", "\xff\xfe.liqo.internal", "%s%n.liqo.internal",
               "../../etc/passwd", "milan.liqo\\.internal");
  CAPTURE(name);
  check_outcome(look_up(name), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
  check_outcome(look_up(name, AF_INET), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
}

TEST_CASE("Lookup: names up to 253 octets are found, longer ones are not") {
  const std::string longest = std::string(253 - 14, 'a') + ".liqo.internal";
  REQUIRE(longest.size() == 253);
  const SnapshotFile file(SnapshotBuilder()
                              .name(longest, {{"10.0.0.1", 0}})
                              .name("a" + longest, {{"10.0.0.1", 0}})
                              .bytes());
  CHECK(look_up(longest).found());
  CHECK(look_up(longest + ".").found());
  CHECK_FALSE(look_up(longest + "..").found());
  CHECK_FALSE(look_up("a" + longest).found());
  CHECK_FALSE(look_up(std::string(100'000, 'a') + ".liqo.internal").found());
}

TEST_CASE("Lookup: no name is answered outside the suffix, even if the file has it") {
  const SnapshotFile file(SnapshotBuilder()
                              .name("example.com", {{"10.0.0.1", 0}})
                              .name("liqo.internal", {{"10.0.0.1", 0}})
                              .name("www.example.com", {{"10.0.0.1", 0}})
                              .bytes());
  check_outcome(look_up("example.com"), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
  check_outcome(look_up("www.example.com", AF_INET), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
  check_outcome(look_up("liqo.internal"), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
}

TEST_CASE("Lookup: the suffix is the file's") {
  const SnapshotFile file(
      SnapshotBuilder("clusters.example").name("a.clusters.example", {{"10.0.0.1", 0}}).bytes());
  CHECK(look_up("a.clusters.example").found());
  CHECK_FALSE(look_up("a.liqo.internal").found());
}

TEST_CASE("Lookup: an address maps back to its name") {
  const SnapshotFile file(three_clusters().bytes());
  const Reply v4 = look_up_address("10.0.0.1");
  check_outcome(v4, NSS_STATUS_SUCCESS, NETDB_SUCCESS);
  CHECK(v4.name == "milan.liqo.internal");
  CHECK(v4.addresses == List{"10.0.0.1"});
  CHECK(v4.ttl >= 1);
  CHECK(look_up_address("2001:db8::1").name == "milan.liqo.internal");
  check_outcome(look_up_address("10.0.0.9"), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
}

TEST_CASE("Lookup: an address of the wrong length or family is refused") {
  const SnapshotFile file(three_clusters().bytes());
  const std::array<char, 16> octets{10, 0, 0, 1};
  std::array<char, 1024> buffer;
  hostent result{};
  int error = 0;
  int h_error = 0;
  const auto call = [&](socklen_t length, int family) {
    return Module::get().gethostbyaddr(octets.data(), length, family, &result, buffer.data(),
                                       buffer.size(), &error, &h_error);
  };
  CHECK(call(4, AF_INET) == NSS_STATUS_SUCCESS);
  CHECK(call(3, AF_INET) == NSS_STATUS_NOTFOUND);
  CHECK(call(16, AF_INET) == NSS_STATUS_NOTFOUND);
  CHECK(call(4, AF_INET6) == NSS_STATUS_NOTFOUND);
  CHECK(call(4, AF_UNIX) == NSS_STATUS_NOTFOUND);
}

TEST_CASE("Lookup: gethostbyname_r is IPv4, gethostbyname2_r as asked") {
  const SnapshotFile file(three_clusters().bytes());
  std::array<char, 1024> buffer;
  hostent result{};
  int error = 0;
  int h_error = 0;
  REQUIRE(Module::get().gethostbyname("milan.liqo.internal", &result, buffer.data(), buffer.size(),
                                      &error, &h_error) == NSS_STATUS_SUCCESS);
  CHECK(result.h_addrtype == AF_INET);
  CHECK(result.h_length == 4);
  CHECK(result.h_aliases[0] == nullptr);
  REQUIRE(Module::get().gethostbyname2("milan.liqo.internal", AF_INET6, &result, buffer.data(),
                                       buffer.size(), &error, &h_error) == NSS_STATUS_SUCCESS);
  CHECK(result.h_addrtype == AF_INET6);
  CHECK(result.h_length == 16);
  CHECK(address_text(AF_INET6, result.h_addr_list[0]) == "2001:db8::1");
}

TEST_CASE("Lookup: a list that the caller brings begins with the caller's own tuple") {
  const SnapshotFile file(three_clusters().bytes());
  std::array<char, 1024> buffer;
  gaih_addrtuple own{};
  gaih_addrtuple* list = &own;
  int error = 0;
  int h_error = 0;
  REQUIRE(Module::get().gethostbyname4("milan.liqo.internal", &list, buffer.data(), buffer.size(),
                                       &error, &h_error, nullptr) == NSS_STATUS_SUCCESS);
  CHECK(list == &own);
  CHECK(address_text(own.family, own.addr) == "10.0.0.1");
  REQUIRE(own.next != nullptr);
  CHECK(address_text(own.next->family, own.next->addr) == "2001:db8::1");
  CHECK(std::strcmp(own.next->name, "milan.liqo.internal") == 0);
}

TEST_CASE("Lookup: a list that the caller brings is left alone when nothing is found") {
  const SnapshotFile file(three_clusters().bytes());
  std::array<char, 1024> buffer;
  gaih_addrtuple own{};
  own.family = 77;
  gaih_addrtuple* list = &own;
  int error = 0;
  int h_error = 0;
  CHECK(Module::get().gethostbyname4("turin.liqo.internal", &list, buffer.data(), buffer.size(),
                                     &error, &h_error, nullptr) == NSS_STATUS_NOTFOUND);
  CHECK(list == &own);
  CHECK(own.family == 77);
}

TEST_CASE("Lease: past its end, or before a reboot, the file says nothing") {
  const std::int64_t lease = GENERATE(-1, -100'000, 11 * 60 * 1000, std::int64_t{1} << 40);
  CAPTURE(lease);
  SnapshotBuilder builder = three_clusters();
  const SnapshotFile file(builder.lease(lease).bytes());
  check_outcome(look_up("milan.liqo.internal"), NSS_STATUS_UNAVAIL, NO_RECOVERY);
  check_outcome(look_up("milan.liqo.internal", AF_INET), NSS_STATUS_UNAVAIL, NO_RECOVERY);
  check_outcome(look_up_address("10.0.0.1"), NSS_STATUS_UNAVAIL, NO_RECOVERY);
  CHECK(enumerate().empty());
}

TEST_CASE("Lease: a record with its own end is gone then, though the lease goes on") {
  const SnapshotFile file(SnapshotBuilder()
                              .name("gone.liqo.internal", {{"10.0.0.1", 0}}, -1)
                              .name("here.liqo.internal", {{"10.0.0.2", 0}}, 60'000)
                              .bytes());
  check_outcome(look_up("gone.liqo.internal"), NSS_STATUS_NOTFOUND, HOST_NOT_FOUND);
  CHECK(look_up("here.liqo.internal").found());
  CHECK(enumerate() == List{"10.0.0.2 here.liqo.internal"});
}

TEST_CASE("Lease: the time to live is at least a second and never past the end") {
  SnapshotBuilder builder = three_clusters();
  builder.lease(900);
  const SnapshotFile file(builder.bytes());
  const Reply reply = look_up("milan.liqo.internal");
  CHECK(((reply.found() && reply.ttl == 1) || reply.status == NSS_STATUS_UNAVAIL));
}

TEST_CASE("Snapshot: another magic or version is not believed") {
  SnapshotBuilder builder = three_clusters();
  const SnapshotFile file(builder.magic(GENERATE("liqohst\2", "liqohsts", "xiqohst\1")).bytes());
  check_outcome(look_up("milan.liqo.internal"), NSS_STATUS_UNAVAIL, NO_RECOVERY);
}

TEST_CASE("Snapshot: a new file is seen by the next lookup") {
  SnapshotFile file(three_clusters().bytes());
  REQUIRE(look_up("milan.liqo.internal").found());
  file.replace(SnapshotBuilder().name("milan.liqo.internal", {{"10.9.9.9", 0}}).bytes());
  CHECK(look_up("milan.liqo.internal").addresses == List{"10.9.9.9"});
  file.replace(SnapshotBuilder().bytes());
  CHECK_FALSE(look_up("milan.liqo.internal").found());
}

TEST_CASE("Snapshot: every one of many names is found") {
  SnapshotBuilder builder;
  for (int i = 0; i < 3000; ++i) {
    builder.name("c" + std::to_string(i) + ".liqo.internal",
                 {{"10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256), 0}});
  }
  const SnapshotFile file(builder.bytes());
  int wrong = 0;
  for (int i = 0; i < 3000; ++i) {
    const List expected{"10.1." + std::to_string(i / 256) + "." + std::to_string(i % 256)};
    if (look_up("c" + std::to_string(i) + ".liqo.internal").addresses != expected) ++wrong;
    if (look_up("d" + std::to_string(i) + ".liqo.internal").found()) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("Snapshot: names of one hash are told apart") {
  // cdb's hash, h * 33 ^ c, is the same for both of a pair.
  const List names = {"aa0", "acr", "aa1", "acs", "aa2", "acp"};
  SnapshotBuilder builder;
  for (std::size_t i = 0; i < names.size(); ++i) {
    builder.name(names[i] + ".liqo.internal", {{"10.0.0." + std::to_string(i), 0}});
  }
  const SnapshotFile file(builder.bytes());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(look_up(names[i] + ".liqo.internal").addresses == List{"10.0.0." + std::to_string(i)});
  }
}
