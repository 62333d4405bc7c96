#include "agent/api/discovery.h"

#include <cmath>
#include <utility>

#include "agent/api/errors.h"
#include "agent/api/interface_text.h"
#include "agent/api/list_answer.h"
#include "agent/api/watch_answer.h"
#include "agent/json/text.h"
#include "agent/varlink/parameters.h"

namespace liqo::api {
namespace {

/// Ids named in an AmbiguousName; who wrote one character sees that it was too short.
constexpr std::size_t kMaxMatches = 16;

/// `sources`, read; or why it is wrong.
Result<SourceSet> read_sources(varlink::Parameters& parameters) {
  const auto names = parameters.texts("sources");
  if (!names) return SourceSet::all();
  SourceSet sources;
  for (const std::string& name : *names) {
    const auto source = source_from_string(name);
    if (!source) return Error{Errc::kInvalid, "expected lan, dns or manual"};
    sources.add(*source);
  }
  if (names->empty()) return Error{Errc::kInvalid, "expected at least one source"};
  return sources;
}

std::unique_ptr<varlink::Answer> too_many_calls() {
  return limit_reached("callsPerSecond", "too many calls of one user");
}

Result<Duration> read_wait(double seconds, Duration longest) {
  const std::chrono::duration<double> wait(seconds);
  if (!std::isfinite(seconds) || wait < Duration::zero() || wait > longest) {
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(longest).count();
    return Error{Errc::kInvalid, "expected 0 to " + std::to_string(limit) + " seconds"};
  }
  return std::chrono::duration_cast<Duration>(wait);
}

}  // namespace

Discovery::Discovery(Context context, Actions actions, OwnUser own_user, std::string version,
                     std::function<ServerCounts()> counts)
    : context_(context),
      actions_(std::move(actions)),
      own_user_(own_user),
      version_(std::move(version)),
      counts_(std::move(counts)),
      budget_(context.limits) {}

varlink::Interface Discovery::interface() {
  varlink::Interface interface {
    std::string(kInterfaceName), std::string(interface_text()), {}
  };
  add(interface, "List", Access::kRead, &Discovery::list);
  add(interface, "Get", Access::kLookUp, &Discovery::get);
  add(interface, "Watch", Access::kRead, &Discovery::watch, /*needs_more=*/true);
  add(interface, "Refresh", Access::kControl, &Discovery::refresh);
  add(interface, "Report", Access::kControl, &Discovery::report);
  add(interface, "Browse", Access::kControl, &Discovery::browse);
  add(interface, "Status", Access::kRead, &Discovery::status);
  add(interface, "Metrics", Access::kRead, &Discovery::metrics);
  add(interface, "Add", Access::kControl, &Discovery::add_cluster);
  add(interface, "Remove", Access::kControl, &Discovery::remove);
  add(interface, "Trust", Access::kControl, &Discovery::trust);
  add(interface, "Check", Access::kControl, &Discovery::check, /*needs_more=*/true);
  return interface;
}

void Discovery::add(varlink::Interface& interface, const char* name, Access access, Body body,
                    bool needs_more) {
  varlink::Handler handler = [this, access, body](Call& call, const Caller& caller) -> Answer {
    ++calls_;
    if (access == Access::kControl && !may_control(caller.peer, own_user_)) {
      return permission_denied(call.method);
    }
    if (access != Access::kLookUp && !may_afford(caller)) return too_many_calls();
    return (this->*body)(call, caller);
  };
  interface.methods[name] = {std::move(handler), needs_more};
}

Discovery::Answer Discovery::list(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const auto sources = read_sources(parameters);
  const auto seconds = parameters.number("wait");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  if (!sources) return invalid_argument("sources", sources.error().detail);
  ListRequest request{*sources, call.more, std::nullopt};
  if (seconds) {
    const auto wait = read_wait(*seconds, context_.limits.max_wait);
    if (!wait) return invalid_argument("wait", wait.error().detail);
    request.wait = *wait;
  }
  return std::make_unique<ListAnswer>(context_, request, caller.wake);
}

Discovery::Answer Discovery::get(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const std::string reference = parameters.required_text("cluster");
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  const Registry& registry = context_.feed.registry();
  // A name or a prefix is looked for among all of them.
  if (!registry.clusters().contains(reference) && !may_afford(caller)) return too_many_calls();
  const auto cluster = registry.find(reference);
  if (!cluster) return not_found(reference, cluster.error());
  return varlink::reply(R"({"cluster":)" + *context_.feed.text(*cluster) + "}");
}

Discovery::Answer Discovery::watch(const Call& call, const Caller& caller) {
  varlink::Parameters parameters(call.parameters);
  const auto sources = read_sources(parameters);
  if (const auto wrong = parameters.wrong()) return varlink::invalid_parameter(*wrong);
  if (!sources) return invalid_argument("sources", sources.error().detail);
  return std::make_unique<WatchAnswer>(context_, *sources, caller.wake);
}

Discovery::Answer Discovery::status(const Call& call, const Caller&) {
  if (const auto wrong = varlink::Parameters(call.parameters).wrong()) {
    return varlink::invalid_parameter(*wrong);
  }
  return varlink::reply(status_text(figures()));
}

Discovery::Answer Discovery::metrics(const Call& call, const Caller&) {
  if (const auto wrong = varlink::Parameters(call.parameters).wrong()) {
    return varlink::invalid_parameter(*wrong);
  }
  std::string text = R"({"text":)";
  append_json_string(text, metrics_text(figures()));
  return varlink::reply(text += "}");
}

Discovery::Answer Discovery::not_found(const std::string& reference, const Error& error) const {
  if (reference.empty()) return invalid_argument("cluster", "expected an id or a name");
  if (error.code != Errc::kInvalid) return no_such_cluster(reference);
  const std::string folded = fold_case(reference);
  std::vector<std::string> matches;
  for (const auto& [id, cluster] : context_.feed.registry().clusters()) {
    if (!id.starts_with(folded) && fold_case(cluster->name) != folded) continue;
    matches.emplace_back(id);
    if (matches.size() == kMaxMatches) break;
  }
  return ambiguous_name(reference, matches);
}

bool Discovery::may_afford(const Caller& caller) {
  return budget_.take(caller.peer.uid, BootClock::now());
}

Figures Discovery::figures() const {
  return gather_figures(version_, context_.status.status(), context_.feed.registry().counters(),
                        counts_(), context_.limits);
}

}  // namespace liqo::api
