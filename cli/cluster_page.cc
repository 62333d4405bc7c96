#include "cli/cluster_page.h"

#include <array>
#include <set>
#include <string>

#include "cli/age.h"
#include "cli/cluster_table.h"
#include "cli/page.h"
#include "cli/text.h"

namespace liqo::cli {
namespace {

constexpr std::array<std::string_view, 3> kEndpoints = {"auth", "api", "gateway"};
/// A TXT value may be anything up to 255 octets; a line of a page is for reading.
constexpr std::size_t kTxtWidth = 100;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string time_and_age(const Json& object, std::string_view key, WallTime now) {
  const std::string time = text_field(object, key);
  return time.empty() ? "-" : time + " (" + age_since(time, now) + " ago)";
}

/// Certificates that its servers answered with and that are not accepted, a line each.
std::string shown_now(const Json& cluster) {
  std::set<std::string> shown;
  for (const Json& sighting : field(cluster, "sightings")) {
    const Json& ids = field(sighting, "ids");
    if (text_field(ids, "identity") == "changed") shown.insert(text_field(ids, "fingerprint"));
  }
  std::string lines;
  for (const std::string& each : shown) lines.append(lines.empty() ? "" : "\n").append(each);
  return lines;
}

void add_head(Page& page, const Json& cluster, WallTime now) {
  const std::string state = text_field(cluster, "state");
  const std::string identity = text_field(cluster, "identity");
  const std::string fingerprint = text_field(cluster, "fingerprint");
  page.entry("Name", or_dash(text_field(cluster, "name")));
  page.entry("Id", text_field(cluster, "id"));
  page.entry("State", or_dash(state), tone_of_state(state));
  page.entry("Identity", or_dash(identity), tone_of_identity(identity));
  if (!fingerprint.empty()) page.entry("Fingerprint", fingerprint);
  const std::string shown = shown_now(cluster);
  if (!shown.empty()) page.entry("Shows now", shown, Tone::kBad);
  page.entry("Version", or_dash(text_field(cluster, "version")));
  page.entry("Site", or_dash(text_field(cluster, "site")));
  page.entry("First seen", time_and_age(cluster, "firstSeen", now));
  page.entry("Last seen", time_and_age(cluster, "lastSeen", now));
  page.entry("Host names", or_dash(joined_field(cluster, "hostnames", "\n")));
}

void add_endpoints(Page& page, const Json& cluster) {
  page.heading("Endpoints");
  Table table({{"ENDPOINT"}, {"HOST"}, {"PORT"}, {"SOURCE"}, {"URL"}, {"ADDRESSES"}});
  for (const std::string_view name : kEndpoints) {
    const Json& endpoint = field(field(cluster, "endpoints"), name);
    if (!endpoint.is_object()) continue;
    const auto port = number_field(endpoint, "port");
    table.add({{std::string(name)},
               {or_dash(text_field(endpoint, "host"))},
               {std::to_string(port.value_or(0)) + "/" + text_field(endpoint, "protocol")},
               {or_dash(text_field(endpoint, "source"))},
               {or_dash(text_field(endpoint, "url"))},
               {or_dash(joined_field(endpoint, "addresses", ", "))}});
  }
  if (table.empty()) return page.line("none that can be reached", Tone::kDoubt);
  page.table(table);
}

std::string txt_text(const Json& txt) {
  std::string text;
  for (const Json& item : txt) {
    text.append(text.empty() ? "" : " ").append(text_field(item, "key"));
    if (item.contains("value")) text.append("=").append(text_field(item, "value"));
    if (item.contains("base64")) text.append("=base64:").append(text_field(item, "base64"));
  }
  return text;
}

/// "60 s, expires in 42s"; "" on the LAN, where it is not told.
std::string ttl_text(const Json& sighting, WallTime now) {
  const auto ttl = number_field(sighting, "ttl");
  if (!ttl) return {};
  std::string text = std::to_string(*ttl) + " s";
  const auto expires = parse_rfc3339(raw_field(sighting, "expires"));
  if (!expires) return text;
  return text + (*expires > now ? ", expires in " + short_age(*expires - now)
                                : ", expired " + short_age(now - *expires) + " ago");
}

std::string where_of(const Json& sighting) {
  std::string where = or_dash(text_field(sighting, "interface"));
  const std::string family = text_field(sighting, "family");
  return family.empty() ? where : where + " " + family;
}

std::string evidence_text(const Json& sighting, WallTime now) {
  const Json& evidence = field(sighting, "evidence");
  const std::string method = text_field(evidence, "method");
  return method.empty() ? "-" : method + " " + age_since(raw_field(evidence, "time"), now) + " ago";
}

/// "8b4b6c5e milan, sha256:..., confirmed"; "" where nobody answered.
std::string answer_text(const Json& sighting) {
  const Json& ids = field(sighting, "ids");
  if (!ids.is_object()) return {};
  const std::string name = text_field(ids, "name");
  return text_field(ids, "id") + (name.empty() ? "" : " " + name) + ", " +
         text_field(ids, "fingerprint") + ", " + text_field(ids, "identity");
}

std::vector<Cell> sighting_row(const Json& sighting, WallTime now) {
  const std::string state = text_field(sighting, "state");
  const std::string dnssec = text_field(sighting, "dnssec");
  const auto port = number_field(sighting, "port");
  return {{or_dash(text_field(sighting, "source"))},
          {text_field(sighting, "service") + "." + text_field(sighting, "domain")},
          {where_of(sighting)},
          {text_field(sighting, "host") + ":" + std::to_string(port.value_or(0))},
          {or_dash(state), tone_of_state(state)},
          {evidence_text(sighting, now)},
          {or_dash(dnssec), tone_of_dnssec(dnssec)}};
}

void add_sightings(Page& page, const Json& cluster, WallTime now) {
  const Json& sightings = field(cluster, "sightings");
  page.heading("Sightings");
  Table table(
      {{"SOURCE"}, {"SERVICE"}, {"SEEN ON"}, {"HOST"}, {"STATE"}, {"EVIDENCE"}, {"DNSSEC"}});
  for (const Json& sighting : sightings) {
    table.add(sighting_row(sighting, now));
    // Rows of one cell run over the other columns.
    table.add({{"  instance   " + text_field(sighting, "instance"), Tone::kQuiet}});
    table.add(
        {{"  addresses  " + or_dash(joined_field(sighting, "addresses", ", ")), Tone::kQuiet}});
    const std::string answer = answer_text(sighting);
    const Tone tone = tone_of_identity(text_field(field(sighting, "ids"), "identity"));
    if (!answer.empty()) table.add({{"  answers as " + answer, tone}});
    const std::string ttl = ttl_text(sighting, now);
    if (!ttl.empty()) table.add({{"  ttl        " + ttl, Tone::kQuiet}});
    const std::string txt = or_dash(txt_text(field(sighting, "txt")));
    table.add({{"  txt        " + truncated(txt, kTxtWidth), Tone::kQuiet}});
  }
  if (table.empty()) return page.line("none", Tone::kDoubt);
  page.table(table);
}

}  // namespace

std::string cluster_page(const Json& cluster, const Palette& palette, WallTime now) {
  Page page(palette);
  add_head(page, cluster, now);
  add_endpoints(page, cluster);
  add_sightings(page, cluster, now);
  return page.text();
}

}  // namespace liqo::cli
