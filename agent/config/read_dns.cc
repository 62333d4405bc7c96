#include <algorithm>
#include <utility>

#include "agent/config/draft.h"

namespace liqo {
namespace {

constexpr std::string_view kDomainExpected = "a domain such as example.com";
constexpr std::string_view kServersExpected =
    "an array of addresses, which may have a port, such as \"192.0.2.53:5353\"";
constexpr std::string_view kAnchorExpected = "the absolute path of a file";
constexpr NamedTables kDomains = {.key = "name", .plural = "domains", .most = kMaxDnsDomains};

/// The keys of one [[dns.domain]] that mean something together.
struct DomainKeys {
  std::optional<Located<DomainName>> name;
  std::optional<Located<dns::DnssecMode>> dnssec;
  std::optional<Located<std::vector<dns::NameServer>>> servers;
  std::optional<Located<bool>> legacy;
  std::optional<Located<bool>> trusted;
  std::optional<Located<std::string>> trust_anchor;
};

std::optional<dns::DnssecMode> parse_mode(const std::string& text) {
  for (const auto mode :
       {dns::DnssecMode::kOff, dns::DnssecMode::kAd, dns::DnssecMode::kValidate}) {
    if (text == to_string(mode)) return mode;
  }
  return std::nullopt;
}

std::optional<std::string> parse_path(std::string text) {
  return text.starts_with('/') ? std::optional(std::move(text)) : std::nullopt;
}

std::optional<Located<DomainName>> read_name(Section& section) {
  const auto written = section.text("name", kDomainExpected);
  if (!written) return std::nullopt;
  auto name = parse_browsing_domain(written->value);
  if (name) return {{*std::move(name), written->place}};
  section.complain(written->place, "name",
                   name.error().detail + ", found \"" + shown(written->value) + "\"");
  return std::nullopt;
}

/// What would be read and never do what the user meant.
void check_together(Section& section, const DomainKeys& keys) {
  const auto mode = keys.dnssec ? keys.dnssec->value : dns::DnssecMode::kOff;
  const bool any_servers = keys.servers && !keys.servers->value.empty();
  if (keys.trust_anchor && mode != dns::DnssecMode::kValidate) {
    section.complain(keys.trust_anchor->place, "trust-anchor",
                     "is of use only with dnssec = \"validate\"");
  }
  if (keys.trusted && keys.trusted->value) {
    if (mode != dns::DnssecMode::kAd) {
      section.complain(keys.trusted->place, "trusted", "is of use only with dnssec = \"ad\"");
    } else if (!any_servers) {
      section.complain(keys.trusted->place, "trusted",
                       "needs servers: those of resolv.conf may be anybody's");
    }
    return;
  }
  const auto is_local = [](const dns::NameServer& server) { return server.address.is_loopback(); };
  if (mode == dns::DnssecMode::kAd && any_servers &&
      std::none_of(keys.servers->value.begin(), keys.servers->value.end(), is_local)) {
    section.complain(keys.dnssec->place, "dnssec",
                     "\"ad\" is believed of a server on loopback, or with trusted = true");
  }
}

/// Nothing where the domain has no name; that is complained about.
std::optional<Located<dns::DomainOptions>> read_domain(Section& section) {
  DomainKeys keys;
  keys.name = read_name(section);
  keys.dnssec = section.parsed("dnssec", "\"off\", \"ad\" or \"validate\"", parse_mode);
  keys.servers =
      section.parsed_list("servers", kServersExpected, kMaxDnsServers, dns::parse_name_server);
  keys.legacy = section.flag("legacy");
  keys.trusted = section.flag("trusted");
  keys.trust_anchor = section.parsed("trust-anchor", kAnchorExpected, parse_path);
  section.refuse_others();
  check_together(section, keys);
  if (!keys.name) {
    if (!section.has("name")) {
      section.complain(section.place(), "name",
                       std::string("missing; expected ").append(kDomainExpected));
    }
    return std::nullopt;
  }
  dns::DomainOptions options;
  Place place = keys.name->place;
  replace(options.name, std::move(keys.name));
  replace(options.dnssec, std::move(keys.dnssec));
  replace(options.servers, std::move(keys.servers));
  replace(options.legacy, std::move(keys.legacy));
  replace(options.trusted, std::move(keys.trusted));
  replace(options.trust_anchor, std::move(keys.trust_anchor));
  return {{std::move(options), std::move(place)}};
}

}  // namespace

void read_dns(Section section, DnsDraft& draft) {
  replace(draft.enumerate, section.flag("enumerate"));
  replace(draft.trust_anchor, section.parsed("trust-anchor", kAnchorExpected, parse_path));
  for (Section& table : section.sections("domain")) {
    if (auto domain = read_domain(table))
      put_named(table, kDomains, &dns::DomainOptions::name, std::move(*domain), draft.domains);
  }
  read_register(section, draft);
  section.refuse_others();
}

}  // namespace liqo
