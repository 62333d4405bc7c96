#include "cli/domain_table.h"

#include <string>

#include "cli/age.h"

namespace liqo::cli {
namespace {

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

/// "fresh" as long as nothing is wrong; else what is: a domain that answers may name a host that
/// its server does not know.
Cell domain_state(const Json& domain) {
  const std::int64_t stale = number_field(domain, "stale").value_or(0);
  if (stale > 0)
    return {"stale: " + std::to_string(stale) + (stale == 1 ? " record set" : " record sets"),
            Tone::kOld};
  if (!text_field(domain, "error").empty()) {
    const bool answered = !text_field(domain, "lastAnswer").empty();
    return answered ? Cell{"partly failing", Tone::kDoubt} : Cell{"failing", Tone::kBad};
  }
  if (!flag_field(domain, "synced")) return {"first pass", Tone::kDoubt};
  return {"fresh", Tone::kGood};
}

/// Who validates, and what came of it: "validate: secure".
Cell domain_dnssec(const Json& domain) {
  const std::string dnssec = text_field(domain, "dnssec");
  const std::string mode = or_dash(text_field(domain, "mode"));
  return {dnssec.empty() ? mode : mode + ": " + dnssec, tone_of_dnssec(dnssec)};
}

std::string domain_instances(const Json& domain) {
  const std::int64_t over = number_field(domain, "overLimit").value_or(0);
  const std::string text = std::to_string(number_field(domain, "instances").value_or(0));
  return over > 0 ? text + ", " + std::to_string(over) + " left out" : text;
}

std::string ago(const std::string& time, WallTime now) {
  return time.empty() ? "-" : age_since(time, now) + " ago";
}

void add_domain(Table& table, const Json& domain, WallTime now) {
  const bool enumerated = flag_field(domain, "enumerated");
  table.add({{text_field(domain, "name") + (enumerated ? " (enumerated)" : "")},
             domain_dnssec(domain),
             domain_state(domain),
             {domain_instances(domain)},
             {ago(raw_field(domain, "lastAnswer"), now)},
             {or_dash(text_field(domain, "server"))},
             {time_until(raw_field(domain, "nextRefresh"), now)}});
  const std::string error = text_field(domain, "error");
  if (error.empty()) return;
  const std::string when = ago(raw_field(domain, "errorTime"), now);
  table.add({{"  " + error + " (" + when + ")", Tone::kBad}});
}

}  // namespace

Table domain_table(const Json& status, WallTime now) {
  Table table({{"DOMAIN"},
               {"DNSSEC"},
               {"STATE"},
               {"INSTANCES"},
               {"LAST ANSWER"},
               {"SERVER"},
               {"NEXT REFRESH"}});
  for (const Json& source : field(status, "sources")) {
    for (const Json& domain : field(source, "domains")) add_domain(table, domain, now);
  }
  return table;
}

}  // namespace liqo::cli
