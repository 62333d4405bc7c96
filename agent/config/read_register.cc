#include <algorithm>
#include <utility>

#include "agent/config/draft.h"
#include "resolver/registrar/key_file.h"

namespace liqo {
namespace {

using registrar::ZoneOptions;

constexpr std::string_view kZoneExpected = "a zone such as example.com";
constexpr std::string_view kServerExpected =
    "an address, which may have a port, such as \"192.0.2.53\"";
constexpr std::string_view kKeyFileExpected = "the absolute path of a key file";
constexpr std::string_view kShareExpected = "an array that may name \"lan\"";
constexpr NamedTables kZones = {.key = "zone", .plural = "zones", .most = kMaxRegisteredZones};

std::string seconds_expected(std::uint32_t least, std::uint32_t most) {
  return "seconds, " + std::to_string(least) + " to " + std::to_string(most);
}

std::optional<std::string> parse_path(std::string text) {
  return text.starts_with('/') ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<Located<DomainName>> read_zone(Section& section) {
  const auto written = section.text("zone", kZoneExpected);
  if (!written) {
    if (!section.has("zone")) {
      section.complain(section.place(), "zone",
                       std::string("missing; expected ").append(kZoneExpected));
    }
    return std::nullopt;
  }
  auto zone = parse_browsing_domain(written->value);
  if (zone) return {{*std::move(zone), written->place}};
  section.complain(written->place, "zone",
                   zone.error().detail + ", found \"" + shown(written->value) + "\"");
  return std::nullopt;
}

void read_server(Section& section, ZoneOptions& options) {
  const auto written = section.text("server", kServerExpected);
  if (!written) return;
  auto server = dns::parse_name_server(written->value);
  if (server) {
    options.server = *std::move(server);
  } else {
    section.complain(written->place, "server", server.error().detail);
  }
}

/// The key itself is read here, so that a wrong one is known before anything is done.
void read_key(Section& section, ZoneOptions& options) {
  const auto path = section.parsed("key-file", kKeyFileExpected, parse_path);
  if (!path) {
    if (!section.has("key-file")) {
      section.complain(section.place(), "key-file",
                       std::string("missing; expected ").append(kKeyFileExpected));
    }
    return;
  }
  auto key = registrar::load_key_file(path->value);
  if (!key) {
    return section.complain(path->place, "key-file",
                            printable(path->value) + ": " + key.error().detail);
  }
  options.key_file = path->value;
  options.key = *std::move(key);
}

void read_seconds(Section& section, std::string_view key, std::uint32_t least, std::uint32_t most,
                  std::uint32_t& seconds) {
  const auto written = section.number(key, least, most, seconds_expected(least, most));
  if (written) seconds = static_cast<std::uint32_t>(written->value);
}

void read_share(Section& section, ZoneOptions& options) {
  const auto shared = section.texts("share", kShareExpected);
  if (!shared) return;
  for (const std::string& source : shared->value) {
    if (source != "lan") {
      return section.complain(
          shared->place, "share",
          "expected " + std::string(kShareExpected) + ", found \"" + shown(source) + "\"");
    }
    options.share_lan = true;
  }
}

/// Nothing where it has no zone; that is complained about.
std::optional<Located<ZoneOptions>> read_registration(Section& section) {
  ZoneOptions options;
  const auto zone = read_zone(section);
  read_server(section, options);
  read_key(section, options);
  read_seconds(section, "ttl", registrar::kMinTtl, registrar::kMaxTtl, options.ttl);
  read_seconds(section, "lease", registrar::kMinLease, registrar::kMaxLease, options.lease);
  replace(options.advertise, section.flag("advertise"));
  read_share(section, options);
  section.refuse_others();
  if (!zone) return std::nullopt;
  options.zone = zone->value;
  return {{std::move(options), zone->place}};
}

}  // namespace

void read_register(Section& dns, DnsDraft& draft) {
  for (Section& table : dns.sections("register")) {
    if (auto zone = read_registration(table))
      put_named(table, kZones, &ZoneOptions::zone, std::move(*zone), draft.zones);
  }
}

}  // namespace liqo
