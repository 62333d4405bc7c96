#include "cli/export/liqoctl.h"
#include "cli/export/shell.h"
#include "tests/unit/cli/export_peer.h"

using namespace liqo;
using namespace liqo::cli;

namespace {

std::string lines(const Peer& peer, std::string_view version, const OwnSide& own = {}) {
  const auto text = liqoctl_lines(peer, target(version), own);
  INFO((text ? "" : text.error().detail));
  REQUIRE(text.has_value());
  return *text;
}

/// The one that is no comment.
std::string command(const std::string& text) {
  std::string found;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    if (text[at] != '#') found += text.substr(at, end - at);
    at = end + 1;
  }
  return found;
}

const std::string kAuth = " --auth-url https://10.0.0.1:30740";
const std::string kPeer = "liqoctl peer --remote-kubeconfig REPLACE-WITH-ITS-KUBECONFIG";

Peer with_gateway(std::uint16_t port, std::optional<std::string> address = std::nullopt) {
  Peer made = peer(milan_json());
  made.gateway = PeerGateway{port, std::move(address)};
  return made;
}

}  // namespace

TEST_CASE("Shell: a word is the text and nothing else") {
  CHECK(shell_word("https://10.0.0.1:30740") == "https://10.0.0.1:30740");
  CHECK(shell_word("milan_1-a,b@c+d") == "milan_1-a,b@c+d");
  CHECK(shell_word("") == "''");
  for (const char* text :
       {"a b", "$(reboot)", "`reboot`", "a;b",   "a&b", "a|b",     "<a>",  "~",
        "*",   "a?",        "[a]",      "{a,b}", "!x",  "#a",      "a\\b", "\"a\"",
        "$A",  "a\nb",      "=ls",      "a=b",   "%1",  "\xc3\xa9"}) {
    CHECK(shell_word(text) == "'" + std::string(text) + "'");
  }
  CHECK(shell_word("a'b") == "'a'\\''b'");
  CHECK(shell_word("'") == "''\\'''");
}

TEST_CASE("liqoctl: 0.3 and 0.4 add a cluster") {
  const Peer milan = peer(milan_json());
  for (const char* version : {"0.3.0", "0.3", "0.4.0"}) {
    CHECK(command(lines(milan, version)) == "liqoctl add cluster milan" + kAuth + " --id " +
                                                kMilanId + " --token REPLACE-WITH-ITS-TOKEN");
  }
}

TEST_CASE("liqoctl: 0.5 to 0.10 peer out-of-band, or in-band") {
  const Peer milan = peer(milan_json());
  for (const char* version : {"0.5.0", "0.6", "0.8.1", "v0.10.3"}) {
    const std::string text = lines(milan, version);
    CHECK(command(text) == "liqoctl peer out-of-band milan" + kAuth + " --cluster-id " + kMilanId +
                               " --auth-token REPLACE-WITH-ITS-TOKEN");
    CHECK(
        text.find("\n#   liqoctl peer in-band --remote-kubeconfig REPLACE-WITH-ITS-KUBECONFIG\n") !=
        std::string::npos);
  }
  CHECK(lines(milan, "0.10") ==
        R"(# milan, 8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f, for Liqo 0.10
# Its token, on its side:
#   kubectl get secret auth-token --namespace liqo --template {{.data.token}} | base64 --decode
liqoctl peer out-of-band milan --auth-url https://10.0.0.1:30740 --cluster-id 8b4b6c5e-1f0a-4c3d-9a57-0a1b2c3d4e5f --auth-token REPLACE-WITH-ITS-TOKEN
# Or in-band, from a host with both kubeconfigs:
#   liqoctl peer in-band --remote-kubeconfig REPLACE-WITH-ITS-KUBECONFIG
)");
}

TEST_CASE("liqoctl: versions without it say so") {
  const Peer milan = peer(milan_json());
  CHECK(reason(liqoctl_lines(milan, target("0.2"), {}))
            .ends_with("Liqo 0.2 has no liqoctl: use --format foreigncluster"));
  CHECK(reason(liqoctl_lines(milan, target("0.1"), {})).find("Liqo 0.1 has no liqoctl") !=
        std::string::npos);
}

