#include "agent/names/name_table.h"

#include <algorithm>

#include "nss/snapshot.h"
#include "tests/support/catch.h"
#include "tests/unit/names/clusters.h"

using namespace liqo;
using namespace liqo::test;
using names::map_names;
using names::NameTable;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

const Now kNow{BootTime(100s), WallTime(1'800'000'000s)};
const NamesConfig kConfig;
const NamesConfig kReverse{"liqo.internal", true};

NameTable map(const Clusters& clusters) { return map_names(clusters, kConfig, {}, kNow); }

/// eth2: this host is 10.0.0.9/24 and 2001:db8::9/64; eth3: 10.1.0.9/24.
LocalNetwork local_network() {
  return {{{ip("10.0.0.9"), 24, 2},
           {ip("2001:db8::9"), 64, 2},
           {ip("fe80::9%2"), 64, 2},
           {ip("10.1.0.9"), 24, 3},
           {ip("127.0.0.1"), 8, 1}}};
}

}  // namespace

TEST_CASE("NameTable: a cluster has its id and its name, each with a name for each endpoint") {
  const auto clusters = view({ClusterBuilder("c1")
                                  .held_name("milan")
                                  .endpoint(Service::kAuth, {"10.0.0.1", "fe80::1%2"})
                                  .endpoint(Service::kApi, {"10.0.0.2"})
                                  .endpoint(Service::kGateway, {"10.0.0.3"})});
  CHECK(lines(map(clusters)) ==
        Lines{"api.c1.liqo.internal 10.0.0.2", "api.milan.liqo.internal 10.0.0.2",
              "auth.c1.liqo.internal 10.0.0.1 fe80::1%eth2",
              "auth.milan.liqo.internal 10.0.0.1 fe80::1%eth2",
              "c1.liqo.internal 10.0.0.1 fe80::1%eth2", "gateway.c1.liqo.internal 10.0.0.3",
              "gateway.milan.liqo.internal 10.0.0.3", "milan.liqo.internal 10.0.0.1 fe80::1%eth2"});
}

TEST_CASE("NameTable: the bare name is the first of auth, api and gateway that there is") {
  CHECK(lines(map(view({ClusterBuilder("c1")
                            .endpoint(Service::kGateway, {"10.0.0.3"})
                            .endpoint(Service::kApi, {"10.0.0.2"})}))) ==
        Lines{"api.c1.liqo.internal 10.0.0.2", "c1.liqo.internal 10.0.0.2",
              "gateway.c1.liqo.internal 10.0.0.3"});
  CHECK(lines(map(view({ClusterBuilder("c1").endpoint(Service::kGateway, {"10.0.0.3"})}))) ==
        Lines{"c1.liqo.internal 10.0.0.3", "gateway.c1.liqo.internal 10.0.0.3"});
  CHECK(lines(map(view({ClusterBuilder("c1")}))).empty());
}

TEST_CASE("NameTable: only the cluster that holds a name has it") {
  const auto clusters =
      view({ClusterBuilder("c1").held_name("milan").endpoint(Service::kAuth, {"10.0.0.1"}),
            ClusterBuilder("c2").endpoint(Service::kAuth, {"10.0.0.2"})});
  CHECK(lines(map(clusters)) ==
        Lines{"auth.c1.liqo.internal 10.0.0.1", "auth.c2.liqo.internal 10.0.0.2",
              "auth.milan.liqo.internal 10.0.0.1", "c1.liqo.internal 10.0.0.1",
              "c2.liqo.internal 10.0.0.2", "milan.liqo.internal 10.0.0.1"});
}

TEST_CASE("NameTable: a name that is another cluster's id does not shadow it") {
  const auto clusters =
      view({ClusterBuilder("aaa").held_name("victim").endpoint(Service::kAuth, {"10.6.6.6"}),
            ClusterBuilder("victim").endpoint(Service::kAuth, {"10.0.0.1"})});
  CHECK(lines(map(clusters)) ==
        Lines{"aaa.liqo.internal 10.6.6.6", "auth.aaa.liqo.internal 10.6.6.6",
              "auth.victim.liqo.internal 10.0.0.1", "victim.liqo.internal 10.0.0.1"});
}

TEST_CASE("NameTable: an id that is taken stands for the cluster that holds it as its name") {
  const auto clusters = view(
      {ClusterBuilder("aaa").held_name("turin").endpoint(Service::kAuth, {"10.0.0.1"}),
       ClusterBuilder("turin").id_taken().held_name("x").endpoint(Service::kAuth, {"10.6.6.6"})});
  CHECK(lines(map(clusters)) ==
        Lines{"aaa.liqo.internal 10.0.0.1", "auth.aaa.liqo.internal 10.0.0.1",
              "auth.turin.liqo.internal 10.0.0.1", "auth.x.liqo.internal 10.6.6.6",
              "turin.liqo.internal 10.0.0.1", "x.liqo.internal 10.6.6.6"});
}

TEST_CASE("NameTable: a cluster named by its own id has each name once") {
  CHECK(lines(map(
            view({ClusterBuilder("c1").held_name("c1").endpoint(Service::kAuth, {"10.0.0.1"})}))) ==
        Lines{"auth.c1.liqo.internal 10.0.0.1", "c1.liqo.internal 10.0.0.1"});
}

TEST_CASE("NameTable: a cluster named as an endpoint does not shadow an endpoint") {
  const auto clusters =
      view({ClusterBuilder("c1").endpoint(Service::kAuth, {"10.0.0.1"}),
            ClusterBuilder("c2").held_name("auth").endpoint(Service::kAuth, {"10.6.6.6"})});
  const Lines told = lines(map(clusters));
  CHECK(std::count(told.begin(), told.end(), "auth.c1.liqo.internal 10.0.0.1") == 1);
  CHECK(std::count(told.begin(), told.end(), "auth.liqo.internal 10.6.6.6") == 1);
}

TEST_CASE("NameTable: nothing but labels comes before the suffix") {
  const std::string hostile =
      GENERATE(as<std::string>{}, "", ".", "a.b", "www.google.com", "UPPER", "-a", "a-", "a b",
               "a\nb", "a\tb 10.0.0.1 google.com", std::string("a\0b", 3), "\xc3\xa9", "*", "_a",
               "liqo.internal", std::string(64, 'a'));
  const auto clusters =
      view({ClusterBuilder(hostile).held_name(hostile).endpoint(Service::kAuth, {"10.6.6.6"}),
            ClusterBuilder("good").held_name(hostile).endpoint(Service::kAuth, {"10.0.0.1"})});
  CHECK(lines(map(clusters)) ==
        Lines{"auth.good.liqo.internal 10.0.0.1", "good.liqo.internal 10.0.0.1"});
}

TEST_CASE("NameTable: names are sorted by octets, with or without a hyphen") {
  Clusters clusters;
  for (const char* id : {"0", "a", "a-b", "a0", "ab", "api", "auth", "b", "z-9"}) {
    clusters.push_back(ClusterBuilder(id).endpoint(Service::kAuth, {"10.0.0.1"}).build());
  }
  const NameTable table = map(clusters);
  CHECK(table.names.size() == 18);
  CHECK(std::is_sorted(table.names.begin(), table.names.end(),
                       [](const auto& a, const auto& b) { return a.name < b.name; }));
}

TEST_CASE("NameTable: names too long for DNS are left out and counted") {
  const NamesConfig config{
      std::string(63, 'x') + "." + std::string(63, 'y') + "." + std::string(57, 'z'), false};
  const std::string id(63, 'a');
  const auto clusters = view({ClusterBuilder(id)
                                  .endpoint(Service::kAuth, {"10.0.0.1"})
                                  .endpoint(Service::kGateway, {"10.0.0.1"})});
  const NameTable table = map_names(clusters, config, {}, kNow);
  REQUIRE(table.names.size() == 1);
  CHECK(table.names[0].name.size() == 249);
  CHECK(table.left_out == 2);
}

TEST_CASE("NameTable: is bounded, whatever the registry holds") {
  // Only how many there are counts: one that is there so often is as good as as many others.
  const auto cluster = ClusterBuilder("c1").endpoint(Service::kAuth, {"10.0.0.1"}).build();
  const Clusters clusters(snapshot::kMaxNames / 2 + 10, cluster);
  const NameTable table = map(clusters);
  CHECK(table.names.size() == snapshot::kMaxNames);
  CHECK(table.left_out == 20);
}

TEST_CASE("NameTable: a record ends with the last of the sightings behind its endpoint") {
  const auto cluster = ClusterBuilder("c1")
                           .endpoint(Service::kAuth, {"10.0.0.1"}, Source::kDns)
                           .sighting(Service::kAuth, Source::kDns, kNow.wall + 20s)
                           .sighting(Service::kAuth, Source::kDns, kNow.wall + 60s)
                           .sighting(Service::kApi, Source::kDns, kNow.wall + 90s)
                           .sighting(Service::kAuth, Source::kLan, std::nullopt);
  const NameTable table = map(view({cluster}));
  REQUIRE(table.names.size() == 2);
  CHECK(table.names[0].end == kNow.boot + 60s);
  CHECK(table.names[1].end == kNow.boot + 60s);
}

TEST_CASE("NameTable: a record has no end of its own where a sighting has none or is past it") {
  const auto until = GENERATE(std::optional<WallTime>(), std::optional<WallTime>(kNow.wall - 1s));
  const auto cluster = ClusterBuilder("c1")
                           .endpoint(Service::kAuth, {"10.0.0.1"}, Source::kDns)
                           .sighting(Service::kAuth, Source::kDns, kNow.wall + 20s)
                           .sighting(Service::kAuth, Source::kDns, until);
  const NameTable table = map(view({cluster}));
  REQUIRE(table.names.size() == 2);
  CHECK_FALSE(table.names[0].end);
}

TEST_CASE("NameTable: a TTL is no end: a name stays while its sighting is stale") {
  Cluster cluster = *ClusterBuilder("c1")
                         .endpoint(Service::kAuth, {"10.0.0.1"}, Source::kDns)
                         .sighting(Service::kAuth, Source::kDns, std::nullopt)
                         .build();
  cluster.sightings[0].expires = kNow.wall + GENERATE(60s, -60s);
  const NameTable table = map({std::make_shared<const Cluster>(cluster)});
  REQUIRE(table.names.size() == 2);
  CHECK_FALSE(table.names[0].end);
}

TEST_CASE("NameTable: a cluster without an endpoint has no name") {
  CHECK(map(view({ClusterBuilder("c1").held_name("milan")})).names.empty());
}

TEST_CASE("NameTable: addresses map back only if the user wants it") {
  const auto clusters = view({ClusterBuilder("c1").endpoint(Service::kAuth, {"10.0.0.1"})});
  CHECK(map_names(clusters, kConfig, local_network(), kNow).addresses.empty());
  CHECK(map_names(clusters, kReverse, local_network(), kNow).addresses.size() == 1);
}

TEST_CASE("NameTable: only a neighbour's address maps back") {
  const auto clusters = view({ClusterBuilder("c1").held_name("milan").endpoint(
      Service::kAuth, {"10.0.0.1", "1.1.1.1", "10.0.0.9", "10.1.0.9", "127.0.0.2", "10.1.0.7",
                       "2001:db8::1", "2001:db8:1::1", "fe80::1%2", "fe80::2%3", "224.0.0.1"})});
  NameTable table = map_names(clusters, kReverse, local_network(), kNow);
  table.names.clear();
  CHECK(lines(table) == Lines{"10.0.0.1 -> milan.liqo.internal", "10.1.0.7 -> milan.liqo.internal",
                              "2001:db8::1 -> milan.liqo.internal",
                              "fe80::1%eth2 -> milan.liqo.internal"});
}

TEST_CASE("NameTable: an address of two clusters is that of the one seen first") {
  const auto clusters = view({ClusterBuilder("a-late").first_seen(kNow.wall).endpoint(
                                  Service::kAuth, {"10.0.0.1", "10.0.0.2"}),
                              ClusterBuilder("b-early")
                                  .first_seen(kNow.wall - 1h)
                                  .endpoint(Service::kAuth, {"10.0.0.1"})});
  NameTable table = map_names(clusters, kReverse, local_network(), kNow);
  table.names.clear();
  CHECK(lines(table) ==
        Lines{"10.0.0.1 -> b-early.liqo.internal", "10.0.0.2 -> a-late.liqo.internal"});
}
