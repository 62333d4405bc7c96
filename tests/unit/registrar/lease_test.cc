#include "resolver/registrar/lease.h"

#include "resolver/dnssd/rdata.h"
#include "resolver/registrar/plan.h"
#include "tests/support/catch.h"
#include "tests/unit/registrar/world.h"

namespace liqo::registrar {
namespace {

using namespace test;

InstanceText read(std::initializer_list<std::string> items) {
  const auto record = TxtRecord::from_rdata(as_octets(txt(items)));
  REQUIRE(record.has_value());
  return read_text(*record);
}

TEST_CASE("Lease: the text is the documented one") {
  TxtRecord others;
  others.add("id", "milan-1");
  const TxtRecord written =
      write_text(others, "bridge-1", {{0xAB, {1795741200, {0x1, 0xDEADBEEF}}}, {0xCD, {5, {}}}});
  CHECK(written.to_rdata() ==
        txt({"id=milan-1", "via=bridge-1", "until=1795741200",
             "lease.000000ab=1795741200,00000001,deadbeef", "lease.000000cd=5"}));
}

TEST_CASE("Lease: without a bridge there is no via") {
  CHECK(write_text(TxtRecord(), "", {{1, {5, {}}}}).to_rdata() ==
        txt({"until=5", "lease.00000001=5"}));
}

TEST_CASE("Lease: keys are read in either case, and of a key said twice the first") {
  const InstanceText text = read({"ID=milan-1", "UNTIL=7", "until=8", "Via=a", "via=b",
                                  "LEASE.000000AB=7,DEADBEEF", "lease.000000ab=9"});
  CHECK(text.id == "milan-1");
  CHECK(text.until == 7);
  CHECK(text.via == "a");
  CHECK(text.leases == Leases{{0xAB, {7, {0xDEADBEEF}}}});
}

TEST_CASE("Lease: numbers that are none") {
  for (const std::string number : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"}) {
    INFO(number);
    const InstanceText text = read({"until=" + number, "lease.00000001=" + number});
    CHECK_FALSE(text.until);
    CHECK(text.leases.empty());
  }
  CHECK(read({"until=18446744073709551615"}).until == UINT64_MAX);
}

TEST_CASE("Lease: marks that are none spoil their lease alone") {
  for (const std::string marks :
       {",", ",1", ",0000000g", ",000000001", ",00000001,", ",-0000001", ",00000001 "}) {
    INFO(marks);
    const InstanceText text = read({"lease.00000001=5" + marks, "lease.00000002=5,00000002"});
    CHECK(text.leases == Leases{{2, {5, {2}}}});
  }
}

TEST_CASE("Lease: what others say is kept as it is") {
  const InstanceText text = read({"id=milan-1", "flag", "x=1", "X=2", "leases=3", "until=5"});
  CHECK(text.others.to_rdata() == txt({"id=milan-1", "flag", "x=1", "X=2", "leases=3"}));
}

TEST_CASE("Lease: the latest of an instance's leases is its end") {
  const TxtRecord written = write_text(TxtRecord(), "", {{1, {9, {}}}, {2, {7, {}}}});
  CHECK(read_text(written).until == 9);
}

TEST_CASE("Lease: as many agents and places as there may be are written and read again") {
  Leases leases;
  for (AgentTag agent = 0; agent < kMaxAgents; ++agent) {
    leases[agent * 0x01010101U] = {UINT64_MAX,
                                   std::vector<std::uint32_t>(Entry::kMaxHoldings, agent)};
  }
  const auto record =
      TxtRecord::from_rdata(as_octets(write_text(TxtRecord(), "", leases).to_rdata()));
  REQUIRE(record.has_value());
  CHECK_FALSE(record->truncated());
  CHECK(read_text(*record).leases == leases);
}

TEST_CASE("Entry: a mark tells port, kind and target apart, and not the case of names") {
  const auto mark = [](std::uint16_t port, const std::string& target) {
    const auto address = IpAddress::parse(target);
    return address ? mark_of({port, *address}) : mark_of({port, name(target)});
  };
  CHECK(mark(443, "lb.example.org") == mark(443, "LB.Example.ORG"));
  CHECK(mark(443, "lb.example.org") != mark(444, "lb.example.org"));
  CHECK(mark(443, "lb.example.org") != mark(443, "lc.example.org"));
  CHECK(mark(443, "10.0.0.1") != mark(443, "10.0.0.2"));
  CHECK(mark(443, "10.0.0.1") != mark(443, "::ffff:10.0.0.1"));
  // What is in zones already has to be recognised: FNV-1a of "443=" and the octets 0A 00 00 01.
  CHECK(mark(443, "10.0.0.1") == 0x55EC9CF4);
}

TEST_CASE("Entry: the names of an instance, and none that are too long") {
  const Names names = *Names::of(name("example.com"), Service::kGateway, "milan-1");
  CHECK(names.listing.to_string() == "_liqo_gateway._udp.example.com");
  CHECK(names.instance.to_string() == "milan-1._liqo_gateway._udp.example.com");
  CHECK(names.host.to_string() == "gateway.milan-1.example.com");
  std::string zone;
  for (int label = 0; label < 3; ++label) zone += std::string(63, 'z') + ".";
  CHECK_FALSE(Names::of(name(zone + "zz"), Service::kAuth, std::string(63, 'i')));
}

}  // namespace
}  // namespace liqo::registrar
