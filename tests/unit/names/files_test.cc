#include "agent/names/files.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/unit/names/clusters.h"
#include "tests/unit/nss/module.h"

using namespace liqo;
using namespace liqo::test;
using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

namespace {

/// Points the NSS module to a directory's snapshot.
void use(const Directory& directory) {
  setenv("LIQO_DISCOVERY_HOSTS", (directory.path() + "/hosts.cdb").c_str(), 1);
}

names::NameTable table_of(const Clusters& clusters, bool reverse = false) {
  return names::map_names(clusters, {"liqo.internal", reverse}, {{{ip("10.0.0.9"), 24, 2}}},
                          read_clocks());
}

Clusters milan() {
  return view({ClusterBuilder("c1").held_name("milan").endpoint(
      Service::kAuth, {"10.0.0.1", "2001:db8::1", "fe80::1%2"})});
}

}  // namespace

TEST_CASE("Snapshot file: what is written is what the NSS module answers") {
  const Directory directory;
  use(directory);
  const auto clusters = milan();
  REQUIRE(names::write_snapshot(directory.path(), table_of(clusters, true), "liqo.internal",
                                BootClock::now()));
  for (const char* name : {"milan.liqo.internal", "auth.c1.liqo.internal", "C1.liqo.internal"}) {
    CHECK(look_up(name).addresses == Lines{"10.0.0.1", "2001:db8::1", "fe80::1%2"});
  }
  CHECK(look_up("milan.liqo.internal", AF_INET6).addresses == Lines{"2001:db8::1"});
  CHECK(look_up("turin.liqo.internal").h_error == HOST_NOT_FOUND);
  CHECK(look_up_address("10.0.0.1").name == "milan.liqo.internal");
  CHECK_FALSE(look_up_address("2001:db8::1").found());
  CHECK(enumerate() == Lines{"10.0.0.1 auth.c1.liqo.internal", "2001:db8::1 auth.c1.liqo.internal",
                             "10.0.0.1 auth.milan.liqo.internal",
                             "2001:db8::1 auth.milan.liqo.internal", "10.0.0.1 c1.liqo.internal",
                             "2001:db8::1 c1.liqo.internal", "10.0.0.1 milan.liqo.internal",
                             "2001:db8::1 milan.liqo.internal"});
}

TEST_CASE("Snapshot file: a link-local address of no zone is left out") {
  const Directory directory;
  use(directory);
  const auto clusters = view(
      {ClusterBuilder("c1").endpoint(Service::kAuth, {"fe80::1", "169.254.0.1", "fe80::2%4"})});
  REQUIRE(names::write_snapshot(directory.path(), table_of(clusters), "liqo.internal",
                                BootClock::now()));
  CHECK(look_up("c1.liqo.internal").addresses == Lines{"169.254.0.1", "fe80::2%4"});
}

TEST_CASE("Snapshot file: of more addresses than a record holds the first are kept") {
  const Directory directory;
  use(directory);
  Cluster cluster = *ClusterBuilder("c1").endpoint(Service::kAuth, {}).build();
  for (int i = 0; i < 100; ++i) {
    cluster.endpoints[0]->addresses.push_back(ip("10.0.1." + std::to_string(i)));
  }
  const Clusters clusters{std::make_shared<const Cluster>(cluster)};
  REQUIRE(names::write_snapshot(directory.path(), table_of(clusters), "liqo.internal",
                                BootClock::now()));
  CHECK(look_up("c1.liqo.internal").addresses.size() == 64);
}

TEST_CASE("Snapshot file: holds for its lease, on this boot") {
  const Directory directory;
  const BootTime now(1h);
  CHECK_FALSE(names::snapshot_holds(directory.path(), now));
  REQUIRE(names::write_snapshot(directory.path(), {}, "liqo.internal", now));
  CHECK(names::snapshot_holds(directory.path(), now));
  CHECK(names::snapshot_holds(directory.path(), now + 599s));
  CHECK_FALSE(names::snapshot_holds(directory.path(), now + 600s));
  CHECK_FALSE(names::snapshot_holds(directory.path(), BootTime(1min)));
  std::ofstream(directory.path() + "/hosts.cdb") << "rubbish";
  CHECK_FALSE(names::snapshot_holds(directory.path(), now));
}

