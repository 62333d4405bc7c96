
#include <string_view>

#include "agent/api/figures.h"
#include "agent/json/text.h"
#include "resolver/dnssd/domain_name.h"

namespace liqo::api {
namespace {

constexpr std::string_view kPrefix = "liqo_discovery_";

/// "helperRestarts" as "helper_restarts".
std::string snake_case(std::string_view camel) {
  std::string out;
  for (const char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper) out += '_';
    out += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// A label's value: the format escapes backslash, quote and line feed.
std::string label_value(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string_view("\\n") : std::string_view(&c, 1);
  }
  return out += '"';
}

/// The samples of one metric, which the format wants together below its HELP and TYPE.
class Metric {
 public:
  Metric(std::string& out, std::string name, std::string_view type, std::string_view help)
      : out_(out), name_(std::string(kPrefix) + std::move(name)) {
    out_.append("# HELP ").append(name_).append(" ").append(help).append("\n");
    out_.append("# TYPE ").append(name_).append(" ").append(type).append("\n");
  }
  /// `labels`: `a="b",c="d"`, or nothing.
  void sample(std::uint64_t value, std::string_view labels = {}) {
    out_.append(name_);
    if (!labels.empty()) out_.append("{").append(labels).append("}");
    out_.append(" ").append(std::to_string(value)).append("\n");
  }

