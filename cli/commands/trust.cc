#include <array>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "cli/json.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"--fingerprint", "SHA256", "the certificate to accept, also as openssl prints it"},
    Flag{"-o,--output", "table|json|yaml", "how the answer is printed"},
};

constexpr std::string_view kAlgorithm = "sha256:";
constexpr std::size_t kDigits = 64;

/// As the agent has it, of what openssl prints: "AB:CD:...", with or without "sha256 Fingerprint=".
std::string canonical(const std::string& text) {
  std::string hex = fold_case(text.substr(text.find('=') + 1));
  if (hex.starts_with(kAlgorithm)) hex.erase(0, kAlgorithm.size());
  std::erase(hex, ':');
  const bool good = hex.size() == kDigits && hex.find_first_not_of("0123456789abcdef") == hex.npos;
  return good ? hex.insert(0, kAlgorithm) : text;
}

Exit run_trust(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  Json parameters{{"cluster", arguments.operands.front()}};
  if (arguments.has("fingerprint")) {
    parameters["fingerprint"] = canonical(arguments.get("fingerprint"));
  }
  const auto reply = client->call("Trust", parameters);
  if (!reply) return context.fail(reply.error());
  const Json& cluster = field(*reply, "cluster");
  const std::string format = arguments.get("output", "table");
  if (format == "table") {
    context.out.write(text_field(cluster, "id") + " is " + text_field(cluster, "identity") +
                      " under " + text_field(cluster, "fingerprint") + "\n");
  } else {
    context.out.write(document(cluster, format));
  }
  return Exit::kDone;
}

}  // namespace

constinit const Command kTrust = {
    .name = "trust",
    .run = run_trust,
    .help = "accept the certificate that a cluster shows now",
    .operands = "CLUSTER",
    .flags = kFlags,
    .detail =
        "For a cluster whose identity is \"changed\": its authentication server named the right "
        "id\n"
        "under another certificate than those known for it. Compare what `show` has as\n"
        "\"Shows now\" with the server's own, and name it by --fingerprint: no other is accepted\n"
        "then. Without it there must be only one to accept. Those accepted earlier stay accepted.\n"
        "CLUSTER is an id, a unique beginning of one, or a unique name.",
};

}  // namespace liqo::cli
