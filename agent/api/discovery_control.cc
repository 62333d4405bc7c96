#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "agent/api/browse_answer.h"
#include "agent/api/check_answer.h"
#include "agent/api/discovery.h"
#include "agent/api/errors.h"
#include "agent/api/kept_answer.h"
#include "agent/api/outcome_answer.h"
#include "agent/json/text.h"
#include "agent/varlink/parameters.h"

// The methods that have the agent do something.

namespace liqo::api {
namespace {

/// "name=" and the name are one TXT string (RFC 1035 section 3.3).
constexpr std::size_t kMaxNameOctets = 250;

bool is_sayable(const std::string& name) {
  return !name.empty() && name.size() <= kMaxNameOctets && label_to_text(name) == name;
}

/// "lan, dns"
std::string sources_text(const Cluster& cluster) {
  std::string text;
  for (const Source source : {Source::kLan, Source::kDns}) {
    const bool seen = std::any_of(
        cluster.sightings.begin(), cluster.sightings.end(),
        [source](const SightingEntry& entry) { return entry.sighting->key.source == source; });
    if (seen) text.append(text.empty() ? "" : ", ").append(to_string(source));
  }
  return text;
}

}  // namespace

Discovery::Answer Discovery::refresh(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const auto reference = parameters.text("cluster");
  const bool wait = parameters.flag("wait");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  if (!reference) return act(std::nullopt, wait, caller, actions_.refresh_all);
  const auto cluster = context_.feed.registry().find(*reference);
  if (!cluster) return not_found(*reference, cluster.error());
  const ClusterId id = (*cluster)->id;
  return act(id, wait, caller, [&] { actions_.refresh(id); });
}

Discovery::Answer Discovery::report(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string reference = parameters.required_text("cluster");
  const bool wait = parameters.flag("wait");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  const auto cluster = context_.feed.registry().find(reference);
  if (!cluster) return not_found(reference, cluster.error());
  const ClusterId id = (*cluster)->id;
  return act(id, wait, caller, [&] { actions_.report(id); });
}

Discovery::Answer Discovery::trust(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string reference = parameters.required_text("cluster");
  const auto fingerprint = parameters.text("fingerprint");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  const auto cluster = context_.feed.registry().find(reference);
  if (!cluster) return not_found(reference, cluster.error());
  const ClusterId id = (*cluster)->id;
  auto answer = std::make_unique<KeptAnswer>(
      [this, id] { return R"({"cluster":)" + cluster_text(id) + "}"; }, caller.wake);
  const auto accepted = actions_.trust(id, fingerprint, answer->done());
  if (!accepted) return invalid_argument("fingerprint", accepted.error().detail);
  if (*accepted) return answer;
  if (fingerprint || (*cluster)->identity == Identity::kConfirmed) {
    return varlink::reply(R"({"cluster":)" + cluster_text(id) + "}");
  }
  return invalid_argument("cluster", "no auth endpoint of it shows another certificate");
}

Discovery::Answer Discovery::add_cluster(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string url = parameters.required_text("url");
  const auto name = parameters.text("name");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  if (name && !is_sayable(*name)) {
    return invalid_argument("name", "expected printable text of 1 to 250 octets");
  }
  const auto added = std::make_shared<Added>();
  auto answer =
      std::make_unique<KeptAnswer>([this, added] { return added_text(*added); }, caller.wake);
  const auto begun = actions_.add(url, name.value_or(std::string()),
                                  [added, done = answer->done()](const Result<Added>& outcome) {
                                    if (outcome) *added = *outcome;
                                    done(outcome ? Result<void>() : outcome.error());
                                  });
  if (begun) return answer;
  if (begun.error().code == Errc::kLimitReached) {
    return limit_reached("manualEntries", begun.error().detail);
  }
  if (begun.error().code == Errc::kUnavailable) {
    return limit_reached("manualChanges", begun.error().detail);
  }
  return invalid_argument("url", begun.error().detail);
}

Discovery::Answer Discovery::remove(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string reference = parameters.required_text("cluster");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  const auto cluster = context_.feed.registry().find(reference);
  std::optional<ClusterId> id;
  if (cluster) id = (*cluster)->id;
  auto answer = std::make_unique<KeptAnswer>([] { return std::string("{}"); }, caller.wake);
  const auto begun = actions_.remove(reference, id, answer->done());
  if (begun) return answer;
  if (begun.error().code == Errc::kUnavailable) {
    return limit_reached("manualChanges", begun.error().detail);
  }
  if (!cluster) return not_found(reference, cluster.error());
  return invalid_argument("cluster",
                          "it was not added by hand; it is seen by " + sources_text(**cluster));
}

Discovery::Answer Discovery::check(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string reference = parameters.required_text("cluster");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  const auto cluster = context_.feed.registry().find(reference);
  if (!cluster) return not_found(reference, cluster.error());
  if (checks_ >= context_.limits.max_checks) {
    return limit_reached("maxChecks", "as many clusters as may be are being checked");
  }
  return std::make_unique<CheckAnswer>(checks_, actions_.check, *cluster, caller.wake);
}

Discovery::Answer Discovery::browse(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string domain = parameters.required_text("domain");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  if (looks_ >= context_.limits.max_looks) {
    return limit_reached("maxLooks", "as many domains as may be are being looked at");
  }
  auto answer = std::make_unique<BrowseAnswer>(context_.limits, looks_, call.more, caller.wake);
  const auto begun = answer->begin(actions_.browse, domain);
  if (!begun) return invalid_argument("domain", begun.error().detail);
  return answer;
}

Discovery::Answer Discovery::act(std::optional<ClusterId> cluster, bool wait, const Caller& caller,
                                 const std::function<void()>& action) const {
  Answer outcome;
  if (wait) outcome = std::make_unique<OutcomeAnswer>(context_, std::move(cluster), caller.wake);
  action();
  return wait ? std::move(outcome) : varlink::reply("{}");
}

/// A cluster as it is now; null where it is gone.
std::string Discovery::cluster_text(const ClusterId& id) const {
  const auto& clusters = context_.feed.registry().clusters();
  const auto found = clusters.find(id);
  return found == clusters.end() ? "null" : *context_.feed.text(found->second);
}

std::string Discovery::added_text(const Added& added) const {
  const auto is_of_url = [&added](const SightingEntry& entry) {
    const SightingKey& key = entry.sighting->key;
    return key.source == Source::kManual && key.record == added.url;
  };
  std::string text = R"({"url":)";
  append_json_string(text, added.url);
  text += R"(,"cluster":)";
  ClusterId id;
  for (const auto& [known, cluster] : context_.feed.registry().clusters()) {
    const auto& sightings = cluster->sightings;
    if (std::any_of(sightings.begin(), sightings.end(), is_of_url)) id = known;
  }
  text += cluster_text(id) + R"(,"problem":)";
  if (added.problem.empty()) return text + "null}";
  append_json_string(text, added.problem);
  return text + "}";
}

}  // namespace liqo::api
