#include <algorithm>
#include <utility>

#include "agent/config/draft.h"
#include "resolver/dnssd/cluster_id.h"
#include "resolver/dnssd/domain_name.h"
#include "resolver/dnssd/rdata.h"

namespace liqo {
namespace {

constexpr std::string_view kGlobs =
    "an array of interface names, which may have * and ? and [...] in them";

/// Labels of letters, digits and hyphens, the last of them no number, or it could be taken for an
/// address (RFC 1123 section 2.1).
bool is_host_name(const DomainName& name) {
  const auto labels = name.labels();
  if (labels.empty() || !std::all_of(labels.begin(), labels.end(), is_rfc1123_label)) return false;
  return labels.back().find_first_not_of("0123456789") != std::string_view::npos;
}

std::optional<DomainName> parse_host(const std::string& text) {
  auto name = DomainName::parse(fold_case(text));
  if (!name || !is_host_name(*name)) return std::nullopt;
  return std::move(*name);
}

/// What others can connect to. An IPv4 address inside an IPv6 one is not for the wire.
std::optional<IpAddress> parse_address(const std::string& text) {
  auto address = IpAddress::parse(text);
  if (!address || address->is_loopback() || address->is_unspecified() || address->is_multicast() ||
      address->is_mapped()) {
    return std::nullopt;
  }
  return *address;
}

std::optional<std::string> parse_suffix(const std::string& text) {
  const auto name = DomainName::parse(fold_case(text));
  if (!name || !is_host_name(*name) || text.ends_with('.')) return std::nullopt;
  if (text.size() > NamesConfig::kMaxSuffixOctets) return std::nullopt;
  const std::string_view top = name->labels().back();
  if (top == "local" || top == "localhost") return std::nullopt;  // theirs: RFC 6762, RFC 6761
  return name->to_string();
}

std::optional<Source> parse_preference(const std::string& text) {
  for (const Source source : {Source::kLan, Source::kDns}) {
    if (text == to_string(source)) return source;
  }
  return std::nullopt;
}

std::optional<LanBackend> parse_backend(const std::string& text) {
  for (const auto backend : {LanBackend::kAuto, LanBackend::kEmbedded, LanBackend::kAvahiDaemon}) {
    if (text == to_string(backend)) return backend;
  }
  return std::nullopt;
}

/// A value that its TXT string has room for, of printable text.
std::optional<Located<std::string>> read_attribute(Section& section, std::string_view key) {
  constexpr std::size_t kMaxString = 255;  // RFC 1035 section 3.3
  const std::size_t most = kMaxString - key.size() - 1;
  const std::string expected =
      "printable text of 1 to " + std::to_string(most) + " octets without a backslash";
  return section.parsed(key, expected, [most](std::string text) -> std::optional<std::string> {
    const bool fits = !text.empty() && text.size() <= most && label_to_text(text) == text;
    return fits ? std::optional(std::move(text)) : std::nullopt;
  });
}

/// A file that names a target means that one, whichever kind an earlier file named.
void read_target(Section& section, EndpointDraft& draft) {
  auto address = section.parsed("address",
                                "an IPv4 or IPv6 address that others reach: not loopback, "
                                "unspecified, multicast or IPv4-mapped, without a zone",
                                parse_address);
  auto host = section.parsed("host", "a host name, such as auth.example.com", parse_host);
  if (address && host) {
    section.complain(
        host->place, "host",
        "expected host or address, not both; address is given at " + to_string(address->place));
  }
  replace(draft.target, std::move(address));
  replace(draft.target, std::move(host));
}

void read_endpoint(Section section, EndpointDraft& draft) {
  draft.place = section.place();
  if (const auto port = section.number("port", 1, 65535, kPortExpected)) {
    draft.port = static_cast<std::uint16_t>(port->value);
  }
  read_target(section, draft);
  section.refuse_others();
}

void read_cluster(Section section, ClusterDraft& draft) {
  draft.place = section.place();
  replace(draft.id, section.parsed("id", kIdExpected, [](std::string text) {
    return is_rfc1123_label(text) ? std::optional<ClusterId>(std::move(text)) : std::nullopt;
  }));
  replace(draft.name, read_attribute(section, "name"));
  replace(draft.version, read_attribute(section, "version"));
  replace(draft.site, section.parsed("site", "\"on-premise\" or \"cloud\"", [](std::string text) {
    const bool known = text == "on-premise" || text == "cloud";
    return known ? std::optional(std::move(text)) : std::nullopt;
  }));
  for (const Service service : kServices) {
    auto endpoint = section.section(endpoint_name(service));
    if (!endpoint) continue;
    auto& endpoint_draft = draft.endpoints[index_of(service)];
    if (!endpoint_draft) endpoint_draft.emplace();
    read_endpoint(std::move(*endpoint), *endpoint_draft);
  }
  section.refuse_others();
}

void read_lan(Section section, LanConfig& lan) {
  replace(lan.enabled, section.flag("enabled"));
  replace(lan.advertise, section.flag("advertise"));
  replace(lan.backend,
          section.parsed("backend", "\"auto\", \"embedded\" or \"avahi-daemon\"", parse_backend));
  replace(lan.allow_interfaces, section.texts("allow-interfaces", kGlobs));
  if (auto denied = section.texts("deny-interfaces", kGlobs)) {
    lan.deny_interfaces = std::move(denied->value);
    lan.deny_given = true;
  }
  section.refuse_others();
}

void read_names(Section section, NamesConfig& names) {
  replace(names.suffix,
          section.parsed("suffix",
                         "a domain such as liqo.internal, of at most " +
                             std::to_string(NamesConfig::kMaxSuffixOctets) +
                             " octets, without a dot at its ends and not below local or localhost",
                         parse_suffix));
  replace(names.reverse, section.flag("reverse"));
  section.refuse_others();
}

void read_verify(Section section, VerifyConfig& verify) {
  replace(verify.ids, section.flag("ids"));
  section.refuse_others();
}

}  // namespace

void read_document(Section document, Draft& draft) {
  replace(draft.prefer, document.parsed("prefer", "\"lan\" or \"dns\"", parse_preference));
  if (auto cluster = document.section("cluster")) {
    if (!draft.cluster) draft.cluster.emplace();
    read_cluster(std::move(*cluster), *draft.cluster);
  }
  if (auto lan = document.section("lan")) read_lan(std::move(*lan), draft.lan);
  if (auto dns = document.section("dns")) read_dns(std::move(*dns), draft.dns);
  if (auto names = document.section("names")) read_names(std::move(*names), draft.names);
  if (auto verify = document.section("verify")) read_verify(std::move(*verify), draft.verify);
  document.refuse_others();
}

}  // namespace liqo
