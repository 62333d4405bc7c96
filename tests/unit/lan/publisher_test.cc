#include "resolver/lan/publisher.h"

#include <algorithm>

#include "resolver/lan/publish_plan.h"
#include "tests/support/catch.h"

namespace liqo::lan {
namespace {

using namespace std::chrono_literals;

DomainName name(const std::string& text) { return *DomainName::parse(text); }

Advert own_advert() {
  Advert advert;
  advert.id = "c1";
  advert.txt.add("txtvers", "1");
  advert.txt.add("id", "c1");
  advert.endpoints.push_back({Service::kAuth, 30740, OwnHost{}});
  return advert;
}

link::Link make_link(std::uint32_t index, const std::string& link_name,
                     std::vector<std::string> addresses) {
  link::Link link;
  link.index = index;
  link.name = link_name;
  link.up = link.multicast = true;
  for (const std::string& text : addresses) {
    link.addresses.push_back({*IpAddress::parse(text), 24});
  }
  return link;
}

/// A publisher on a fake clock, and what it sent.
struct World {
  BootTime now{1000s};
  link::LinkTable table{{2, make_link(2, "eth0", {"10.0.0.1"})}};
  Interfaces interfaces{[](const std::string& link) { return !link.starts_with("veth"); }};
  std::vector<ToHelper> sent;
  Publisher publisher{interfaces, [this](const ToHelper& message) { sent.push_back(message); }};

