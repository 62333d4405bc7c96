#include "cli/requests.h"

#include <algorithm>

#include "cli/text.h"

namespace liqo::cli {
namespace {

/// An answer that the agent has already still comes in, however short the user's wait.
constexpr Duration kShortestWait = std::chrono::milliseconds(100);

/// The answer; where it takes longer than the user waits it is empty: nothing is known yet.
Result<Json> answer_within(Client& client, std::string_view method, Json parameters,
                           std::optional<Duration> wait) {
  if (!wait) return client.call(method, parameters);
  // The wait is the outcome's alone: what the agent answers at once, an unknown cluster or nothing
  // at all, is told from an outcome that takes its time.
  const auto known = client.call(parameters.contains("cluster") ? "Get" : "Status", parameters);
  if (!known) return known.error();
  parameters["wait"] = true;
  if (auto sent = client.send(method, parameters, false); !sent) return sent.error();
  auto reply = client.receive(BootClock::now() + std::max(*wait, kShortestWait));
  if (reply) return std::move(reply->parameters);
  if (reply.error().code == Errc::kTimedOut) return Json::object();
  return reply.error();
}

/// What "fresh" or "gone" means to a person.
std::string settled_text(const std::string& cluster, const Json& reply) {
  if (cluster.empty()) return "every source has looked again";
  if (text_field(reply, "outcome") == "gone") return cluster + " does not answer: it is gone";
  if (field(reply, "evidence") == Json{"dns"}) {
    return "DNS still names " + cluster + "; none of its endpoints has answered";
  }
  return cluster + " answers: it is fresh";
}

/// Why nobody who answered is believed; empty where somebody is, or nobody answered.
std::string refuted_text(const std::string& cluster, const Json& reply) {
  const std::string identity = text_field(reply, "identity");
  if (identity == "changed") {
    return cluster +
           " shows another certificate than before: `show` tells which, `trust` accepts it";
  }
  if (identity == "mismatch") {
    return "the authentication server of " + cluster +
           " says that it is another: `show` tells which";
  }
  return {};
}

}  // namespace

Result<Json> source_list(std::string_view text) {
  Json sources = Json::array();
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view word = text.substr(0, comma);
    if (word != "lan" && word != "dns" && word != "manual") {
      return Error{
          Errc::kInvalid,
          "--source: expected lan, dns or manual, separated by commas, not " + printable(word)};
    }
    sources.push_back(std::string(word));
    if (comma == text.size()) return sources;
    text.remove_prefix(comma + 1);
  }
}

Result<std::optional<LiqoVersion>> liqo_version(const Arguments& arguments) {
  if (!arguments.has("liqo")) return std::optional<LiqoVersion>();
  const auto version = LiqoVersion::parse(arguments.get("liqo"));
  if (!version) return Error{Errc::kInvalid, "--liqo: " + version.error().detail};
  return std::optional(*version);
}

Result<OwnSide> own_side(Client& client) {
  const auto status = client.call("Status", Json::object());
  if (!status) return status.error();
  return own_side_of(field(*status, "cluster"));
}

Exit ask_outcome(const Context& context, const Arguments& arguments, std::string_view method,
                 std::string (*open)(const std::string& cluster)) {
  auto client = context.connect();
  if (!client) return context.fail(client.error());
  const std::string cluster = arguments.operands.empty() ? "" : arguments.operands.front();
  Json parameters = Json::object();
  if (!cluster.empty()) parameters["cluster"] = cluster;
  const auto wait = arguments.seconds("wait");
  const auto reply = answer_within(*client, method, std::move(parameters), wait);
  if (!reply) return context.fail(reply.error());
  const std::string format = arguments.get("output", "table");
  const std::string outcome = text_field(*reply, "outcome");
  const bool settled = outcome == "fresh" || outcome == "gone";
  const std::string name = printable(cluster);
  const std::string refuted = refuted_text(name, *reply);
  if (format == "table" && refuted.empty()) {
    context.out.write((settled ? settled_text(name, *reply) : open(name)) + "\n");
  } else if (format != "table") {
    context.out.write(document(*reply, format));
  }
  if (!refuted.empty()) return context.fail(Exit::kFailed, refuted);
  if (!wait || settled) return Exit::kDone;
  return context.fail(Exit::kWaitRanOut, "not settled when --wait ran out");
}

}  // namespace liqo::cli
