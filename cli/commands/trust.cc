#include <array>

#include "cli/command.h"
#include "cli/json.h"

namespace liqo::cli {
namespace {

constexpr std::array kFlags = {
    Flag{"--fingerprint", "SHA256", "the certificate to accept, where several are shown"},
    Flag{"-o,--output", "table|json|yaml", "how the answer is printed"},
};

Exit run_trust(const Arguments& arguments, Context& context) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  Json parameters{{"cluster", arguments.operands.front()}};
  if (arguments.has("fingerprint")) parameters["fingerprint"] = arguments.get("fingerprint");
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
        "under another certificate than those known for it. Compare the fingerprint that `show`\n"
        "tells with the server's own before, and name it by --fingerprint: no other is accepted\n"
        "then. Without it there must be only one to accept. Those accepted earlier stay accepted.\n"
        "CLUSTER is an id, a unique beginning of one, or a unique name.",
};

}  // namespace liqo::cli