  explicit World(Backend backend = Backend::kAvahiDaemon) {
    interfaces.update(table);
    publisher.backend_running(backend, name("node1.local"));
  }
  void flush() { publisher.flush(now); }
  void links() {
    interfaces.update(table);
    flush();
  }
  void pass(Duration time) {
    const BootTime end = now + time;
    while (publisher.next_deadline() && *publisher.next_deadline() <= end) {
      now = std::max(now, *publisher.next_deadline());
      flush();
    }
    now = end;
  }
  std::vector<Publish> take_published() {
    std::vector<Publish> published;
    for (const ToHelper& message : std::exchange(sent, {})) {
      REQUIRE(std::holds_alternative<Publish>(message));
      published.push_back(std::get<Publish>(message));
    }
    return published;
  }
  void report(std::uint32_t group, GroupState state) {
    publisher.on_group({group, state, {}}, now);
    flush();
  }
};

const PublishedRecord* find(const std::vector<PublishedRecord>& records, const std::string& owner,
                            RecordType type) {
  const auto found = std::find_if(records.begin(), records.end(), [&](const auto& record) {
    return record.name == name(owner) && record.type == type;
  });
  return found == records.end() ? nullptr : &*found;
}

std::string instance_of(const Publish& group) {
  for (const PublishedRecord& record : group.records) {
    if (record.type == RecordType::kSrv) return std::string(record.name.first_label());
  }
  return {};
}

TEST_CASE("service_records: PTR, SRV, TXT and the type's entry, all for 300 s", "[lan]") {
  const auto records = service_records(own_advert(), "c1", name("node1.local"));
  REQUIRE(records.size() == 4);
  for (const PublishedRecord& record : records) CHECK(record.ttl == 300);
  const auto* ptr = find(records, "_liqo_auth._tcp.local", RecordType::kPtr);
  REQUIRE(ptr != nullptr);
  CHECK_FALSE(ptr->unique);
  CHECK(ptr->rdata == name("c1._liqo_auth._tcp.local").wire());
  const auto* srv = find(records, "c1._liqo_auth._tcp.local", RecordType::kSrv);
  REQUIRE(srv != nullptr);
  CHECK(srv->unique);
  CHECK(*parse_srv(as_octets(srv->rdata)) ==
        SrvData{.priority = 0, .weight = 0, .port = 30740, .target = name("node1.local")});
  const auto* txt = find(records, "c1._liqo_auth._tcp.local", RecordType::kTxt);
  REQUIRE(txt != nullptr);
  CHECK(txt->unique);
  CHECK(txt->rdata == "\x09txtvers=1\x05id=c1");
  const auto* type = find(records, "_services._dns-sd._udp.local", RecordType::kPtr);
  REQUIRE(type != nullptr);
  CHECK(type->rdata == name("_liqo_auth._tcp.local").wire());
}

TEST_CASE("service_records: a given address gets a name below the id, a given host stays",
          "[lan]") {
  Advert advert = own_advert();
  advert.endpoints = {{Service::kAuth, 443, *IpAddress::parse("203.0.113.7")},
                      {Service::kApi, 6443, name("api.example.com")},
                      {Service::kGateway, 5871, *IpAddress::parse("2001:db8::7")}};
  const auto records = service_records(advert, "c1", name("node1.local"));
  const auto target = [&](const std::string& owner) {
    return parse_srv(as_octets(find(records, owner, RecordType::kSrv)->rdata))->target;
  };
  CHECK(target("c1._liqo_auth._tcp.local") == name("auth.c1.local"));
  CHECK(target("c1._liqo_api._tcp.local") == name("api.example.com"));
  CHECK(target("c1._liqo_gateway._udp.local") == name("gateway.c1.local"));
  const auto* v4 = find(records, "auth.c1.local", RecordType::kA);
  REQUIRE(v4 != nullptr);
  CHECK(v4->ttl == 120);
  CHECK(v4->unique);
  CHECK(v4->rdata == "\xcb" + std::string("\0\x71\x07", 3));
  CHECK(find(records, "gateway.c1.local", RecordType::kAaaa) != nullptr);
  CHECK(find(records, "api.example.com", RecordType::kA) == nullptr);
  CHECK_FALSE(uses_own_host(advert));
  CHECK(records.size() <= 32);  // avahi-daemon's limit for a group
}

TEST_CASE("host_records: link-local IPv6 addresses only where there is no other", "[lan]") {
  const auto all = host_records(
      make_link(2, "eth0", {"10.0.0.1", "169.254.1.1", "2001:db8::1", "fe80::1"}), name("n.local"));
  CHECK(all.size() == 3);
  const auto local = host_records(make_link(2, "eth0", {"10.0.0.1", "fe80::1"}), name("n.local"));
  CHECK(local.size() == 2);
}

TEST_CASE("instance_label: a number makes it another label that fits", "[lan]") {
  CHECK(instance_label("c1", 1) == "c1");
  CHECK(instance_label("c1", 2) == "c1 #2");
  CHECK(instance_label(std::string(63, 'a'), 12) == std::string(59, 'a') + " #12");
  CHECK(numbered_host(name("node1.local"), 1) == name("node1.local"));
  CHECK(numbered_host(name("node1.local"), 3) == name("node1-3.local"));
}

TEST_CASE("Publisher: one group for each link, and nothing without consent", "[lan]") {
  World world;
  world.table[3] = make_link(3, "eth1", {"10.1.0.1"});
  world.table[4] = make_link(4, "veth0", {"10.2.0.1"});
  world.links();
  CHECK(world.sent.empty());
  world.publisher.set_advert(own_advert());
  world.flush();
  const auto published = world.take_published();
  REQUIRE(published.size() == 2);
  CHECK(published[0].interface == 2);
  CHECK(published[1].interface == 3);
  CHECK(published[0].id != published[1].id);
  CHECK(world.publisher.status().size() == 2);
}

TEST_CASE("Publisher: an unchanged plan is not sent again", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  CHECK(world.take_published().size() == 1);
  world.publisher.set_advert(own_advert());
  world.links();
  world.pass(1h);
  world.publisher.backend_running(Backend::kAvahiDaemon, name("node1.local"));
  world.flush();
  CHECK(world.sent.empty());
}

TEST_CASE("Publisher: consent withdrawn is withdrawn at once", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  world.publisher.set_advert(std::nullopt);
  world.flush();
  REQUIRE(world.sent.size() == 1);
  CHECK(std::get<Unpublish>(world.sent[0]).id == id);
  CHECK(world.publisher.status().empty());
}

TEST_CASE("Publisher: a change replaces the group; a new name of the host is one", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  world.pass(10s);
  world.publisher.backend_running(Backend::kAvahiDaemon, name("node1-2.local"));
  world.flush();
  const auto published = world.take_published();
  REQUIRE(published.size() == 1);
  CHECK(published[0].id == id);
  const auto* srv = find(published[0].records, "c1._liqo_auth._tcp.local", RecordType::kSrv);
  CHECK(parse_srv(as_octets(srv->rdata))->target == name("node1-2.local"));
}

TEST_CASE("Publisher: another name of the host is told at once, whenever the last was", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  world.take_published();
  world.now += 1s;
  world.publisher.backend_running(Backend::kAvahiDaemon, name("node1-2.local"));
  world.flush();
  CHECK(world.take_published().size() == 1);
}

TEST_CASE("Publisher: another id does not wait for what befell the one before", "[lan]") {
  World world;
  Advert advert = own_advert();
  world.publisher.set_advert(advert);
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  for (int tries = 0; tries < 7; ++tries) {
    world.report(id, GroupState::kFailed);
    if (tries < 6) world.pass(*world.publisher.next_deadline() - world.now);
  }
  world.take_published();
  world.pass(1s);
  advert.id = "c2";
  world.publisher.set_advert(advert);
  world.flush();
  world.pass(5s);
  const auto published = world.take_published();
  REQUIRE(published.size() == 1);
  CHECK(instance_of(published[0]) == "c2");
}

TEST_CASE("Publisher: a link that comes or goes changes its own group alone", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t first = world.take_published().at(0).id;
  world.table[3] = make_link(3, "eth1", {"10.1.0.1"});
  world.links();
  const auto added = world.take_published();
  REQUIRE(added.size() == 1);
  CHECK(added[0].interface == 3);
  world.table.erase(2);
  world.links();
  REQUIRE(world.sent.size() == 1);
  CHECK(std::get<Unpublish>(world.sent[0]).id == first);
}

TEST_CASE("Publisher: a link that flaps 100 times a second is published on once", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  CHECK(world.take_published().size() == 1);
  for (int i = 0; i < 1000; ++i) {
    world.table[2].up = !world.table[2].up;
    world.links();
    world.pass(10ms);
  }
  CHECK(world.sent.empty());
}

TEST_CASE("Publisher: a link that is made anew all the time is published on every 5 s", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  world.sent.clear();
  std::size_t published = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {  // 20 s
    world.table = {{100 + i, make_link(100 + i, "eth0", {"10.0.0.1"})}};
    world.links();
    world.pass(10ms);
    for (const ToHelper& message : std::exchange(world.sent, {})) {
      published += std::holds_alternative<Publish>(message) ? 1 : 0;
    }
  }
  CHECK(published <= 4);
  CHECK(published >= 3);
}

TEST_CASE("Publisher: renumbering changes the embedded stack's host group alone", "[lan]") {
  World world(Backend::kEmbedded);
  world.publisher.set_advert(own_advert());
  world.flush();
  const auto published = world.take_published();
  REQUIRE(published.size() == 2);
  const auto* a = find(published[0].records, "node1.local", RecordType::kA);
  REQUIRE(a != nullptr);
  CHECK(a->rdata == std::string("\x0a\0\0\x01", 4));
  world.pass(10s);
  world.table[2].addresses[0].address = *IpAddress::parse("10.0.0.2");
  world.links();
  const auto changed = world.take_published();
  REQUIRE(changed.size() == 1);
  CHECK(changed[0].id == published[0].id);
  // Again within 5 s: only the last state, when the time has come.
  world.table[2].addresses[0].address = *IpAddress::parse("10.0.0.3");
  world.links();
  world.table[2].addresses[0].address = *IpAddress::parse("10.0.0.4");
  world.links();
  CHECK(world.sent.empty());
  world.pass(5s);
  const auto last = world.take_published();
  REQUIRE(last.size() == 1);
  CHECK(last[0].records[0].rdata == std::string("\x0a\0\0\x04", 4));
}

TEST_CASE("Publisher: a conflict is taken for a ghost first, then for another's name", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  world.report(id, GroupState::kCollision);
  CHECK(world.sent.empty());
  world.pass(1s);
  auto again = world.take_published();
  REQUIRE(again.size() == 1);
  CHECK(instance_of(again[0]) == "c1");
  SECTION("a ghost is gone by then") {
    world.report(id, GroupState::kEstablished);
    world.pass(1h);
    CHECK(world.sent.empty());
    CHECK(world.publisher.status().at(0).instance == "c1");
  }
  SECTION("another node's name stays its own") {
    world.report(id, GroupState::kCollision);
    auto renamed = world.take_published();
    REQUIRE(renamed.size() == 1);
    CHECK(instance_of(renamed[0]) == "c1 #2");
    world.report(id, GroupState::kEstablished);
    CHECK(world.publisher.status().at(0).instance == "c1 #2");
  }
}

TEST_CASE("Publisher: renames are few: three in ten minutes, then one a minute", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  std::size_t tries = 0;
  for (int second = 0; second < 600; ++second) {
    world.report(id, GroupState::kCollision);
    tries += world.take_published().size();
    world.pass(1s);
    tries += world.take_published().size();
  }
  CHECK(tries <= 1 + 3 + 10);
  CHECK(tries >= 4 + 5);
}

TEST_CASE("Publisher: a conflict over the host's name renames the host, not the cluster", "[lan]") {
  World world(Backend::kEmbedded);
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t host = world.take_published().at(0).id;
  world.report(host, GroupState::kCollision);
  world.pass(1s);
  CHECK(world.take_published().size() == 1);
  world.report(host, GroupState::kCollision);
  const auto renamed = world.take_published();
  REQUIRE(renamed.size() == 2);
  CHECK(find(renamed[0].records, "node1-2.local", RecordType::kA) != nullptr);
  CHECK(instance_of(renamed[1]) == "c1");
  const auto* srv = find(renamed[1].records, "c1._liqo_auth._tcp.local", RecordType::kSrv);
  CHECK(parse_srv(as_octets(srv->rdata))->target == name("node1-2.local"));
}

TEST_CASE("Publisher: a group that failed is tried again, ever more slowly", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  std::size_t tries = 0;
  for (int second = 0; second < 600; ++second) {
    if (world.publisher.status().at(0).state != GroupState::kFailed) {
      world.report(id, GroupState::kFailed);
    }
    world.pass(1s);
    tries += world.take_published().size();
  }
  CHECK(tries >= 10);
  CHECK(tries <= 17);
  CHECK(world.publisher.status().at(0).instance == "c1");
}

TEST_CASE("Publisher: a backend that is back is told all at once, under the same name", "[lan]") {
  World world;
  world.publisher.set_advert(own_advert());
  world.flush();
  const std::uint32_t id = world.take_published().at(0).id;
  world.publisher.backend_lost();
  world.publisher.set_advert(own_advert());
  world.flush();
  CHECK(world.sent.empty());
  CHECK_FALSE(world.publisher.next_deadline());
  world.publisher.backend_running(Backend::kAvahiDaemon, name("node1.local"));
  world.flush();
  const auto published = world.take_published();
  REQUIRE(published.size() == 1);
  CHECK(published[0].id == id);
  CHECK(instance_of(published[0]) == "c1");
  // A report of the group that the old backend held, or of one that never was.
  world.publisher.on_group({77, GroupState::kCollision, {}}, world.now);
  world.pass(1min);
  CHECK(world.sent.empty());
}

}  // namespace
}  // namespace liqo::lan