 private:
  std::string& out_;
  std::string name_;
};

struct Count {
  const char* name;  // in counts
  const char* help;
};

// Now.
constexpr Count kGauges[] = {
    {"clusters", "Clusters known"},
    {"sightings", "Service instances known, by source, interface and address family"},
    {"refuted", "Sightings that a source lists and that did not answer"},
    {"connections", "Clients connected"},
    {"watchers", "Clients that watch"},
    {"looks", "Looks at domains under way"},
    {"checks", "Checks of clusters under way"},
};

// Ever since the agent started.
constexpr Count kCounters[] = {
    {"notClusters", "Instances seen without a valid cluster id"},
    {"overLimit", "Sightings refused by a limit"},
    {"unusableAddresses", "Addresses left out by the address rules"},
    {"connectionsAccepted", "Connections accepted"},
    {"connectionsRefused", "Connections turned away by a limit"},
    {"connectionsDropped", "Connections ended for what their client did or did not do"},
    {"acceptPauses", "Times without a descriptor for another client"},
    {"calls", "Calls answered"},
    {"resyncs", "Watchers that were too slow and started over"},
};

template <std::size_t N>
void append_counts(std::string& out, const Figures& figures, const Count (&counts)[N],
                   bool counter) {
  for (const Count& count : counts) {
    const auto found = figures.counts.find(count.name);
    if (found == figures.counts.end()) continue;
    Metric(out, snake_case(count.name) + (counter ? "_total" : ""), counter ? "counter" : "gauge",
           count.help)
        .sample(found->second);
  }
}

/// What the rest of the agent counts: known by its name only.
void append_other_counts(std::string& out, const Figures& figures) {
  for (const auto& [name, count] : figures.agent.counts) {
    Metric(out, snake_case(name), "untyped", "Count " + name + " of Status").sample(count);
  }
}

struct SourceFigure {
  const char* name;
  const char* type;
  const char* help;
  std::uint64_t (*value)(const SourceStatus&);
};

constexpr SourceFigure kSourceFigures[] = {
    {"source_enabled", "gauge", "1 where the source is switched on",
     [](const SourceStatus& s) { return std::uint64_t{s.enabled}; }},
    {"source_up", "gauge", "1 where the source can see",
     [](const SourceStatus& s) { return std::uint64_t{s.state == "running"}; }},
    {"source_synced", "gauge", "1 where the source has finished its first pass",
     [](const SourceStatus& s) { return std::uint64_t{s.synced}; }},
    {"source_instances", "gauge", "Instances followed",
     [](const SourceStatus& s) { return s.instances; }},
    {"source_pending", "gauge", "Instances followed that are not complete yet",
     [](const SourceStatus& s) { return s.pending; }},
    {"source_over_limit_total", "counter", "Instances not followed for a limit",
     [](const SourceStatus& s) { return s.over_limit; }},
    {"source_malformed_total", "counter", "Records that could not be read",
     [](const SourceStatus& s) { return s.malformed; }},
    {"source_helper_restarts_total", "counter", "Times that the helper was started again",
     [](const SourceStatus& s) { return s.helper_restarts; }},
};

void append_sources(std::string& out, const Figures& figures) {
  for (const SourceFigure& figure : kSourceFigures) {
    Metric metric(out, figure.name, figure.type, figure.help);
    for (const SourceStatus& source : figures.agent.sources) {
      metric.sample(figure.value(source), "source=" + label_value(to_string(source.source)));
    }
  }
}

struct DomainFigure {
  const char* name;
  const char* type;
  const char* help;
  std::uint64_t (*value)(const DomainStatus&);
};

constexpr DomainFigure kDomainFigures[] = {
    {"domain_synced", "gauge", "1 where the first pass over the domain is over",
     [](const DomainStatus& d) { return std::uint64_t{d.synced}; }},
    {"domain_failing", "gauge", "1 where the last failure is still in force",
     [](const DomainStatus& d) { return std::uint64_t{!d.error.empty()}; }},
    {"domain_instances", "gauge", "Instances that the domain lists",
     [](const DomainStatus& d) { return d.instances; }},
    {"domain_over_limit", "gauge", "Instances that the domain lists and that were left out",
     [](const DomainStatus& d) { return d.over_limit; }},
    {"domain_stale", "gauge", "Record sets of the domain past their TTL",
     [](const DomainStatus& d) { return d.stale; }},
    {"domain_in_flight", "gauge", "Questions about the domain that are being asked",
     [](const DomainStatus& d) { return d.in_flight; }},
};

void append_domains(std::string& out, const Figures& figures) {
  for (const DomainFigure& figure : kDomainFigures) {
    Metric metric(out, figure.name, figure.type, figure.help);
    for (const SourceStatus& source : figures.agent.sources) {
      for (const DomainStatus& domain : source.domains) {
        metric.sample(figure.value(domain), "domain=" + label_value(domain.name));
      }
    }
  }
}

void append_interfaces(std::string& out, const Figures& figures) {
  Metric metric(out, "interface_used", "gauge", "1 where clusters are looked for on the interface");
  for (const InterfaceStatus& interface : figures.agent.interfaces) {
    metric.sample(std::uint64_t{interface.used},
                  "interface=" + label_value(label_to_text(interface.name)));
  }
}

void append_process(std::string& out, const Figures& figures) {
  Metric(out, "info", "gauge", "The agent's version")
      .sample(1, "version=" + label_value(figures.version));
  const auto since = std::chrono::floor<std::chrono::seconds>(figures.agent.since);
  Metric(out, "start_time_seconds", "gauge", "When the agent started, in Unix time")
      .sample(static_cast<std::uint64_t>(since.time_since_epoch().count()));
  Metric memory(out, "rss_anon_bytes", "gauge", "Anonymous resident memory");
  memory.sample(figures.agent.agent_rss_anon, R"(process="agent")");
  memory.sample(figures.agent.helper_rss_anon, R"(process="helper")");
}

void append_named(std::string& out, const Figures& figures) {
  Metric limits(out, "limit", "gauge", "The agent's limits");
  for (const auto& [name, value] : figures.limits)
    limits.sample(value, "name=" + label_value(name));
  Metric warnings(out, "warnings_total", "counter", "Conditions that an administrator should know");
  for (const WarningStatus& warning : figures.agent.warnings) {
    warnings.sample(warning.count, "message=" + label_value(is_utf8(warning.message)
                                                                ? warning.message
                                                                : label_to_text(warning.message)));
  }
}

}  // namespace

std::string metrics_text(const Figures& figures) {
  std::string out;
  append_process(out, figures);
  append_counts(out, figures, kGauges, /*counter=*/false);
  append_counts(out, figures, kCounters, /*counter=*/true);
  append_other_counts(out, figures);
  append_sources(out, figures);
  append_domains(out, figures);
  append_interfaces(out, figures);
  append_named(out, figures);
  return out;
}

}  // namespace liqo::api
