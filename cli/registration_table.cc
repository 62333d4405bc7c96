#include "cli/registration_table.h"

#include <string>

#include "cli/age.h"
#include "resolver/dnssd/service.h"

namespace liqo::cli {
namespace {

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

/// "auth"; of another cluster "auth of 8b4b...".
std::string what_of(const Json& registration) {
  const auto service = service_from_type(raw_field(registration, "service"));
  std::string what = service ? std::string(endpoint_name(*service)) : "-";
  if (!flag_field(registration, "shared")) return what;
  return what + " of " + text_field(registration, "cluster");
}

Tone tone_of(const std::string& state) {
  if (state == "done") return Tone::kGood;
  if (state == "refused") return Tone::kBad;
  return Tone::kDoubt;
}

void add(Table& table, const Json& registration, WallTime now) {
  const std::string state = text_field(registration, "state");
  table.add({{what_of(registration)},
             {text_field(registration, "zone")},
             {or_dash(state), tone_of(state)},
             {or_dash(text_field(registration, "server"))},
             {time_until(raw_field(registration, "until"), now)}});
  const std::string error = text_field(registration, "error");
  const std::string advice = text_field(registration, "advice");
  if (!error.empty()) table.add({{"  " + error, tone_of(state)}});
  if (!advice.empty()) table.add({{"  " + advice, Tone::kQuiet}});
}

}  // namespace

Table registration_table(const Json& status, WallTime now) {
  Table table({{"REGISTERED"}, {"ZONE"}, {"STATE"}, {"SERVER"}, {"LEASE ENDS"}});
  for (const Json& registration : field(status, "registrations")) {
    add(table, registration, now);
  }
  return table;
}

}  // namespace liqo::cli
