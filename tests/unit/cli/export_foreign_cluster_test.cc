#include "cli/export/foreign_cluster.h"
#include "tests/unit/cli/export_peer.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

std::string yaml(std::string_view version, Intent intent = Intent::kPeer) {
  const auto text = foreign_cluster_yaml(peer(milan_json()), target(version), intent);
  INFO((text ? "" : text.error().detail));
  REQUIRE(text.has_value());
  return *text;
}

std::string spec(std::string_view version, Intent intent = Intent::kPeer) {
  const std::string text = yaml(version, intent);
  return text.substr(text.find("spec:\n") + 6);
}

const std::string kIdentity =
    "  clusterIdentity:\n"
    "    clusterID: \"8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f\"\n"
    "    clusterName: milan\n";
const std::string kUrl = "  foreignAuthUrl: https://10.0.0.1:30740\n";
const std::string kSwitches =
    "  insecureSkipTLSVerify: true\n"
    "  outgoingPeeringEnabled: \"Yes\"\n"
    "  incomingPeeringEnabled: Auto\n";

}  // namespace

TEST_CASE("ForeignCluster: as a document") {
  CHECK(yaml("v0.10.3") == R"(# for Liqo 0.10.3: milan (8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f)
apiVersion: discovery.liqo.io/v1alpha1
kind: ForeignCluster
metadata:
  name: milan
  labels:
    discovery.liqo.io/cluster-id: "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
spec:
  peeringType: OutOfBand
  clusterIdentity:
    clusterID: "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
    clusterName: milan
  foreignAuthUrl: https://10.0.0.1:30740
  insecureSkipTLSVerify: true
  outgoingPeeringEnabled: "Yes"
  incomingPeeringEnabled: Auto
)");
}

TEST_CASE("ForeignCluster: the fields that each version has, and no others") {
  for (const char* version : {"0.2", "0.2.1"}) {
    CHECK(spec(version) == kIdentity +
                               "  authUrl: https://10.0.0.1:30740\n"
                               "  discoveryType: Manual\n"
                               "  join: true\n");
  }
  for (const char* version : {"0.3", "0.3.0", "0.3.2", "0.4.0"}) {
    CHECK(spec(version) == kIdentity + kUrl + kSwitches);
  }
  CHECK(spec("0.5.4") == kIdentity + kUrl + kSwitches + "  networkingEnabled: \"Yes\"\n");
  for (const char* version : {"0.6", "0.7.2", "0.8.0", "0.9", "0.10"}) {
    CHECK(spec(version) == "  peeringType: OutOfBand\n" + kIdentity + kUrl + kSwitches);
  }
}

TEST_CASE("ForeignCluster: of a cluster that is only to be known, peering does not begin") {
  CHECK(spec("0.10", Intent::kKnow).find("  outgoingPeeringEnabled: Auto\n") != std::string::npos);
  CHECK(spec("0.2", Intent::kKnow).find("  join: false\n") != std::string::npos);
}

TEST_CASE("ForeignCluster: one that follows its cluster leaves the user's switches alone") {
  CHECK(spec("0.10", Intent::kFollow) == "  peeringType: OutOfBand\n" + kIdentity + kUrl);
  CHECK(spec("0.5", Intent::kFollow) == kIdentity + kUrl);
  CHECK(spec("0.2", Intent::kFollow).find("join") == std::string::npos);
}

TEST_CASE("ForeignCluster: versions that take none made by hand say why") {
  const auto why = [](std::string_view version) {
    return reason(foreign_cluster_yaml(peer(milan_json()), target(version), Intent::kPeer));
  };
  CHECK(
      why("0.1").find("Liqo 0.1 has no liqoctl, and a ForeignCluster of it names the namespace") !=
      std::string::npos);
  for (const char* version : {"1.0", "v1.2.0", "2.0"}) {
    CHECK(why(version).ends_with(
        " makes ForeignClusters itself, when it peers: use --format liqoctl"));
  }
}

TEST_CASE("ForeignCluster: a name that is none goes into the identity, quoted, where it may") {
  Json cluster = milan_json();
  cluster["name"] = "- \"a'\\ #: \n\x1b\xe2\x80\xae\xf3\xa0\x80\xa0\xef\xbf\xbe z\xc3\xbcrich";
  const auto text = foreign_cluster_yaml(peer(cluster), target("0.2"), Intent::kPeer);
  REQUIRE(text.has_value());
  CHECK(text->find("    clusterName: \"- \\\"a'\\\\ #: \\n\\u001b\\u202e\\U000e0020\\ufffe "
                   "z\xc3\xbcrich\"\n") != std::string::npos);
  CHECK(text->find("  name: \"8b4b6c5e-") != std::string::npos);
  CHECK(text->starts_with("# for Liqo 0.2: "));
  for (const char c : *text) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  cluster["name"] = "";
  const auto nameless = foreign_cluster_yaml(peer(cluster), target("0.3.0"), Intent::kPeer);
  REQUIRE(nameless.has_value());
  CHECK(nameless->find("clusterName") == std::string::npos);
}

TEST_CASE("ForeignCluster: names that YAML 1.1 would take for something else are quoted") {
  for (const char* name : {"yes", "no", "on", "off", "y", "n", "null", "true", "1", "0x10", "1e3",
                           "12-30", "2026-11-23", "0b1"}) {
    Json cluster = milan_json();
    cluster["name"] = name;
    cluster["hostnames"] = {std::string(name) + ".liqo.internal"};
    const auto text = foreign_cluster_yaml(peer(cluster), target("0.10"), Intent::kPeer);
    REQUIRE(text.has_value());
    CHECK(text->find("  name: \"" + std::string(name) + "\"\n") != std::string::npos);
  }
}

TEST_CASE("ForeignCluster: what is not sure is noted, in one line") {
  Target unsure = target("0.10");
  unsure.note = "its version is not known";
  const auto text = foreign_cluster_yaml(peer(milan_json()), unsure, Intent::kPeer);
  REQUIRE(text.has_value());
  CHECK(text->find(")\n# its version is not known\napiVersion:") != std::string::npos);
}

TEST_CASE("ForeignCluster: the token's Secret, to be filled in") {
  CHECK(
      token_secret_yaml(peer(milan_json())) ==
      R"(# The token of milan (8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f), to be put in below. On its side:
#   kubectl get secret auth-token --namespace liqo --template {{.data.token}} | base64 --decode
apiVersion: v1
kind: Secret
metadata:
  name: remote-token-8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f
  namespace: liqo
  labels:
    discovery.liqo.io/cluster-id: "8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f"
    discovery.liqo.io/auth-token: ""
stringData:
  token: REPLACE-WITH-ITS-TOKEN
)");
}
