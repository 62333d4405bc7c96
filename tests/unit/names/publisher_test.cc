#include "agent/names/publisher.h"

#include <sys/stat.h>

#include <functional>
#include <thread>

#include "agent/names/files.h"
#include "tests/support/catch.h"
#include "tests/unit/names/clusters.h"

using namespace liqo;
using namespace liqo::test;
using namespace std::chrono_literals;

namespace {

/// Runs turns of the loop until `done`; false when the deadline came first.
bool run_until(loop::Loop& loop, Duration limit, const std::function<bool()>& done) {
  const BootTime deadline = BootClock::now() + limit;
  while (!done()) {
    if (BootClock::now() > deadline) return false;
    loop.turn();
  }
  return true;
}

/// One registry, one directory, and the loop that the publisher under test runs on.
struct Room {
  loop::Loop loop;
  Registry registry{RegistryOptions{}};
  Directory directory;

  void see(const std::string& id, const std::string& address = "10.0.0.1") {
    Sighting sighting;
    sighting.key.interface = 2;
    sighting.key.domain = *DomainName::parse("local");
    sighting.key.instance = id;
    sighting.target_host = *DomainName::parse("node1.local");
    sighting.port = 443;
    sighting.addresses = {ip(address)};
    registry.seen(std::move(sighting), EvidenceMethod::kMdns, read_clocks());
    registry.flush();
  }
  /// In DNS, with TXT `until=`.
  void see_until(WallTime end) {
    Sighting sighting;
    sighting.key.source = Source::kDns;
    sighting.key.domain = *DomainName::parse("example.com");
    sighting.key.instance = "c1";
    sighting.target_host = *DomainName::parse("node1.example.com");
    sighting.port = 443;
    sighting.addresses = {ip("10.0.0.1")};
    sighting.txt.add("until", std::to_string(end.time_since_epoch() / 1s));
    registry.seen(std::move(sighting), EvidenceMethod::kDns, read_clocks());
    registry.flush();
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return directory.read("hosts").find('\t' + name + '\n') != std::string::npos;
  }
  bool wait(const std::function<bool()>& done, Duration limit = 5s) {
    return run_until(loop, limit, done);
  }
};

}  // namespace

TEST_CASE("Publisher: without a snapshot it writes an empty one at once") {
  Room room;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  CHECK(publisher.status().writes == 0);
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }, 1s));
  CHECK(names::snapshot_holds(room.directory.path(), BootClock::now()));
}

TEST_CASE("Publisher: a cluster is in both files soon after the registry told it") {
  Room room;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  room.see("c1");
  REQUIRE(room.wait([&] { return room.has("c1.liqo.internal"); }, 1s));
  CHECK(publisher.status().names == 2);
  CHECK(publisher.status().error.empty());
}

TEST_CASE("Publisher: the first change is written in the next turn, a storm in few writes") {
  Room room;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  const BootTime quiet = BootClock::now() + 150ms;
  room.wait([&] { return BootClock::now() > quiet; });

  room.see("first");
  const BootTime told = BootClock::now();
  REQUIRE(room.wait([&] { return room.has("first.liqo.internal"); }));
  CHECK(BootClock::now() - told < 90ms);  // not after the interval

  const std::uint64_t before = publisher.status().writes;
  const BootTime start = BootClock::now();
  for (int i = 0; i < 200; ++i) {
    room.see("c" + std::to_string(i));
    room.loop.turn();
    const BootTime next = start + i * 2ms;
    room.wait([&] { return BootClock::now() >= next; });
  }
  REQUIRE(room.wait([&] { return publisher.status().names == 402; }));
  const auto intervals = static_cast<std::uint64_t>((BootClock::now() - start) / 100ms);
  CHECK(publisher.status().writes - before <= intervals + 1);
}

TEST_CASE("Publisher: the lease is renewed though nothing changes, the hosts file left alone") {
  Room room;
  names::PublisherOptions options;
  options.interval = 5ms;
  options.renewal = 20ms;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {}, options);
  room.see("c1");
  REQUIRE(room.wait([&] { return room.has("c1.liqo.internal"); }));
  const std::string hosts = room.directory.path() + "/hosts";
  struct stat before {};
  struct stat after {};
  REQUIRE(stat(hosts.c_str(), &before) == 0);
  const std::string snapshot = room.directory.read("hosts.cdb");
  const std::uint64_t writes = publisher.status().writes;
  REQUIRE(room.wait([&] { return publisher.status().writes >= writes + 3; }));
  CHECK(room.directory.read("hosts.cdb") != snapshot);
  REQUIRE(stat(hosts.c_str(), &after) == 0);
  CHECK(before.st_ino == after.st_ino);
}

TEST_CASE("Publisher: a name that ends by its own word is written again before, its end put off") {
  Room room;
  room.see_until(read_clocks().wall + 3s);
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  REQUIRE(publisher.status().names == 2);
  room.see_until(read_clocks().wall + 1h);
  CHECK_FALSE(room.wait([&] { return publisher.status().writes > 1; }, 300ms));  // no change
  REQUIRE(room.wait([&] { return publisher.status().writes == 2; }, 3s));
  CHECK_FALSE(room.wait([&] { return publisher.status().writes > 2; }, 1500ms));
}