TEST_CASE("liqoctl: what Liqo would refuse is refused") {
  Peer milan = peer(milan_json());
  milan.name = "Milan";
  milan.holds_name = false;
  CHECK(reason(liqoctl_lines(milan, target("0.10"), {})).find("its name is of no use") !=
        std::string::npos);
  CHECK(command(lines(milan, "0.3.0")).starts_with("liqoctl add cluster " + kMilanId));
  milan.auth_urls.clear();
  CHECK(reason(liqoctl_lines(milan, target("0.3.0"), {})).find("no authentication server") !=
        std::string::npos);
  CHECK(command(lines(milan, "1.0")) == kPeer);  // needs neither
}

TEST_CASE("liqoctl: 1.x with the gateway where it is advertised") {
  const std::string provider = kPeer + " --gw-server-service-location Provider";
  CHECK(command(lines(peer(milan_json()), "1.0")) == kPeer);
  CHECK(command(lines(with_gateway(51840), "1.0")) == provider);
  CHECK(command(lines(with_gateway(51900), "1.0")) == provider + " --gw-server-service-port 51900");
  CHECK(command(lines(with_gateway(30742), "1.0")) ==
        provider + " --gw-server-service-type NodePort --gw-server-service-nodeport 30742");
  CHECK(command(lines(with_gateway(40582, "203.0.113.8"), "v1.2.0")) ==
        provider + " --gw-client-address 203.0.113.8 --gw-client-port 40582");
}

TEST_CASE("liqoctl: 1.x with a gateway that is a NodePort at an address of its own") {
  const std::string text = lines(with_gateway(30742, "203.0.113.8"), "1.0");
  CHECK(command(text) == kPeer +
                             " --gw-server-service-location Provider --gw-server-service-type "
                             "NodePort --gw-server-service-nodeport 30742 --gw-client-address "
                             "203.0.113.8 --gw-client-port 30742");
  CHECK(text.find("Where that port is forwarded") == std::string::npos);
  CHECK(lines(with_gateway(40582, "203.0.113.8"), "1.0").find("# Where that port is forwarded") !=
        std::string::npos);
}

TEST_CASE("liqoctl: 1.x with the gateway on this side where the other has none") {
  OwnSide own;
  own.id = "home-1";
  own.gateway = PeerGateway{51840, "198.51.100.1"};
  const std::string text = lines(peer(milan_json()), "1.1", own);
  CHECK(command(text) == kPeer +
                             " --gw-server-service-location Consumer --gw-client-address "
                             "198.51.100.1 --gw-client-port 51840");
  CHECK(text.find("# It advertises no gateway: ") != std::string::npos);
  CHECK(text.find("\n#   liqoctl generate peering-user --consumer-cluster-id home-1\n") !=
        std::string::npos);
  CHECK(command(lines(with_gateway(51840), "1.1", own)) ==
        kPeer + " --gw-server-service-location Provider");
}

TEST_CASE("liqoctl: 1.x tells where the API server is, for the kubeconfig") {
  Peer milan = with_gateway(51840);
  milan.api_urls = {"https://10.0.0.1:6443", "https://node1.local:6443"};
  CHECK(lines(milan, "1.0").find("# Its API server is to be reached at https://10.0.0.1:6443\n") !=
        std::string::npos);
  CHECK(lines(milan, "1.0").find("--consumer-cluster-id REPLACE-WITH-YOUR-CLUSTER-ID\n") !=
        std::string::npos);
}

TEST_CASE("liqoctl: a hostile name stays in its quotes, also where comments are none") {
  Peer milan = with_gateway(1, "$(touch pwned)");
  milan.holds_name = false;
  milan.name = "'; touch pwned #\n$(touch pwned)`touch pwned`";
  const std::string text = lines(milan, "1.0");
  CHECK(text.starts_with("# ''\\''; touch pwned #\\x0a$(touch pwned)`touch pwned`', 8b4b6c5e-"));
  CHECK(text.find("--gw-client-address '$(touch pwned)' ") != std::string::npos);
  // No quote of ours is left open.
  Target noted = target("0.3.0");
  noted.note = target_of(milan, LiqoVersion{0, 3, 0}, own_side_of({{"version", "0.9"}}))->note;
  const auto old = liqoctl_lines(milan, noted, {});
  REQUIRE(old.has_value());
  const std::size_t second = old->find('\n') + 1;
  CHECK(old->find_first_of("'\"`$", second) == std::string::npos);
}