TEST_CASE("Hosts file: a line for each address, but for link-local IPv6") {
  const Directory directory;
  const auto clusters = milan();
  REQUIRE(names::write_hosts_file(directory.path(), table_of(clusters), "liqo.internal"));
  CHECK(directory.read("hosts") ==
        "# The Liqo clusters that liqo-discoveryd knows, below liqo.internal\n"
        "# Replaced at every change. Link-local IPv6 addresses are left out.\n"
        "10.0.0.1\tauth.c1.liqo.internal\n2001:db8::1\tauth.c1.liqo.internal\n"
        "10.0.0.1\tauth.milan.liqo.internal\n2001:db8::1\tauth.milan.liqo.internal\n"
        "10.0.0.1\tc1.liqo.internal\n2001:db8::1\tc1.liqo.internal\n"
        "10.0.0.1\tmilan.liqo.internal\n2001:db8::1\tmilan.liqo.internal\n");
}

TEST_CASE("Files: everybody may read them, whatever the umask; nothing else is left behind") {
  const Directory directory;
  const mode_t before = umask(0077);
  std::ofstream(directory.path() + "/.hosts.cdb.new") << "left over from a crash";
  REQUIRE(names::write_snapshot(directory.path(), {}, "liqo.internal", BootClock::now()));
  REQUIRE(names::write_hosts_file(directory.path(), {}, "liqo.internal"));
  umask(before);
  CHECK(directory.list() == Lines{"hosts", "hosts.cdb"});
  for (const char* file : {"/hosts", "/hosts.cdb"}) {
    struct stat status {};
    REQUIRE(stat((directory.path() + file).c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0644);
  }
}

TEST_CASE("Files: one that is stopped leaves the old file and nothing else") {
  const Directory directory;
  use(directory);
  const auto clusters = milan();
  REQUIRE(names::write_snapshot(directory.path(), table_of(clusters), "liqo.internal",
                                BootClock::now()));
  std::stop_source stop;
  stop.request_stop();
  const auto others = view({ClusterBuilder("c2").endpoint(Service::kAuth, {"10.0.0.2"})});
  CHECK(names::write_snapshot(directory.path(), table_of(others), "liqo.internal", BootClock::now(),
                              stop.get_token()));
  CHECK(look_up("c1.liqo.internal").addresses.size() == 3);
  CHECK(directory.list() == Lines{"hosts.cdb"});
}

TEST_CASE("Files: a directory that is gone is an error that names it") {
  const Result<void> written =
      names::write_snapshot("/nonexistent", {}, "liqo.internal", BootClock::now());
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Errc::kIo);
  CHECK(written.error().detail == "/nonexistent/.hosts.cdb.new: No such file or directory");
  CHECK_FALSE(names::write_hosts_file("/nonexistent", {}, "liqo.internal"));
}

TEST_CASE("Files: no room for the new file is an error, and the old one stays") {
  const Directory directory;
  const auto clusters = milan();
  const names::NameTable table = table_of(clusters);
  REQUIRE(names::write_snapshot(directory.path(), {}, "liqo.internal", BootClock::now()));
  REQUIRE(names::write_hosts_file(directory.path(), {}, "liqo.internal"));
  const std::string snapshot = directory.read("hosts.cdb");
  const std::string hosts = directory.read("hosts");

  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{64, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const Result<void> snapshot_written =
      names::write_snapshot(directory.path(), table, "liqo.internal", BootClock::now());
  const Result<void> hosts_written =
      names::write_hosts_file(directory.path(), table, "liqo.internal");
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);

  REQUIRE_FALSE(snapshot_written);
  CHECK(snapshot_written.error().detail == directory.path() + "/hosts.cdb: File too large");
  CHECK_FALSE(hosts_written);
  CHECK(directory.read("hosts.cdb") == snapshot);
  CHECK(directory.read("hosts") == hosts);
  CHECK(directory.list() == Lines{"hosts", "hosts.cdb"});
}
