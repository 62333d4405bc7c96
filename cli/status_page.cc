#include "cli/status_page.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/age.h"
#include "cli/domain_table.h"
#include "cli/page.h"
#include "cli/registration_table.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string count_of(std::int64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string mebibytes(const Json& object, std::string_view key) {
  const auto octets = number_field(object, key);
  if (!octets || *octets <= 0) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MiB", static_cast<double>(*octets) / (1024 * 1024));
  return text.data();
}

void add_agent(Page& page, const Json& status, WallTime now) {
  const Json& memory = field(status, "memory");
  const std::string since = raw_field(status, "since");
  page.entry("Agent", "liqo-discoveryd " + text_field(status, "version") + ", pid " +
                          std::to_string(number_field(status, "pid").value_or(0)));
  page.entry("Running", age_since(since, now) + ", since " + printable(since));
  page.entry("Memory", mebibytes(memory, "agentRssAnon") + ", LAN helper " +
                           mebibytes(memory, "helperRssAnon"));
}

/// Every condition that needs somebody, worst first: none is worth a line too.
void add_warnings(Page& page, const Json& status, WallTime now) {
  bool any = false;
  for (const Json& source : field(status, "sources")) {
    if (text_field(source, "state") != "failed") continue;
    any = true;
    page.entry("Failed",
               text_field(source, "source") + ": " + or_dash(text_field(source, "detail")),
               Tone::kBad);
  }
  for (const Json& warning : field(status, "warnings")) {
    any = true;
    const std::int64_t count = number_field(warning, "count").value_or(1);
    const std::string last = age_since(raw_field(warning, "last"), now) + " ago";
    const std::string often = count > 1 ? count_of(count, "time") + ", last " + last : last;
    page.entry("Warning", text_field(warning, "message") + " (" + often + ")", Tone::kDoubt);
  }
  if (!any) page.entry("Warnings", "none", Tone::kGood);
}

Tone tone_of_source(const std::string& state) {
  if (state == "running" || state == "established") return Tone::kGood;
  if (state == "failed" || state == "collision") return Tone::kBad;
  return state == "disabled" ? Tone::kQuiet : Tone::kDoubt;
}

std::string known_of(const Json& source) {
  const std::int64_t pending = number_field(source, "pending").value_or(0);
  const std::string text = count_of(number_field(source, "instances").value_or(0), "instance");
  return pending > 0 ? text + ", " + std::to_string(pending) + " pending" : text;
}

/// What went wrong so far, in figures; "" when nothing did.
std::string troubles_of(const Json& source) {
  std::string text;
  const auto add = [&](std::string_view key, std::string_view noun) {
    const std::int64_t count = number_field(source, key).value_or(0);
    if (count > 0) text.append(text.empty() ? "so far " : ", ").append(count_of(count, noun));
  };
  add("helperRestarts", "helper restart");
  add("overLimit", "refusal over a limit");
  add("malformed", "malformed record");
  return text;
}

void add_sources(Page& page, const Json& status) {
  page.heading("Sources");
  Table table({{"SOURCE"},
               {"STATE"},
               {"BACKEND"},
               {"FIRST PASS"},
               {"KNOWS"},
               {"OWN NAME"},
               {"INTERFACES"}});
  for (const Json& source : field(status, "sources")) {
    const std::string state = text_field(source, "state");
    if (!flag_field(source, "enabled")) {
      table.add({{text_field(source, "source"), Tone::kQuiet}, {"disabled", Tone::kQuiet}});
      continue;
    }
    const bool synced = flag_field(source, "synced");
    table.add({{text_field(source, "source")},
               {or_dash(state), tone_of_source(state)},
               {or_dash(text_field(source, "backend"))},
               {synced ? "done" : "under way", synced ? Tone::kPlain : Tone::kDoubt},
               {known_of(source)},
               {or_dash(text_field(source, "hostName"))},
               {or_dash(joined_field(source, "interfaces", ", "))}});
    const std::string detail = text_field(source, "detail");
    if (!detail.empty()) table.add({{"  " + detail, Tone::kQuiet}});
    const std::string troubles = troubles_of(source);
    if (!troubles.empty()) table.add({{"  " + troubles, Tone::kDoubt}});
  }
  page.table(table);
}

void add_domains(Page& page, const Json& status, WallTime now) {
  const Table table = domain_table(status, now);
  if (table.empty()) return;
  page.heading("Domains");
  page.table(table);
}

void add_registrations(Page& page, const Json& status, WallTime now) {
  const Table table = registration_table(status, now);
  if (table.empty()) return;
  page.heading("In zones");
  page.table(table);
}

void add_entries(Page& page, const Json& status) {
  Table table({{"ADDED"}, {"NAME"}, {"ID"}, {"ADDRESSES"}});
  for (const Json& source : field(status, "sources")) {
    for (const Json& entry : field(source, "entries")) {
      table.add({{text_field(entry, "url")},
                 {or_dash(text_field(entry, "name"))},
                 {or_dash(text_field(entry, "id"))},
                 {or_dash(joined_field(entry, "addresses", ", "))}});
      const std::string problem = text_field(entry, "problem");
      if (!problem.empty()) table.add({{"  " + problem, Tone::kDoubt}});
    }
  }
  if (table.empty()) return;
  page.heading("Added by hand");
  page.table(table);
}

