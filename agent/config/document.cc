#include "agent/config/document.h"

#include <string>
#include <utility>

#include "agent/config/reader.h"

namespace liqo {
namespace {

// TXT strings have 255 octets with their key (RFC 6763 section 6.1): these leave room for it.
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxVersion = 64;
constexpr std::size_t kMaxAddressText = 64;

// "gateway.<63 octets>." in front of it must still be a name of 253 characters.
constexpr std::size_t kMaxSuffix = 180;

Result<void> read_id(const ConfigValue& value, std::optional<ClusterId>& into) {
  std::string id;
  if (!read_text(value, DomainName::kMaxLabelOctets, id) || !is_rfc1123_label(id)) {
    return value.place.error(
        "expected a cluster id: lower-case letters, digits and hyphens, at most 63, such as a "
        "UUID");
  }
  into = std::move(id);
  return {};
}

Result<void> read_site(const ConfigValue& value, std::string& into) {
  std::string site;
  if (!read_text(value, kMaxVersion, site) || (site != "on-premise" && site != "cloud")) {
    return value.place.error("expected \"on-premise\" or \"cloud\"");
  }
  into = std::move(site);
  return {};
}

Result<void> read_address(const ConfigValue& value, ConfigDraft::Endpoint& endpoint) {
  std::string text;
  const auto wrong = [&] {
    return value.place.error(
        "expected an IPv4 or IPv6 address that other hosts can reach, such as \"203.0.113.7\"");
  };
  if (!read_text(value, kMaxAddressText, text)) return wrong();
  const auto address = IpAddress::parse(text);
  if (!address || address->is_loopback() || address->is_unspecified() || address->is_multicast() ||
      address->is_link_local()) {
    return wrong();
  }
  endpoint.target = *address;
  return {};
}

Result<void> read_host(const ConfigValue& value, ConfigDraft::Endpoint& endpoint) {
  std::string text;
  if (auto read = read_text(value, DomainName::kMaxOctets, text); !read) return read;
  auto host = DomainName::parse(text);
  if (!host || host->is_root() || IpAddress::parse(text)) {
    return value.place.error("expected a host name such as \"auth.example.com\"");
  }
  endpoint.target = std::move(*host);
  return {};
}

Result<void> read_endpoint(const ConfigValue& value, std::optional<ConfigDraft::Endpoint>& into) {
  ConfigDraft::Endpoint endpoint = into.value_or(ConfigDraft::Endpoint{value.place, {}, {}});
  const toml::table* table = value.node.as_table();
  if (table != nullptr && table->contains("address") && table->contains("host")) {
    return value.place.error("expected `address` or `host`, not both");
  }
  auto read = read_table(
      value, {{"port", [&](const ConfigValue& port) { return read_port(port, endpoint.port); }},
              {"address", [&](const ConfigValue& text) { return read_address(text, endpoint); }},
              {"host", [&](const ConfigValue& text) { return read_host(text, endpoint); }}});
  if (read) into = std::move(endpoint);
  return read;
}

Result<void> read_cluster(const ConfigValue& value, ConfigDraft& draft) {
  if (!draft.cluster) draft.cluster = ConfigDraft::Cluster{value.place, {}, {}, {}, {}, {}};
  ConfigDraft::Cluster& cluster = *draft.cluster;
  ConfigKeys keys = {
      {"id", [&](const ConfigValue& id) { return read_id(id, cluster.id); }},
      {"name", [&](const ConfigValue& text) { return read_text(text, kMaxName, cluster.name); }},
      {"version",
       [&](const ConfigValue& text) { return read_text(text, kMaxVersion, cluster.version); }},
      {"site", [&](const ConfigValue& text) { return read_site(text, cluster.site); }}};
  for (const Service service : kServices) {
    keys[endpoint_name(service)] = [&cluster, service](const ConfigValue& endpoint) {
      return read_endpoint(endpoint, cluster.endpoints[index_of(service)]);
    };
  }
  return read_table(value, keys);
}

Result<void> read_backend(const ConfigValue& value, LanBackend& into) {
  std::string text;
  if (read_text(value, kMaxVersion, text)) {
    for (const LanBackend backend :
         {LanBackend::kAuto, LanBackend::kEmbedded, LanBackend::kAvahiDaemon}) {
      if (text != to_string(backend)) continue;
      into = backend;
      return {};
    }
  }
  return value.place.error("expected \"auto\", \"embedded\" or \"avahi-daemon\"");
}

Result<void> read_lan(const ConfigValue& value, LanConfig& lan) {
  return read_table(
      value,
      {{"enabled", [&](const ConfigValue& told) { return read_bool(told, lan.enabled); }},
       {"advertise", [&](const ConfigValue& told) { return read_bool(told, lan.advertise); }},
       {"backend", [&](const ConfigValue& told) { return read_backend(told, lan.backend); }},
       {"allow-interfaces",
        [&](const ConfigValue& told) { return read_globs(told, lan.allow_interfaces); }},
       {"deny-interfaces", [&](const ConfigValue& told) {
          lan.deny_given = true;
          return read_globs(told, lan.deny_interfaces);
        }}});
}

Result<void> read_suffix(const ConfigValue& value, std::string& into) {
  std::string text;
  const auto is_host_name = [](const std::string& name) {
    const auto domain = DomainName::parse(name);
    if (!domain || domain->is_root() || name.ends_with('.')) return false;
    for (const std::string_view label : domain->labels()) {
      if (!is_rfc1123_label(label)) return false;
    }
    return true;
  };
  if (!read_text(value, kMaxSuffix, text) || !is_host_name(text)) {
    return value.place.error(
        "expected a domain in lower case without a dot at either end, such as \"liqo.internal\"");
  }
  if (text == "local" || text.ends_with(".local")) {
    return value.place.error("`local` belongs to mDNS (RFC 6762 section 3); choose another suffix");
  }
  into = std::move(text);
  return {};
}

Result<void> read_names(const ConfigValue& value, NamesConfig& names) {
  return read_table(
      value,
      {{"suffix", [&](const ConfigValue& told) { return read_suffix(told, names.suffix); }},
       {"reverse", [&](const ConfigValue& told) { return read_bool(told, names.reverse); }}});
}

Result<void> refuse(const ConfigValue& value) {
  return value.place.error("not supported by this version; remove the section");
}

}  // namespace

Result<void> read_document(const std::string& file, std::string_view text, ConfigDraft& draft) {
  try {
    const toml::table document = toml::parse(text, file);
    return read_table(
        {document, {file, 0, ""}},
        {{"cluster", [&](const ConfigValue& value) { return read_cluster(value, draft); }},
         {"lan", [&](const ConfigValue& value) { return read_lan(value, draft.lan); }},
         {"names", [&](const ConfigValue& value) { return read_names(value, draft.names); }},
         {"dns", refuse},
         {"verify", refuse}});
  } catch (const toml::parse_error& error) {
    return ConfigPlace{file, error.source().begin.line, ""}.error(
        "not TOML: " + label_to_text(error.description()));
  }
}

}  // namespace liqo
