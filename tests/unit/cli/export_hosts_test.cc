#include "cli/export/hosts.h"
#include "tests/unit/cli/export_peer.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

Json named(const Json& endpoints) {
  Json cluster = make_cluster("milan-1", "milan");
  cluster["endpoints"] = endpoints;
  cluster["hostnames"] = {"milan.liqo.internal", "milan-1.liqo.internal"};
  return cluster;
}

Json at(const Json& addresses) { return {{"addresses", addresses}}; }

std::string text_of(const Json& cluster) {
  const auto text = hosts_text(cluster);
  INFO((text ? "" : text.error().detail));
  REQUIRE(text.has_value());
  return *text;
}

}  // namespace

TEST_CASE("Hosts: the cluster's names stand for its first endpoint, the others for theirs") {
  CHECK(text_of(named({{"auth", at({"10.0.0.1", "fd00::1"})},
                       {"api", at({"10.0.0.2"})},
                       {"gateway", at({"10.0.0.1"})}})) ==
        R"(# milan, milan-1
10.0.0.1 milan.liqo.internal milan-1.liqo.internal
fd00::1 milan.liqo.internal milan-1.liqo.internal
10.0.0.1 auth.milan.liqo.internal auth.milan-1.liqo.internal
fd00::1 auth.milan.liqo.internal auth.milan-1.liqo.internal
10.0.0.2 api.milan.liqo.internal api.milan-1.liqo.internal
10.0.0.1 gateway.milan.liqo.internal gateway.milan-1.liqo.internal
)");
}

TEST_CASE("Hosts: without an authentication server the API server is the first, then the gateway") {
  CHECK(text_of(named({{"gateway", at({"10.0.0.3"})}, {"api", at({"10.0.0.2"})}}))
            .find("\n10.0.0.2 milan.liqo.internal ") != std::string::npos);
  CHECK(text_of(named({{"gateway", at({"10.0.0.3"})}, {"auth", at(Json::array())}}))
            .find("\n10.0.0.3 milan.liqo.internal ") != std::string::npos);
}

TEST_CASE("Hosts: a cluster that holds no name goes by its id") {
  Json cluster = named({{"auth", at({"10.0.0.1"})}});
  cluster["hostnames"] = {"milan-1.liqo.internal"};
  CHECK(text_of(cluster) ==
        "# milan, milan-1\n10.0.0.1 milan-1.liqo.internal\n10.0.0.1 auth.milan-1.liqo.internal\n");
}

TEST_CASE("Hosts: link-local IPv6 addresses have no place in it") {
  CHECK(text_of(named({{"auth", at({"169.254.0.1", "fe80::1%eth0", "fe80::2%a\x1b"})},
                       {"api", at({"fe80::1%eth0"})}})) ==
        R"(# milan, milan-1
# fe80::1%eth0 is left out: a hosts file has no place for its interface
# fe80::2%a\x1b is left out: a hosts file has no place for its interface
169.254.0.1 milan.liqo.internal milan-1.liqo.internal
169.254.0.1 auth.milan.liqo.internal auth.milan-1.liqo.internal
)");
  CHECK(reason(hosts_text(named({{"auth", at({"fe80::1%eth0"})}})))
            .starts_with("milan, milan-1 is not exported: none of its endpoints has an address"));
}

TEST_CASE("Hosts: nothing but host names and addresses can come out") {
  Json cluster = named({{"auth", at({"10.0.0.1\n10.0.0.2 bank.example", "10.0.0.3", 7})}});
  cluster["name"] = "mi\n10.0.0.9 lan";
  cluster["hostnames"] = {"a b.liqo.internal",
                          "a\n10.0.0.9 bank.example",
                          "",
                          7,
                          ".",
                          "x..y",
                          "A.liqo.internal",
                          std::string(64, 'a') + ".internal",
                          "ok.liqo.internal"};
  CHECK(text_of(cluster) ==
        "# mi\\x0a10.0.0.9 lan, milan-1\n"
        "10.0.0.3 ok.liqo.internal\n"
        "10.0.0.3 auth.ok.liqo.internal\n");
  cluster["hostnames"] = Json::array();
  CHECK(hosts_text(cluster).error().code == Errc::kNotFound);
  CHECK(hosts_text({{"id", "a b"}}).error().code == Errc::kMalformed);
}

TEST_CASE("Hosts: a name that would be too long for DNS is left out, the shorter ones are not") {
  const std::string l = std::string(63, 'a') + ".";
  const std::string suffix = l + l + l + std::string(54, 'b');  // 246
  Json cluster = named({{"gateway", at({"10.0.0.3"})}});
  cluster["hostnames"] = {"c." + suffix};
  CHECK(text_of(cluster) == "# milan, milan-1\n10.0.0.3 c." + suffix + "\n");
}
