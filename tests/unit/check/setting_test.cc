#include "agent/check/setting.h"

#include "tests/support/catch.h"
#include "tests/unit/check/sides.h"

namespace liqo::test {

using check::advised_exposure;
using check::Scenario;

TEST_CASE("Scenario: by site on both sides") {
  CHECK(Pair().ours("cloud", "198.51.100.1").theirs("cloud", "203.0.113.7").setting().scenario ==
        Scenario::kCloudToCloud);
  CHECK(
      Pair().ours("on-premise", "198.51.100.1").theirs("cloud", "203.0.113.7").setting().scenario ==
      Scenario::kOnPremiseToCloud);
  CHECK(
      Pair().ours("cloud", "198.51.100.1").theirs("on-premise", "203.0.113.7").setting().scenario ==
      Scenario::kOnPremiseToCloud);
  CHECK(Pair().ours("on-premise").theirs("on-premise", "10.0.0.1", true).setting().scenario ==
        Scenario::kSameLan);
  // The guide has no table for two sites on-premise across the Internet.
  CHECK(Pair()
            .ours("on-premise", "198.51.100.1")
            .theirs("on-premise", "203.0.113.7")
            .setting()
            .scenario == Scenario::kUnknown);
}

TEST_CASE("Scenario: a private address across the Internet is behind a NAT") {
  const check::Setting ours = Pair().ours("on-premise").theirs("cloud", "203.0.113.7").setting();
  CHECK(ours.scenario == Scenario::kNatToCloud);
  CHECK(ours.behind_nat);
  CHECK_FALSE(ours.they_behind_nat);
  CHECK(ours.reason ==
        "we say on-premise, with private addresses, so behind a NAT; they say cloud");
  const check::Setting theirs =
      Pair().ours("cloud", "198.51.100.1").theirs("", "192.168.7.7").setting();
  CHECK(theirs.scenario == Scenario::kNatToCloud);
  CHECK(theirs.they_behind_nat);
  CHECK_FALSE(theirs.behind_nat);
}

TEST_CASE("Scenario: by addresses where no site is told") {
  CHECK(Pair().ours("").theirs("", "10.0.0.1", true).setting().scenario == Scenario::kSameLan);
  CHECK(Pair().ours("").theirs("", "10.0.0.1").setting().scenario == Scenario::kSameLan);
  CHECK(Pair().ours("", "198.51.100.1").theirs("", "203.0.113.7").setting().scenario ==
        Scenario::kCloudToCloud);
  CHECK(Pair().ours("").theirs("", "203.0.113.7").setting().scenario == Scenario::kNatToCloud);
}

TEST_CASE("Scenario: a site that is none of the two is no site, and not repeated") {
  const check::Setting setting =
      Pair().ours("cloud", "198.51.100.1").theirs("\x1b[31m", "203.0.113.7").setting();
  CHECK(setting.scenario == Scenario::kCloudToCloud);
  CHECK(setting.reason == "we say cloud; they say no site and have public addresses");
}

TEST_CASE("Scenario: unknown where this host has no cluster, and they are elsewhere") {
  Pair pair;
  pair.theirs("cloud", "203.0.113.7").own.reset();
  CHECK(pair.setting().scenario == Scenario::kUnknown);
  CHECK(pair.setting().reason == "this host has no cluster configured; they say cloud");
}

TEST_CASE("Scenario: clouds on one network are no LAN") {
  CHECK(Pair().ours("cloud").theirs("cloud", "10.0.0.1", true).setting().scenario ==
        Scenario::kCloudToCloud);
}

TEST_CASE("Scenario: the guide's tables") {
  const auto advised = [](const Pair& pair, bool ours) {
    std::vector<std::string> words;
    for (const Service service : kServices) {
      words.emplace_back(advised_exposure(pair.setting(), service, ours));
    }
    return words;
  };
  using Words = std::vector<std::string>;
  const Pair clouds = Pair().ours("cloud", "198.51.100.1").theirs("cloud", "203.0.113.7");
  const Words cloud = {"a LoadBalancer or an Ingress", "what the cloud provider gives it",
                       "a LoadBalancer or a NodePort"};
  CHECK(advised(clouds, true) == cloud);
  CHECK(advised(clouds, false) == cloud);

  const Pair exposed = Pair().ours("on-premise", "198.51.100.1").theirs("cloud", "203.0.113.7");
  CHECK(advised(exposed, true) == Words{"a LoadBalancer or an Ingress", "an Ingress or a public IP",
                                        "a LoadBalancer or a NodePort"});
  CHECK(advised(exposed, false) == cloud);

  const Pair hidden = Pair().ours("on-premise").theirs("cloud", "203.0.113.7");
  CHECK(advised(hidden, true) == Words{"a NodePort with port-forwarding on the NAT",
                                       "port-forwarding on the NAT",
                                       "a NodePort with port-forwarding on the NAT"});
  CHECK(advised(hidden, false) == Words{"a LoadBalancer or an Ingress",
                                        "what the cloud provider gives it", "a LoadBalancer"});

  const Pair lan = Pair().ours("on-premise").theirs("on-premise", "10.0.0.1", true);
  CHECK(advised(lan, true) == Words{"a NodePort", "the node's own address and port", "a NodePort"});
  CHECK(advised(Pair().ours("on-premise", "198.51.100.1").theirs("on-premise", "203.0.113.7"),
                true) == Words{"", "", ""});
}

}  // namespace liqo::test