TEST_CASE("Publisher: renewal is at half the lease and changes at most ten times a second") {
  const names::PublisherOptions options;
  CHECK(options.renewal == 5min);
  CHECK(options.interval == 100ms);
}

TEST_CASE("Publisher: what an agent before left stays until the first change") {
  Room room;
  const auto before = view({ClusterBuilder("old").endpoint(Service::kAuth, {"10.0.0.7"})});
  REQUIRE(names::write_snapshot(room.directory.path(),
                                names::map_names(before, {}, {}, read_clocks()), "liqo.internal",
                                BootClock::now()));
  const std::string snapshot = room.directory.read("hosts.cdb");
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  const BootTime quiet = BootClock::now() + 250ms;
  room.wait([&] { return BootClock::now() > quiet; });
  CHECK(room.directory.read("hosts.cdb") == snapshot);
  room.see("new");
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }, 1s));
  CHECK(room.directory.read("hosts.cdb").find("old.liqo.internal") == std::string::npos);
}

TEST_CASE("Publisher: what an agent before left is overruled after a while even by nothing") {
  Room room;
  REQUIRE(names::write_snapshot(room.directory.path(), {}, "liqo.internal", BootClock::now()));
  names::PublisherOptions options;
  options.takeover = 30ms;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {}, options);
  CHECK(room.wait([&] { return publisher.status().writes == 1; }));
}

TEST_CASE("Publisher: many clusters are written beside the loop, and what comes meanwhile too") {
  Room room;
  names::PublisherOptions options;
  options.interval = 1ms;
  options.in_loop = 0;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {}, options);
  for (int i = 0; i < 300; ++i) {
    room.see("c" + std::to_string(i));
    room.loop.turn();
  }
  REQUIRE(room.wait([&] { return publisher.status().names == 600; }));
  CHECK(room.has("c299.liqo.internal"));
}

TEST_CASE("Publisher: after a write that took long it rests for several times as long") {
  Room room;
  for (int i = 0; i < 2'000; ++i) room.see("cluster-" + std::to_string(i));
  names::PublisherOptions options;
  options.interval = 1ms;
  options.rest = 10'000;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {}, options);
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  room.see("another");
  CHECK_FALSE(room.wait([&] { return publisher.status().writes > 1; }, 300ms));
}

TEST_CASE("Publisher: that the write waited for a thread is no reason to rest") {
  Room room;
  for (int i = 0; i < 300; ++i) room.see("c" + std::to_string(i));
  const loop::Work other(
      room.loop, [] { std::this_thread::sleep_for(500ms); }, [] {});
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  room.see("another");
  CHECK(room.wait([&] { return publisher.status().writes > 1; }, 1500ms));
}

TEST_CASE("Publisher: however long a write took, the rest has an end") {
  Room room;
  for (int i = 0; i < 2'000; ++i) room.see("cluster-" + std::to_string(i));
  names::PublisherOptions options;
  options.rest = 10'000;
  options.max_apart = 200ms;
  const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {}, options);
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  room.see("another");
  CHECK(room.wait([&] { return publisher.status().writes > 1; }, 2s));
}

TEST_CASE("Publisher: may go while a write is under way beside the loop") {
  Room room;
  names::PublisherOptions options;
  options.in_loop = 0;
  for (int i = 0; i < 300; ++i) room.see("c" + std::to_string(i));
  {
    const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {}, options);
    const BootTime soon = BootClock::now() + 2ms;
    room.wait([&] { return BootClock::now() > soon; });
  }
  room.loop.turn();
  SUCCEED("no write to what is gone");
}

TEST_CASE("Publisher: leaves its files behind") {
  Room room;
  {
    const names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
    room.see("c1");
    REQUIRE(room.wait([&] { return room.has("c1.liqo.internal"); }));
  }
  CHECK(names::snapshot_holds(room.directory.path(), BootClock::now()));
  CHECK(room.has("c1.liqo.internal"));
}

TEST_CASE("Publisher: a new suffix is in the files at once, the same one changes nothing") {
  Room room;
  names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  room.see("c1");
  REQUIRE(room.wait([&] { return room.has("c1.liqo.internal"); }));
  publisher.set_config({"liqo.internal", false});
  publisher.set_config({"clusters.example", false});
  REQUIRE(room.wait([&] { return room.has("c1.clusters.example"); }));
  CHECK_FALSE(room.has("c1.liqo.internal"));
}

TEST_CASE("Publisher: a write that failed is told, and tried again until it goes well") {
  Room room;
  const std::string later = room.directory.path() + "/later";
  names::PublisherOptions options;
  options.interval = 1ms;
  options.first_retry = 5ms;
  options.max_retry = 20ms;
  const names::Publisher publisher(room.loop, room.registry, later, {}, options);
  REQUIRE(room.wait([&] { return !publisher.status().error.empty(); }));
  CHECK(publisher.status().writes == 0);
  REQUIRE(mkdir(later.c_str(), 0755) == 0);
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  CHECK(publisher.status().error.empty());
}

TEST_CASE("Publisher: told to, it writes though nothing changed") {
  Room room;
  names::Publisher publisher(room.loop, room.registry, room.directory.path(), {});
  REQUIRE(room.wait([&] { return publisher.status().writes == 1; }));
  publisher.renew();
  CHECK(room.wait([&] { return publisher.status().writes == 2; }));
}