void add_interfaces(Page& page, const Json& status) {
  page.heading("Interfaces");
  Table table({{"INTERFACE"}, {"USED"}, {"ADDRESSES"}});
  for (const Json& interface : field(status, "interfaces")) {
    const bool used = flag_field(interface, "used");
    const std::string reason = text_field(interface, "reason");
    const std::string why = reason.empty() ? "no" : "no: " + reason;
    const Tone tone = used ? Tone::kPlain : Tone::kQuiet;
    table.add({{text_field(interface, "name"), tone},
               {used ? "yes" : why, used ? Tone::kGood : Tone::kQuiet},
               {or_dash(joined_field(interface, "addresses", ", ")), tone}});
  }
  if (table.empty()) return page.line("none: there is no network to look at", Tone::kDoubt);
  page.table(table);
}

std::string endpoints_text(const Json& cluster) {
  std::string text;
  const Json& endpoints = field(cluster, "endpoints");
  if (!endpoints.is_object()) return text;
  for (const auto& [name, endpoint] : endpoints.items()) {
    const std::string host = text_field(endpoint, "host");
    text.append(text.empty() ? "" : "\n").append(printable(name)).append(" ");
    text.append(host.empty() ? "this host" : host).append(", port ");
    text.append(std::to_string(number_field(endpoint, "port").value_or(0)));
  }
  return text;
}

void add_advertised(Page& page, const Json& status) {
  page.heading("This host's cluster");
  const Json& cluster = field(status, "cluster");
  if (!cluster.is_object()) return page.line("none is configured: others are only looked for");
  page.entry("Name", or_dash(text_field(cluster, "name")));
  page.entry("Id", text_field(cluster, "id"));
  page.entry("Endpoints", or_dash(endpoints_text(cluster)));
  std::string notes;
  for (const Json& note : field(cluster, "notes")) {
    notes.append(notes.empty() ? "" : "\n").append(printable_of(note));
  }
  if (!notes.empty()) page.entry("For peering", notes, Tone::kDoubt);
  Table table({{"ADVERTISED"}, {"INTERFACE"}, {"STATE"}, {"DETAIL"}});
  for (const Json& source : field(status, "sources")) {
    for (const Json& advert : field(source, "published")) {
      const std::string state = text_field(advert, "state");
      table.add({{text_field(advert, "instance")},
                 {or_dash(text_field(advert, "interface"))},
                 {or_dash(state), tone_of_source(state)},
                 {text_field(advert, "detail")}});
    }
  }
  if (!table.empty()) return page.table(table);
  const Json& sources = field(status, "sources");
  const bool connecting = std::any_of(sources.begin(), sources.end(), [](const Json& source) {
    return text_field(source, "source") == "lan" && text_field(source, "state") == "connecting";
  });
  page.entry("Advertised", connecting ? "nothing yet" : "nothing: `advertise` is off",
             Tone::kQuiet);
}

/// "connectionsRefused" as people write it.
std::string spoken(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !text.empty()) text += ' ';
    text += capital ? static_cast<char>(c + 32) : c;
  }
  return printable(text);
}

/// The limit of "connections" is "connections" or "maxConnections".
const Json& limit_of(const Json& limits, std::string_view name) {
  const Json& limit = field(limits, name);
  if (!limit.is_null() || name.empty()) return limit;
  std::string most = "max" + std::string(name);
  if (most[3] >= 'a' && most[3] <= 'z') most[3] = static_cast<char>(most[3] - 32);
  return field(limits, most);
}

/// What there is, beside what there may be; nothing to tell is not told. The other limits are for
/// who asks for JSON.
void add_figures(Page& page, const Json& status) {
  const Json& counts = field(status, "counts");
  if (!counts.is_object()) return;
  const Json& limits = field(status, "limits");
  Table table({{"WHAT"}, {"HOW MANY"}, {"OF AT MOST"}});
  for (const auto& [name, count] : counts.items()) {
    const Json& limit = limit_of(limits, name);
    if (count == 0 && limit.is_null()) continue;
    table.add({{spoken(name)}, {to_line(count)}, {limit.is_null() ? "" : to_line(limit)}});
  }
  if (table.empty()) return;
  page.heading("Figures");
  page.table(table);
}

}  // namespace

std::string status_page(const Json& status, const Palette& palette, WallTime now) {
  Page page(palette);
  add_warnings(page, status, now);
  page.gap();
  add_agent(page, status, now);
  add_sources(page, status);
  add_domains(page, status, now);
  add_entries(page, status);
  add_interfaces(page, status);
  add_advertised(page, status);
  add_registrations(page, status, now);
  add_figures(page, status);
  return page.text();
}

}  // namespace liqo::cli
